import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  makeKey,
  type OpenIdProvider,
  type SigningKey,
  signWith,
  startOpenIdProvider,
} from '../support/openIdProvider.js'
import { statementsOf } from '../support/statements.js'
import { useTestServer } from '../support/testServer.js'

describe('a known token that was signed by a provider’s key', () => {
  let provider: OpenIdProvider
  const env = { AUTH_JWT_SECRET: '', AUTH_JWKS_URL: '' }
  beforeAll(async () => {
    provider = await startOpenIdProvider()
    env.AUTH_JWKS_URL = provider.jwksUrl
  })
  const testServer = useTestServer({ env })
  // Enough time for keys from an earlier test to expire.
  beforeEach(() => pass(20))
  afterAll(async () => {
    vi.useRealTimers()
    await provider.close()
  })

  /** Moves only the date: sockets and timeouts are real. */
  const pass = (minutes: number) => {
    if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + minutes * 60_000)
  }

  /** Returns the status of the answer to a token, and the name in it. */
  const answerTo = async (jwt: string) => {
    const response = await fetch(`${testServer.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${jwt}` },
      body: '{"query":"{ viewer { name } }"}',
    })
    const { data } = (await response.json()) as { data?: { viewer: { name: string } } }
    return [response.status, data?.viewer.name]
  }

  /** Signs a token for ten years, as somebody with a leaked key would. */
  const signed = (key: SigningKey) =>
    signWith(key, { name: 'Ada', exp: Math.floor(Date.now() / 1_000) + 315_360_000 })

  it('is refused 15 min after the provider withdrew its key, however often it was used until then', async () => {
    const key = await makeKey('ES256')
    provider.publish(key.jwk)
    const [used, resting] = [await signed(key), await signed(key)]
    for (const jwt of [used, resting]) expect(await answerTo(jwt)).toEqual([200, 'Ada'])
    provider.publish()
    for (let minute = 1; minute < 15; minute++) {
      pass(1)
      await answerTo(used)
    }
    pass(1)
    for (const jwt of [used, resting]) expect(await answerTo(jwt)).toEqual([401, undefined])
  })

  it('works in an outage of the provider as long as the keys are valid, and is UNAVAILABLE afterwards', async () => {
    const key = await makeKey('ES256')
    provider.publish(key.jwk)
    const jwt = await signed(key)
    expect(await answerTo(jwt)).toEqual([200, 'Ada'])
    provider.answer(503, '')
    pass(9)
    expect(await answerTo(jwt)).toEqual([200, 'Ada'])
    pass(6)
    expect(await answerTo(jwt)).toEqual([503, undefined])
    provider.publish(key.jwk)
    pass(1)
    expect(await answerTo(jwt)).toEqual([200, 'Ada'])
  })

  it('costs no more database statements when it is verified again', async () => {
    const key = await makeKey('ES256')
    provider.publish(key.jwk)
    const jwt = await signed(key)
    await answerTo(jwt)
    const known = await statementsOf(() => answerTo(jwt))
    pass(6)
    expect((await statementsOf(() => answerTo(jwt))).length).toBeLessThanOrEqual(known.length)
  })
})
