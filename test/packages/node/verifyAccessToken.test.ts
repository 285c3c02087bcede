import { decodeJwt, UnsecuredJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AccessTokenOptions } from '../../../packages/node/src/index.js'
import { verifyAccessToken } from '../../../packages/node/src/index.js'
import { rotateSigningKeys } from '../../../src/domain/accessTokens/signingKeys.js'
import { newKey, upsertAppRole } from '../../support/appRoles.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'
import { startKeySetServer } from './keySetServer.js'

const issuer = 'https://orgs.example.com'
const secret = 'the secret of this test for encrypted keys'

/** The reason why a token is refused; `null` if it is accepted. */
const problemOf = (token: string, options: AccessTokenOptions) =>
  verifyAccessToken(token, options).then(
    () => null,
    (error) => error.code ?? error.name,
  )

/** Sets the clock by which keys grow old. */
function later(ms: number): void {
  const now = performance.now() + ms
  vi.spyOn(performance, 'now').mockImplementation(() => now)
}
afterEach(() => void vi.restoreAllMocks())

describe('verifyAccessToken', () => {
  const testServer = useTestServer({
    env: { TOKEN_ISSUER: issuer, TOKEN_AUDIENCES: 'projects,billing', KEY_ENCRYPTION_SECRET: secret },
  })
  let owner: TestPerson
  let orgId: string
  let options: AccessTokenOptions

  beforeEach(async () => {
    owner = await testServer.signUp()
    orgId = await createOrg(owner)
    // A query, so that each test fetches the keys itself.
    const jwksUrl = `${testServer.url}/.well-known/jwks.json?${crypto.randomUUID()}`
    options = { jwksUrl, issuer, audience: 'projects' }
  })

  const newToken = async (audience = 'projects'): Promise<string> =>
    (await mutate(owner, 'createOrgAccessToken', { orgId, audience }, 'accessToken')).accessToken

  it('tells who the caller is, and what they may do', async () => {
    const { key, id } = await upsertAppRole(testServer, { key: newKey(), permissions: ['project:write'] })
    await mutate(owner, 'updateOrgUserRoles', { orgId, userId: owner.id, addAppRoleIds: [id] })
    await mutate(testServer.instance, 'updateOrg', { orgId, externalId: `workspace ${orgId}` })
    const token = await newToken()
    const { exp = 0, org_slug } = decodeJwt(token)
    const caller = await verifyAccessToken(token, { ...options, orgId })
    expect(caller).toEqual({
      subject: owner.subject,
      userId: owner.id,
      orgId,
      orgSlug: org_slug,
      orgExternalId: `workspace ${orgId}`,
      roles: ['OWNER'],
      permissions: expect.arrayContaining(['ORG_READ', 'ORG_DELETE']),
      appRoles: [key],
      appPermissions: ['project:write'],
      seq: 4,
      expiresAt: new Date(exp * 1_000),
    })
  })

  it('refuses a token for another audience, issuer or org', async () => {
    const token = await newToken()
    expect(await problemOf(await newToken('billing'), options)).toBe('WRONG_AUDIENCE')
    expect(await problemOf(token, { ...options, issuer: 'https://other.example' })).toBe('WRONG_ISSUER')
    expect(await problemOf(token, { ...options, orgId: await createOrg(owner) })).toBe('WRONG_ORG')
    expect(await problemOf(token, options)).toBe(null)
  })

  it('refuses a token that was changed, and a sign-in token', async () => {
    const token = await newToken()
    const [header, payload, signature = ''] = token.split('.')
    const other = btoa(JSON.stringify({ ...decodeJwt(token), roles: ['USER'] })).replace(/=+$/, '')
    expect(await problemOf([header, other, signature].join('.'), options)).toBe('BAD_SIGNATURE')
    expect(await problemOf([header, payload, ''].join('.'), options)).toBe('BAD_SIGNATURE')
    expect(await problemOf(owner.authorization?.replace('Bearer ', '') ?? '', options)).toBe(
      'WRONG_ALGORITHM',
    )
  })

  it('takes tokens of the old key and of the new one while keys are rotated, and those of a withdrawn key no longer than its keys are kept', async () => {
    const old = await newToken()
    expect(await problemOf(old, options)).toBe(null)
    await rotateSigningKeys(testServer.server.app.database, secret, { withdraw: true })
    await vi.waitUntil(async () => decodeJwt(await newToken()) && kidOf(await newToken()) !== kidOf(old), {
      timeout: 10_000,
    })
    const fresh = await newToken()
    later(31_000)
    expect(await problemOf(fresh, options)).toBe(null)
    expect(await problemOf(old, options)).toBe('UNKNOWN_KEY')
  })
})

const kidOf = (token: string) => JSON.parse(atob(token.split('.')[0] ?? '')).kid

describe('verifyAccessToken refuses what Guildhall never signs', () => {
  let server: Awaited<ReturnType<typeof startKeySetServer>>
  let sign: Awaited<ReturnType<typeof server.newKey>>
  let options: AccessTokenOptions
  beforeAll(async () => {
    server = await startKeySetServer()
    sign = await server.newKey('1')
  })
  beforeEach(() => {
    server.answer(undefined)
    options = { jwksUrl: server.newUrl(), issuer, audience: 'projects' }
  })
  afterAll(() => server.close())

  const now = () => Math.floor(Date.now() / 1_000)
  const claims = () => ({
    iss: issuer,
    aud: 'projects',
    sub: 'a person',
    user_id: 'a user',
    org_id: 'an org',
    org_slug: 'org',
    roles: ['USER'],
    permissions: [],
    app_roles: [],
    app_permissions: [],
    seq: 1,
    iat: now(),
    exp: now() + 300,
  })
  /** Claims without one. */
  const lacking = (name: string) =>
    Object.fromEntries(Object.entries(claims()).filter(([other]) => other !== name))

  it('a token that has run out, with some leeway for clocks', async () => {
    expect(await problemOf(await sign({ ...claims(), exp: now() - 3 }), options)).toBe(null)
    expect(await problemOf(await sign({ ...claims(), exp: now() - 7 }), options)).toBe('EXPIRED')
    const strict = { ...options, clockToleranceS: 0 }
    expect(await problemOf(await sign({ ...claims(), exp: now() - 3 }), strict)).toBe('EXPIRED')
  })

  it('a token without a signature', async () => {
    const token = new UnsecuredJWT(claims()).encode()
    expect(await problemOf(token, options)).toBe('WRONG_ALGORITHM')
    const [, payload] = token.split('.')
    const header = btoa('{"alg":"none","typ":"org-access+jwt","kid":"1"}').replace(/=+$/, '')
    for (const alike of [`${header}.${payload}.`, `${header}.${payload}.AAAA`])
      expect(await problemOf(alike, options)).toBe('WRONG_ALGORITHM')
  })

  it('a token of another type', async () => {
    expect(await problemOf(await sign(claims(), { typ: 'JWT' }), options)).toBe('WRONG_TYPE')
  })

  it.each([
    'iss',
    'aud',
    'exp',
    'sub',
    'user_id',
    'org_id',
    'org_slug',
    'roles',
    'permissions',
    'app_roles',
    'app_permissions',
    'seq',
  ])('a token without %s', async (name) => {
    expect(await problemOf(await sign(lacking(name)), options)).toBe('MALFORMED')
  })

  it('a token with a claim of another type', async () => {
    for (const wrong of [{ roles: 'OWNER' }, { app_permissions: [1] }, { user_id: ['a user'] }, { seq: '1' }])
      expect(await problemOf(await sign({ ...claims(), ...wrong }), options)).toBe('MALFORMED')
  })

  it('a text that is no token, however long', async () => {
    for (const text of ['', 'abc', 'a.b.c', 'x'.repeat(10_000_000)])
      expect(await problemOf(text, options)).toBe('MALFORMED')
  })

  it('tokens with unknown keys, and fetches the keys only once for a thousand of them', async () => {
    const forge = await server.newKey('1', { published: false })
    expect(await problemOf(await forge(claims()), options)).toBe('BAD_SIGNATURE')
    const before = server.requests()
    for (let kid = 0; kid < 1_000; kid++) {
      if (kid === 500) later(31_000)
      expect(await problemOf(await forge(claims(), { kid: `forged ${kid}` }), options)).toBe('UNKNOWN_KEY')
    }
    expect(server.requests() - before).toBe(1)
    expect(await problemOf(await sign(claims()), options)).toBe(null)
  })

  it('nothing, if the keys can’t be fetched for a while, as long as they are not too old', async () => {
    const token = await sign({ ...claims(), exp: now() + 3_600 })
    expect(await problemOf(token, options)).toBe(null)
    server.answer(() => ({ status: 500, body: '' }))
    later(590_000)
    expect(await problemOf(token, options)).toBe(null)
    later(20_000)
    expect(await problemOf(token, options)).toBe('KeysUnavailableError')
    server.answer(undefined)
    later(2_000)
    expect(await problemOf(token, options)).toBe(null)
  })

  it.each([
    ['an error', 500, ''],
    ['no JSON', 200, '<html>'],
    ['no key set', 200, '{}'],
    ['too much', 200, JSON.stringify({ keys: [], more: 'x'.repeat(70_000) })],
  ])('every token as long as the server of keys answers with %s', async (_, status, body) => {
    server.answer(() => ({ status, body }))
    const before = server.requests()
    for (let turn = 0; turn < 5; turn++)
      expect(await problemOf(await sign(claims()), options)).toBe('KeysUnavailableError')
    // It does not ask again at once.
    expect(server.requests() - before).toBe(1)
  })

  it('every token, if an option is missing', async () => {
    const token = await sign(claims())
    for (const missing of [{ issuer: '' }, { audience: '' }])
      expect(await problemOf(token, { ...options, ...missing })).toBe('TypeError')
  })
})
