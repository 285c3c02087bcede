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

describe("a token that was seen before, by a provider's key", () => {
  let provider: OpenIdProvider
  const env = { AUTH_JWT_SECRET: '', AUTH_JWKS_URL: '' }
  beforeAll(async () => {
    provider = await startOpenIdProvider()
    env.AUTH_JWKS_URL = provider.jwksUrl
  })
  const testServer = useTestServer({ env })
  // Keys that an earlier test left count no longer.
  beforeEach(() => pass(20))
  afterAll(async () => {
    vi.useRealTimers()
    await provider.close()
  })

  /** Only the date: sockets and time-outs stay real. */
  const pass = (minutes: number) => {
    if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + minutes * 60_000)
  }

  /** The status of an answer to a token, with the name that it gave. */
  const answerTo = async (jwt: string) => {
    const response = await fetch(`${testServer.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${jwt}` },
      body: '{"query":"{ viewer { name } }"}',
    })
    const { data } = (await response.json()) as { data?: { viewer: { name: string } } }
    return [response.status, data?.viewer.name]
  }

  /** For ten years, as somebody with a leaked key would make it. */
  const signed = (key: SigningKey) =>
    signWith(key, { name: 'Ada', exp: Math.floor(Date.now() / 1_000) + 315_360_000 })

  it('is refused 15 min after the provider took its key back, however often it was used until then', async () => {
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

  it('outlives an outage of the provider as long as the keys do, and is neither good nor bad from then on', async () => {
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

  it('costs the database nothing more where it is verified anew', async () => {
    const key = await makeKey('ES256')
    provider.publish(key.jwk)
    const jwt = await signed(key)
    await answerTo(jwt)
    const known = await statementsOf(() => answerTo(jwt))
    pass(6)
    expect((await statementsOf(() => answerTo(jwt))).length).toBeLessThanOrEqual(known.length)
  })
})
