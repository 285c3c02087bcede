import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jwtVerifier } from '../../src/auth/jwt.js'
import { KeysUnavailable } from '../../src/auth/remoteKeys.js'
import { outageOf } from '../../src/lib/outage.js'
import { logLines } from '../support/logLines.js'
import { makeKey, type OpenIdProvider, signWith, startOpenIdProvider } from '../support/openIdProvider.js'
import { useTestServer } from '../support/testServer.js'

/** Answers of a provider other than its keys, and the reason in the log. */
const failures: [answer: [status: number, body: string, headers?: Record<string, string>], words: RegExp][] =
  [
    [[404, 'no'], /HTTP 404/],
    [[500, ''], /HTTP 500/],
    [[200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }], /HTML/],
    [[200, 'keys'], /not JSON/],
    [[200, '{"keys":5}'], /no list of keys/],
    [[200, '[]'], /not a JWK set/],
    [[200, '{"keys":[]}'], /holds no keys/],
    [
      [200, '{"issuer":"https://idp.example","jwks_uri":"https://idp.example/jwks"}'],
      /discovery document.*jwks_uri/,
    ],
    [
      [302, '', { location: 'https://user:hush@idp.example/jwks?key=hush' }],
      /redirects to https:\/\/idp\.example\/jwks \(HTTP 302\)/,
    ],
  ]

describe('a failure to fetch a provider’s keys', () => {
  const { log, lines, text } = logLines()
  let provider: OpenIdProvider
  const env = { AUTH_JWT_SECRET: '', AUTH_JWKS_URL: '' }
  beforeAll(async () => {
    provider = await startOpenIdProvider()
    env.AUTH_JWKS_URL = `${provider.jwksUrl}?key=hush`
  })
  const testServer = useTestServer({ env, log })
  afterAll(() => provider.close())

  const logged = () => lines.filter(({ msg }) => msg.startsWith('Fetching the sign-in keys'))

  it('is logged in one line with the reason, and in one when it is over', async () => {
    const key = await makeKey('ES256')
    for (const [answer, words] of failures) {
      // Each server has its own cache of keys, so each starts without any.
      const server = await testServer.startAnother()
      const asked = async () => {
        const response = await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${await signWith(key)}` },
          body: '{"query":"{ viewer { id } }"}',
        })
        return response.status
      }
      const before = logged().length
      provider.answer(...answer)
      for (let time = 0; time < 5; time++) expect([401, 503]).toContain(await asked())
      expect(logged().slice(before), String(words)).toEqual([
        expect.objectContaining({
          level: 'warn',
          msg: `Fetching the sign-in keys from ${provider.jwksUrl} failed; retrying until it works`,
          err: expect.objectContaining({ message: expect.stringMatching(words) }),
        }),
      ])
      provider.publish(key.jwk)
      await expect.poll(asked, { timeout: 20_000, interval: 300 }).toBe(200)
      expect(logged().slice(before + 1)).toEqual([
        expect.objectContaining({ level: 'info', msg: expect.stringMatching(/works again$/) }),
      ])
      await testServer.stop(server)
    }
    expect(text()).not.toContain('hush')
  }, 120_000)

  it.each([
    ['nothing listens', 'http://127.0.0.1:1023/jwks', /nothing listens there \(ECONNREFUSED\)/],
    ['there is no such host', 'http://nowhere.invalid/jwks', /no such host|DNS doesn’t answer/],
  ])('is logged if %s', async (_, url, words) => {
    const { log, lines } = logLines()
    const outage = outageOf('Fetching', log)
    const verify = jwtVerifier({ keys: { by: 'jwks', url }, outage })
    const jwt = await signWith(await makeKey('ES256'))
    for (let time = 0; time < 3; time++) await expect(verify(jwt)).rejects.toThrow(KeysUnavailable)
    expect(lines.map(({ err }) => (err as Error).message)).toEqual([expect.stringMatching(words)])
  })

  it('is logged if the provider does not answer', async () => {
    const { log, lines } = logLines()
    const url = provider.jwksUrl
    provider.stall()
    const verify = jwtVerifier({ keys: { by: 'jwks', url }, outage: outageOf('Fetching', log) })
    await expect(verify(await signWith(await makeKey('ES256')))).rejects.toThrow(KeysUnavailable)
    expect(lines.map(({ err }) => (err as Error).message)).toEqual(['no answer in time'])
  })
})
