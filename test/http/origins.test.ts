import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { isFrom } from '../support/logLines.js'
import { rawSocket } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

const FRIEND = 'https://app.example.com'
const FOREIGN = 'https://evil.example.com'

/** `fetch` cannot set Origin and Host, so this uses node:http. */
const send = (url: string, method: string, headers: Record<string, string>, body = '') =>
  new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    const req = request(`${url}/graphql`, { method, headers }, (res) => {
      res.resume()
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers }))
    })
    req.on('error', reject)
    req.end(body)
  })

const grants = (headers: NodeJS.Dict<string | string[]>) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'))

const preflight = (url: string, origin: string) =>
  send(url, 'OPTIONS', {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  })

const query = (url: string, headers: Record<string, string>) =>
  send(url, 'POST', { 'content-type': 'application/json', ...headers }, '{"query":"{ hello }"}')

const handshake = async (url: string, headers: Record<string, string>) => {
  const { socket, opened } = rawSocket(url, { headers })
  const refused = new Promise<number>((resolve) =>
    socket.once('unexpected-response', (_, res) => resolve(res.statusCode ?? 0)),
  )
  return Promise.race([opened.then(() => 101), refused])
}

describe('a web page', () => {
  test('from ALLOWED_ORIGINS may call, with a credential in the header and without cookies', async () => {
    const { url } = await startHttpServer({ ALLOWED_ORIGINS: `${FRIEND},https://other.example.com` })
    const before = await preflight(url, FRIEND)
    expect(before.status).toBe(204)
    expect(before.headers).toMatchObject({
      'access-control-allow-origin': FRIEND,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization,content-type',
      vary: 'Origin',
    })
    expect(before.headers['access-control-allow-credentials']).toBeUndefined()
    expect((await query(url, { origin: FRIEND })).headers['access-control-allow-origin']).toBe(FRIEND)
  })

  test.each([
    FOREIGN,
    'null',
    'http://app.example.com',
    'https://app.example.com.evil.example',
    'https://app.example.com:8443',
    'https://xapp.example.com',
  ])('from %s gets no CORS headers, neither for the preflight nor for the request', async (origin) => {
    const { url } = await startHttpServer({ ALLOWED_ORIGINS: FRIEND })
    expect(grants((await preflight(url, origin)).headers)).toEqual([])
    expect(grants((await query(url, { origin })).headers)).toEqual([])
  })

  test('from the server’s own host may call, under whatever name it is reached', async () => {
    const { url } = await startHttpServer()
    expect((await query(url, { origin: url })).headers['access-control-allow-origin']).toBe(url)
    const named = await query(url, { origin: 'https://guildhall.example.com', host: 'guildhall.example.com' })
    expect(named.headers['access-control-allow-origin']).toBe('https://guildhall.example.com')
  })

  test.each([
    ['https://gh.example.com', 'gh.example.com:443', true],
    ['http://gh.example.com', 'gh.example.com:80', true],
    ['https://gh.example.com', 'GH.example.com', true],
    ['https://gh.example.com:8443', 'gh.example.com:8443', true],
    ['http://[::1]:4000', '[::1]:4000', true],
    ['https://gh.example.com', 'gh.example.com:80', false],
    ['https://gh.example.com:8443', 'gh.example.com', false],
    ['https://gh.example.com', 'evil.example.com@gh.example.com', false],
    ['https://gh.example.com', 'gh.example.com/x', false],
    ['capacitor://localhost', 'localhost', false],
    ['https://gh.example.com', '127.0.0.1:4000', false],
  ])('from %s is of the same host as %s, apart from a default port: %s', async (origin, host, granted) => {
    const { url } = await startHttpServer()
    expect(grants((await query(url, { origin, host })).headers).length > 0).toBe(granted)
    expect(await handshake(url, { origin, host })).toBe(granted ? 101 : 403)
  })

  test.each([
    ['https://pr-7.preview.example.com', true],
    ['https://a.b.preview.example.com', true],
    ['https://preview.example.com', false],
    ['https://.preview.example.com', false],
    ['https://xpreview.example.com', false],
    ['http://pr-7.preview.example.com', false],
    ['https://pr-7.preview.example.com:8443', false],
    ['https://a.b.preview.example.com.evil.com', false],
    ['https://evil.com/.preview.example.com', false],
    ['https://evil.com?.preview.example.com', false],
    ['https://evil.com#.preview.example.com', false],
    ['https://evil.com\\.preview.example.com', false],
    ['https://user@pr-7.preview.example.com', false],
    ['https://*.preview.example.com', false],
    ['null', false],
  ])('from %s is below *.preview.example.com: %s', async (origin, granted) => {
    const { url } = await startHttpServer({ ALLOWED_ORIGINS: `${FRIEND}, https://*.preview.example.com` })
    expect(grants((await query(url, { origin })).headers).length > 0).toBe(granted)
    expect(await handshake(url, { origin })).toBe(granted ? 101 : 403)
  })

  test('from APP_URL may call', async () => {
    const { url } = await startHttpServer({ APP_URL: `${FRIEND}/guild` })
    expect((await query(url, { origin: FRIEND })).headers['access-control-allow-origin']).toBe(FRIEND)
  })

  test('may also read a refusal', async () => {
    const { url } = await startHttpServer({ ALLOWED_ORIGINS: FRIEND })
    const refused = await query(url, { origin: FRIEND, authorization: 'Bearer revoked' })
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, FRIEND])
  })
})

describe('a WebSocket', () => {
  test('from a foreign origin is refused with 403', async () => {
    const { url } = await startHttpServer({ ALLOWED_ORIGINS: FRIEND })
    expect(await handshake(url, { origin: FOREIGN })).toBe(403)
    expect(await handshake(url, { origin: 'null' })).toBe(403)
  })

  test('that is refused is logged once a minute with the setting’s name, and so is a page without CORS headers', async () => {
    const { url, lines } = await startHttpServer()
    for (let n = 0; n < 3; n++) {
      await handshake(url, { origin: FOREIGN, host: 'gh.example.com' })
      await query(url, { origin: `${FOREIGN}\tx`, host: 'gh.example.com' })
    }
    expect(lines.filter(isFrom('warn'))).toEqual([
      expect.objectContaining({
        reason: 'WebSocket',
        origin: FOREIGN,
        host: 'gh.example.com',
        msg: expect.stringContaining('ALLOWED_ORIGINS'),
      }),
      expect.objectContaining({ reason: 'CORS', origin: `${FOREIGN}\ufffdx` }),
    ])
  })

  test('from an allowed origin, from its own host or without an Origin is accepted', async () => {
    const { url } = await startHttpServer({ ALLOWED_ORIGINS: FRIEND })
    expect(await handshake(url, { origin: FRIEND })).toBe(101)
    expect(await handshake(url, { origin: url })).toBe(101)
    expect(await handshake(url, {})).toBe(101)
  })

  test('at another path than /graphql is refused with 404', async () => {
    const { url } = await startHttpServer()
    expect(await handshake(`${url}/elsewhere`, {})).toBe(404)
  })
})
