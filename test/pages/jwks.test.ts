import { expect, it } from 'vitest'
import { useTestServer } from '../support/testServer.js'

const testServer = useTestServer()
const jwks = (init: RequestInit = {}) => fetch(`${testServer.url}/.well-known/jwks.json`, init)

it('the key set holds public halves only, and anybody may read it', async () => {
  const response = await jwks()
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  expect(await response.json()).toEqual({
    keys: [
      {
        kty: 'EC',
        crv: 'P-256',
        alg: 'ES256',
        use: 'sig',
        kid: expect.stringMatching(/^[\w-]{43}$/),
        x: expect.any(String),
        y: expect.any(String),
      },
    ],
  })
})

it('the key set may be cached, and is not sent again to a client that has it', async () => {
  const { headers } = await jwks()
  expect(headers.get('cache-control')).toBe('public, max-age=60')
  const again = await jwks({ headers: { 'if-none-match': headers.get('etag') ?? '' } })
  expect([again.status, await again.text()]).toEqual([304, ''])
})

it('the key set can be read by HEAD, and by no method that could change something', async () => {
  const head = await jwks({ method: 'HEAD' })
  expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([
    200,
    (await jwks()).headers.get('etag'),
    '',
  ])
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect([(await jwks({ method })).status, (await jwks({ method })).headers.get('allow')]).toEqual([
      405,
      'GET, HEAD',
    ])
})

it('the key set is not for web pages of other origins: back ends verify tokens', async () => {
  const { headers } = await jwks({ headers: { origin: 'https://other.example' } })
  expect(headers.get('access-control-allow-origin')).toBeNull()
})
