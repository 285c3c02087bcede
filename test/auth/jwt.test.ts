import { createHmac, createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { jwtVerifier } from '../../src/auth/jwt.js'

const secret = 'correct horse battery staple, 32 bytes and more'
const verify = jwtVerifier({ keys: { by: 'secret', secret } })
const now = () => Math.floor(Date.now() / 1_000)

/**
 * Signs exactly the given header and payload with HS256, without a library that would refuse an
 * attack.
 */
const forge = (header: unknown, payload: unknown, key = secret) => {
  const part = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  const signed = `${part(header)}.${part(payload)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}
const token = (claims: JWTPayload = {}, header: object = {}, key = secret) =>
  forge({ alg: 'HS256', typ: 'JWT', ...header }, { sub: 'ada', exp: now() + 60, ...claims }, key)

describe('a JWT with a shared secret', () => {
  it('identifies the caller', async () => {
    const exp = now() + 60
    const claims = {
      email: 'Ada@Example.com',
      email_verified: true,
      name: ' Ada\nLovelace ',
      iat: 1_700_000_000.5,
      exp,
    }
    expect(await verify(token(claims))).toEqual({
      subject: 'ada',
      email: 'ada@example.com',
      emailVerified: true,
      name: 'Ada Lovelace',
      issuedAt: new Date(1_700_000_000_500),
      expiresAt: new Date(exp * 1_000),
    })
  })

  it('from another library is accepted', async () => {
    const signed = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1m')
      .sign(createSecretKey(Buffer.from(secret)))
    expect(await verify(signed)).toMatchObject({
      subject: 'ada',
      issuedAt: null,
      email: undefined,
      name: undefined,
    })
  })

  it.each([
    [{ email: 'ada@example.com', email_verified: true }, 'ada@example.com', true],
    [{ email: 'ada@example.com', email_verified: 'true' }, 'ada@example.com', true],
    [{ email: 'ada@example.com', email_verified: false }, 'ada@example.com', false],
    [{ email: 'ada@example.com', email_verified: 'false' }, 'ada@example.com', false],
    [{ email: 'ada@example.com', email_verified: 1 }, 'ada@example.com', false],
    [{ email: 'ada@example.com', email_verified: 'TRUE' }, 'ada@example.com', false],
    [{ email: 'ada@example.com', email_verified: ['true'] }, 'ada@example.com', false],
    [{ email: 'ada@example.com' }, 'ada@example.com', undefined],
    [{ email: 'ada@example.com', email_verified: null }, 'ada@example.com', false],
    [{ email: { address: 'Ada@Example.com', is_verified: true } }, 'ada@example.com', true],
    [{ email: { address: 'ada@example.com', is_primary: true, verified: 'true' } }, 'ada@example.com', true],
    [{ email: { address: 'ada@example.com', is_verified: false } }, 'ada@example.com', false],
    [{ email: { address: 'ada@example.com', verified: {} } }, 'ada@example.com', false],
    [{ email: { address: 'ada@example.com' } }, 'ada@example.com', undefined],
    [{ email: { address: 'ada@example.com' }, email_verified: true }, 'ada@example.com', true],
    [
      { email: { address: 'ada@example.com', is_verified: true }, email_verified: false },
      'ada@example.com',
      false,
    ],
    [{ email: { address: 'ada@example.com', is_verified: true, verified: false } }, 'ada@example.com', false],
    [{ email: { address: 'nonsense', is_verified: true } }, null, false],
    [{ email: { address: ['ada@example.com'], is_verified: true } }, null, false],
    [{ email: [{ address: 'ada@example.com', is_verified: true }] }, null, false],
    [{ email: 'mıke@example.com', email_verified: true }, null, false],
    [{ email: 'nonsense', email_verified: true }, null, false],
    [{ email: ['ada@example.com'], email_verified: true }, null, false],
    [{ email: { toString: 'ada@example.com' }, email_verified: true }, null, false],
    [{ email: null, email_verified: true }, null, false],
    [{ email_verified: true }, undefined, false],
  ])('with %j gives the address %j, verified: %j', async (claims, email, emailVerified) => {
    expect(await verify(token(claims))).toMatchObject({ email, emailVerified })
  })

  it('is accepted up to 5 s after it expires and up to 5 s before it is valid, but no more', async () => {
    expect(await verify(token({ exp: now() - 3 }))).not.toBeNull()
    expect(await verify(token({ exp: now() - 8 }))).toBeNull()
    expect(await verify(token({ nbf: now() + 3 }))).not.toBeNull()
    expect(await verify(token({ nbf: now() + 8 }))).toBeNull()
  })

  it('may be issued up to 10 s in the future, by a clock that is ahead', async () => {
    expect(await verify(token({ iat: now() + 9 }))).not.toBeNull()
    expect(await verify(token({ iat: now() + 20 }))).toBeNull()
  })

  it('may be as long as the limit for headers', async () => {
    const groups = Array.from({ length: 290 }, () => crypto.randomUUID())
    const long = token({ groups })
    expect(long.length).toBeGreaterThan(15_000)
    expect(await verify(long)).toMatchObject({ subject: 'ada' })
  })

  it('with times beyond the database’s range is accepted', async () => {
    const far = forge({ alg: 'HS256' }, `{"sub":"ada","exp":1e999,"iat":-1e999}`)
    expect(await verify(far)).toMatchObject({
      expiresAt: new Date('9999-12-31'),
      issuedAt: new Date(0),
    })
  })

  const { sub: _, ...nobody } = { sub: 'ada', exp: now() + 60 }
  const refused: readonly [token: string, why: string][] = [
    ['', 'nothing'],
    ['..', 'dots'],
    ['a.b.c', 'parts that are not JSON'],
    ['gh_abc', 'an API token'],
    [token().slice(0, -1), 'cut at the end'],
    [`${token()}=`, 'padded'],
    [`${token()} `, 'with a space'],
    [` ${token()}`, 'with a space before'],
    [`${token()}.`, 'four parts'],
    [`${token()}..`, 'five parts'],
    [token({}, {}, `${secret}!`), 'with another secret'],
    [token({}, { alg: 'none' }), 'alg none, signed'],
    [`${token({}, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`, 'alg none, unsigned'],
    [`${token({}, { alg: 'None' }).split('.').slice(0, 2).join('.')}.`, 'alg None'],
    [`${token().split('.').slice(0, 2).join('.')}.`, 'no signature'],
    [token({}, { alg: 'hs256' }), 'alg in lower case'],
    [token({}, { alg: 'HS512' }), 'alg HS512'],
    [token({}, { alg: 'RS256' }), 'alg RS256'],
    [token({}, { alg: ['HS256'] }), 'alg as a list'],
    [forge({ typ: 'JWT' }, { sub: 'ada', exp: now() + 60 }), 'no alg'],
    [token({}, { crit: ['exp'], exp: 1 }), 'crit'],
    [token({}, { crit: ['b64'], b64: true }), 'crit with a known name'],
    [token({}, { crit: ['b64'], b64: false }), 'unencoded payload'],
    [token({}, { crit: [] }), 'empty crit'],
    [token({}, { typ: 'logout+jwt' }), 'a logout token'],
    [token({}, { typ: 'application/secevent+jwt' }), 'a security event'],
    [forge({ alg: 'HS256' }, 'null'), 'payload null'],
    [forge({ alg: 'HS256' }, '[]'), 'payload a list'],
    [forge({ alg: 'HS256' }, '{'), 'payload that is not JSON'],
    [forge('[]', { sub: 'ada', exp: now() + 60 }), 'header a list'],
    [forge({ alg: 'HS256' }, nobody), 'no sub'],
    [forge({ alg: 'HS256' }, { sub: 'ada' }), 'no exp'],
    [token({ sub: '' }), 'empty sub'],
    [token({ sub: ' \t' }), 'blank sub'],
    [token({ sub: 'a'.repeat(256) }), 'sub of 256'],
    [token({ sub: 'ada\0' }), 'NUL in sub'],
    [forge({ alg: 'HS256' }, `{"sub":"ada\\ud800","exp":${now() + 60}}`), 'half a surrogate pair in sub'],
    [forge({ alg: 'HS256' }, { sub: 1, exp: now() + 60 }), 'sub a number'],
    [forge({ alg: 'HS256' }, { sub: ['ada'], exp: now() + 60 }), 'sub a list'],
    [forge({ alg: 'HS256' }, { sub: null, exp: now() + 60 }), 'sub null'],
    [forge({ alg: 'HS256' }, { sub: 'ada', exp: String(now() + 60) }), 'exp a string'],
    [forge({ alg: 'HS256' }, { sub: 'ada', exp: null }), 'exp null'],
    [forge({ alg: 'HS256' }, `{"__proto__":{"sub":"ada","exp":${now() + 60}}}`), 'claims of a prototype'],
    [token({ exp: 0 }), 'exp 0'],
    [token({ nbf: 'soon' as unknown as number }), 'nbf a string'],
    [token({ iat: 'now' as unknown as number }), 'iat a string'],
    [token({ iat: now() + 60 }), 'issued a minute from now'],
    [token({ iat: now() + 315_360_000, exp: now() + 630_720_000 }), 'issued ten years from now'],
    [token({ iat: 1e300 }), 'issued after the end of time'],
    [token({ name: 'a'.repeat(16_384) }), 'over 16 KB'],
  ]
  it.each(refused.map(([text, why]) => ({ text, why })))('is refused: $why', async ({ text }) => {
    expect(await verify(text)).toBeNull()
  })

  it('is accepted with a sub of 255 characters, of whatever script', async () => {
    for (const sub of ['a'.repeat(255), 'auth0|507f1f77', 'Ада', ' ada '])
      expect(await verify(token({ sub }))).toMatchObject({ subject: sub })
  })

  it('with the type of an access token is accepted', async () => {
    for (const typ of ['at+jwt', 'application/at+jwt', 'jwt', 'JWT'])
      expect(await verify(token({}, { typ }))).not.toBeNull()
  })

  it('must have the configured issuer and audience', async () => {
    const strict = jwtVerifier({
      keys: { by: 'secret', secret },
      issuer: 'https://idp.example',
      audiences: ['guildhall'],
    })
    const right = { iss: 'https://idp.example', aud: 'guildhall' }
    expect(await strict(token(right))).not.toBeNull()
    expect(await strict(token({ ...right, aud: ['other', 'guildhall'] }))).not.toBeNull()
    for (const wrong of [
      {},
      { iss: right.iss },
      { aud: right.aud },
      { ...right, iss: 'https://idp.example/' },
      { ...right, iss: 'https://evil.example' },
      { ...right, aud: 'other' },
      { ...right, aud: [] },
      { ...right, aud: 'guildhall2' },
    ])
      expect(await strict(token(wrong)), JSON.stringify(wrong)).toBeNull()
  })

  it('may have any one of several configured audiences', async () => {
    const strict = jwtVerifier({ keys: { by: 'secret', secret }, audiences: ['web', 'mobile'] })
    for (const aud of ['web', 'mobile', ['other', 'mobile']])
      expect(await strict(token({ aud }))).not.toBeNull()
    for (const aud of ['web,mobile', 'other', []]) expect(await strict(token({ aud }))).toBeNull()
    expect(await strict(token())).toBeNull()
  })

  it('is refused, without an internal error, if its content is invalid', async () => {
    const json = fc.jsonValue()
    const header = fc.oneof(
      json,
      fc.record(
        { alg: fc.constant('HS256'), kid: json, typ: json, crit: json, jwk: json, b64: json },
        { requiredKeys: ['alg'] },
      ),
    )
    const payload = fc.oneof(
      json,
      fc.record(
        { sub: json, exp: json, nbf: json, iat: json, email: json, email_verified: json, name: json },
        { requiredKeys: [] },
      ),
    )
    await fc.assert(
      fc.asyncProperty(header, payload, async (head, body) => {
        const claims = await verify(forge(head, body))
        if (claims) expect(claims.subject).toEqual(expect.any(String))
      }),
      { numRuns: 500 },
    )
  })

  it('is not verified with a secret shorter than 32 bytes', () => {
    expect(() => jwtVerifier({ keys: { by: 'secret', secret: 'a'.repeat(31) } })).toThrow(RangeError)
  })
})
