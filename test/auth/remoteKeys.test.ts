import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import type { JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { jwtVerifier } from '../../src/auth/jwt.js'
import { KeysUnavailable } from '../../src/auth/remoteKeys.js'
import { makeKey, type OpenIdProvider, signWith, startOpenIdProvider } from '../support/openIdProvider.js'

let provider: OpenIdProvider
beforeEach(async () => {
  provider = await startOpenIdProvider()
})
afterEach(async () => {
  vi.useRealTimers()
  await provider.close()
})

const verifier = () => jwtVerifier({ keys: { by: 'jwks', url: provider.jwksUrl } })

/** Moves only the date: sockets and timeouts are real. */
const pass = (ms: number) => {
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + ms)
}

describe('a JWT with a provider’s keys', () => {
  it.each([
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ])('signed with %s identifies the caller', async (alg) => {
    const key = await makeKey(alg)
    provider.publish(key.jwk)
    const claims = { email: 'ada@example.com', email_verified: true }
    expect(await verifier()(await signWith(key, claims))).toMatchObject({
      subject: 'ada',
      emailVerified: true,
    })
  })

  it('costs one fetch of the keys, however many requests come at once and afterwards', async () => {
    const key = await makeKey('ES256')
    provider.publish(key.jwk)
    const verify = verifier()
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, n) => signWith(key, { sub: `user-${n}` })),
    )
    const claims = await Promise.all(tokens.map(verify))
    expect(claims.map((each) => each?.subject)).toEqual(tokens.map((_, n) => `user-${n}`))
    await verify(tokens[0] ?? '')
    expect(provider.fetches).toBe(1)
  })

  it('is refused if it is signed with the public key as a shared secret', async () => {
    const key = await makeKey('RS256')
    provider.publish(key.jwk)
    const verify = verifier()
    expect(await verify(await signWith(key))).not.toBeNull()
    const publicKey = createPublicKey({ key: key.jwk as JsonWebKey, format: 'jwk' })
    const payload = Buffer.from(JSON.stringify({ sub: 'eve', exp: Date.now() })).toString('base64url')
    for (const secret of [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(key.jwk),
      key.jwk.n ?? '',
    ])
      for (const alg of ['HS256', 'HS384', 'HS512', 'RS256']) {
        const header = Buffer.from(JSON.stringify({ alg, kid: key.kid })).toString('base64url')
        const mac = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')
        expect(await verify(`${header}.${payload}.${mac}`)).toBeNull()
      }
  })

  it('is refused if it contains its own key or a link to one', async () => {
    const [key, evil] = await Promise.all([makeKey('ES256'), makeKey('ES256')])
    const elsewhere = await startOpenIdProvider()
    elsewhere.publish(evil.jwk)
    provider.publish(key.jwk)
    const verify = verifier()
    for (const header of [
      { jwk: evil.jwk },
      { jwk: evil.jwk, kid: key.kid },
      { jku: elsewhere.jwksUrl },
      { jku: elsewhere.jwksUrl, kid: key.kid },
      { x5u: elsewhere.jwksUrl, kid: key.kid },
    ])
      expect(await verify(await signWith(evil, {}, header))).toBeNull()
    expect(elsewhere.fetches).toBe(0)
    await elsewhere.close()
  })

  it('is refused if its algorithm is not its key’s', async () => {
    const [rsa, pss] = await Promise.all([makeKey('RS256'), makeKey('PS256')])
    provider.publish(rsa.jwk, pss.jwk)
    const verify = verifier()
    expect(await verify(await signWith(pss, {}, { kid: rsa.kid }))).toBeNull()
    expect(await verify(await signWith(pss))).not.toBeNull()
  })

  it('without a key id is checked with each suitable key', async () => {
    const keys = await Promise.all([makeKey('ES256'), makeKey('ES256'), makeKey('ES256')])
    const stranger = await makeKey('ES256')
    provider.publish(...keys.map(({ jwk }) => jwk))
    const verify = verifier()
    for (const key of keys) expect(await verify(await signWith(key, {}, { kid: undefined }))).not.toBeNull()
    expect(await verify(await signWith(stranger, {}, { kid: undefined }))).toBeNull()
    const expired = await signWith(keys[2] ?? stranger, { exp: 1 }, { kid: undefined })
    expect(await verify(expired)).toBeNull()
  })

  it('is refused if its key is too weak, and other keys still work', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 })
    const sound = await makeKey('RS256')
    provider.publish({ ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak' } as JWK, sound.jwk)
    const verify = verifier()
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const forged = (header: object) => {
      const signed = `${part({ alg: 'RS256', ...header })}.${part({ sub: 'eve', exp: 4_000_000_000 })}`
      return `${signed}.${sign('sha256', Buffer.from(signed), weak.privateKey).toString('base64url')}`
    }
    for (const header of [{ kid: 'weak' }, {}]) expect(await verify(forged(header))).toBeNull()
    expect(await verify(await signWith(sound, {}, { kid: undefined }))).not.toBeNull()
  })

  it('is recognised as garbage without a request to the provider', async () => {
    const verify = verifier()
    const hmac = await makeKey('ES256')
    for (const text of [
      '',
      'a.b.c',
      'x'.repeat(9_000),
      (await signWith(hmac)).replace(/^[^.]+/, 'eyJhbGciOiJub25lIn0'),
    ])
      expect(await verify(text)).toBeNull()
    expect(provider.fetches).toBe(0)
  })

  it('with a new key is accepted after the keys rotate, with at most one fetch every 10 s', async () => {
    const [old, next, unknown] = await Promise.all([makeKey('ES256'), makeKey('ES256'), makeKey('ES256')])
    provider.publish(old.jwk)
    const verify = verifier()
    expect(await verify(await signWith(old))).not.toBeNull()

    provider.publish(old.jwk, next.jwk)
    pass(11_000)
    expect(await verify(await signWith(next))).not.toBeNull()
    expect(await verify(await signWith(old))).not.toBeNull()
    expect(provider.fetches).toBe(2)

    for (let n = 0; n < 10; n++) expect(await verify(await signWith(unknown))).toBeNull()
    expect(provider.fetches).toBe(2)
  })

  it('with a withdrawn key is refused after at most 15 min', async () => {
    const [old, next] = await Promise.all([makeKey('ES256'), makeKey('ES256')])
    provider.publish(old.jwk)
    const verify = verifier()
    expect(await verify(await signWith(old))).not.toBeNull()
    provider.publish(next.jwk)
    pass(901_000)
    expect(await verify(await signWith(old))).toBeNull()
    expect(await verify(await signWith(next))).not.toBeNull()
  })

  it('works during an outage of some minutes, because keys are fetched ahead of time', async () => {
    const key = await makeKey('ES256')
    provider.publish(key.jwk)
    const verify = verifier()
    expect(await verify(await signWith(key))).not.toBeNull()
    pass(301_000)
    expect(await verify(await signWith(key))).not.toBeNull()
    await vi.waitFor(() => expect(provider.fetches).toBe(2))
    provider.answer(503, '')
    pass(590_000)
    expect(await verify(await signWith(key))).not.toBeNull()
  })

  it('is UNAVAILABLE while there are no keys, and works again with them', async () => {
    const key = await makeKey('ES256')
    const verify = verifier()
    for (const [status, body] of [
      [503, ''],
      [302, ''],
      [200, 'not json'],
      [200, '[]'],
      [200, '{"keys":{}}'],
    ] as const) {
      provider.answer(status, body)
      await expect(verify(await signWith(key)), body).rejects.toThrow(KeysUnavailable)
      pass(1_001)
    }
    provider.publish(key.jwk)
    expect(await verify(await signWith(key))).not.toBeNull()
  })

  it('causes at most one request a second to a provider that fails', async () => {
    const key = await makeKey('ES256')
    provider.answer(500, '')
    const verify = verifier()
    for (let n = 0; n < 5; n++) await expect(verify(await signWith(key))).rejects.toThrow(KeysUnavailable)
    expect(provider.fetches).toBe(1)
  })

  it('waits at most 3 s for the keys', async () => {
    const key = await makeKey('ES256')
    provider.stall()
    const begin = performance.now()
    await expect(verifier()(await signWith(key))).rejects.toThrow(KeysUnavailable)
    expect(performance.now() - begin).toBeLessThan(4_000)
  })

  it('is UNAVAILABLE if nothing listens at the provider’s address', async () => {
    const key = await makeKey('ES256')
    const gone = await startOpenIdProvider()
    await gone.close()
    const verify = jwtVerifier({ keys: { by: 'jwks', url: gone.jwksUrl } })
    await expect(verify(await signWith(key))).rejects.toThrow(KeysUnavailable)
  })
})
