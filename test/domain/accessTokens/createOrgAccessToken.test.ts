import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createOrg, mutate } from '../../support/mutate.js'
import { createOrgWith, createToken, granted, orgPermissions, usePeople } from '../../support/people.js'
import { APP_URL, ask, type Client, useTestServer } from '../../support/testServer.js'

const accessToken = async (client: Client, input: Record<string, unknown>): Promise<string> => {
  const result = await mutate(client, 'createOrgAccessToken', input, 'accessToken expiresAt')
  if (!result.accessToken) throw new Error(`no token: ${JSON.stringify(result)}`)
  return result.accessToken
}

describe('an org access token', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)

  it('verifies with the published keys, and says who may do what in which org', async () => {
    const orgId = await createOrgWith(people)
    const { accessToken, expiresAt } = await mutate(
      people.admin,
      'createOrgAccessToken',
      { orgId },
      'accessToken expiresAt',
    )
    const keys = createRemoteJWKSet(new URL(`${testServer.url}/.well-known/jwks.json`))
    const { payload, protectedHeader } = await jwtVerify(accessToken, keys, {
      issuer: APP_URL,
      audience: 'guildhall',
    })
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'org-access+jwt', kid: expect.any(String) })
    const { data } = await people.owner.ask(
      'query($orgId: ID!) { org(id: $orgId) { slug events(last: 1) { nodes { seq } } } }',
      { orgId },
    )
    expect(payload).toEqual({
      iss: APP_URL,
      sub: people.admin.subject,
      aud: 'guildhall',
      user_id: people.admin.id,
      org_id: orgId,
      org_slug: data.org.slug,
      roles: ['ADMIN'],
      permissions: expect.any(Array),
      app_roles: [],
      app_permissions: [],
      seq: data.org.events.nodes[0].seq,
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 300,
      jti: expect.any(String),
    })
    expect(Math.abs((payload.iat ?? 0) - Date.now() / 1_000)).toBeLessThan(5)
    expect(new Date(expiresAt).getTime()).toBe((payload.exp ?? 0) * 1_000)
  })

  it.each(['USER', 'ADMIN', 'OWNER'] as const)('has the permissions of the role %s', async (role) => {
    const person = people[role.toLowerCase() as 'user' | 'admin' | 'owner']
    const claims = decodeJwt(await accessToken(person, { orgId: await createOrgWith(people) }))
    expect((claims.permissions as string[]).toSorted()).toEqual(granted[role].toSorted())
  })

  it('has the newest event’s seq, which counts on with each change, and an id of its own', async () => {
    const orgId = await createOrg(people.owner)
    const before = decodeJwt(await accessToken(people.owner, { orgId }))
    await mutate(people.owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
    const after = decodeJwt(await accessToken(people.owner, { orgId }))
    expect([before.seq, after.seq]).toEqual([2, 3])
    expect(before.jti).not.toBe(after.jti)
  })

  it('names the org as the host application does, if it has given it an external id', async () => {
    const orgId = await createOrg(people.owner)
    expect(decodeJwt(await accessToken(people.owner, { orgId }))).not.toHaveProperty('org_external_id')
    const externalId = crypto.randomUUID()
    const slug = `s-${externalId}`
    await mutate(testServer.instance, 'updateOrg', { orgId, externalId, slug })
    expect(decodeJwt(await accessToken(people.owner, { orgId }))).toMatchObject({
      org_external_id: externalId,
      org_slug: slug,
    })
  })

  it('is refused to API tokens, and to a member who has left', async () => {
    const orgId = await createOrgWith(people)
    const token = await createToken(testServer, testServer.instance, orgPermissions, orgId)
    await mutate(people.user, 'leaveOrg', { orgId })
    for (const client of [token, testServer.instance, people.user, people.outsider])
      expect(await mutate(client, 'createOrgAccessToken', { orgId })).toMatchObject({
        __typename: 'NotFoundError',
      })
  })

  it('is issued while the org is not ACTIVE too, because it only reads', async () => {
    const orgId = await createOrg(people.owner)
    await mutate(testServer.instance, 'updateOrg', { orgId, status: 'PROVISIONING' })
    await accessToken(people.owner, { orgId })
  })

  it('is no sign-in, neither by a shared secret nor by Guildhall’s own keys', async () => {
    const token = await accessToken(people.owner, { orgId: await createOrg(people.owner) })
    const ownKeys = await testServer.startAnother({
      env: {
        AUTH_JWT_SECRET: '',
        AUTH_JWKS_URL: `${testServer.url}/.well-known/jwks.json`,
        AUTH_ISSUER: APP_URL,
        AUTH_AUDIENCE: 'guildhall',
      },
    })
    for (const url of [testServer.url, ownKeys.url]) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{"query":"{ viewer { id } }"}',
      })
      expect(response.status).toBe(401)
      expect((await ask(url, `Bearer ${token}`, '{ viewer { id } }')).errors?.[0]?.extensions.code).toBe(
        'UNAUTHENTICATED',
      )
    }
  })
})

describe('with settings, an org access token', () => {
  const testServer = useTestServer({
    env: {
      TOKEN_ISSUER: 'https://orgs.example.com',
      TOKEN_AUDIENCES: 'billing, projects',
      TOKEN_LIFETIME_S: '60',
      ACCESS_TOKENS_PER_USER_PER_MINUTE: '3',
    },
  })
  const people = usePeople(testServer)

  it('has the issuer and the lifetime, and the first audience if none is asked for', async () => {
    const orgId = await createOrg(people.owner)
    const { iss, aud, exp, iat } = decodeJwt(await accessToken(people.owner, { orgId }))
    expect([iss, aud, (exp ?? 0) - (iat ?? 0)]).toEqual(['https://orgs.example.com', 'billing', 60])
    expect(decodeJwt(await accessToken(people.owner, { orgId, audience: 'projects' })).aud).toBe('projects')
  })

  it.each(['guildhall', 'Billing', '', ' billing', 'billing, projects'])(
    'is refused for an audience that is not in the setting: %j',
    async (audience) => {
      const orgId = await createOrg(people.admin)
      expect(await mutate(people.admin, 'createOrgAccessToken', { orgId, audience })).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: 'audience' }],
      })
    },
  )

  it('is signed so often a minute for one person, and goes on for others', async () => {
    const orgId = await createOrgWith({ ...people, owner: await testServer.signUp() })
    const ofUser = () => mutate(people.user, 'createOrgAccessToken', { orgId })
    for (let count = 0; count < 3; count++)
      expect(await ofUser()).toEqual({ __typename: 'CreateOrgAccessTokenPayload' })
    const { retryAfterSeconds, ...refusal } = await ofUser()
    expect(refusal).toEqual({
      __typename: 'RateLimitedError',
      message: `Too many org access tokens for one minute. Try again in ${retryAfterSeconds} seconds.`,
    })
    expect(retryAfterSeconds).toBeGreaterThan(30)
    expect(retryAfterSeconds).toBeLessThanOrEqual(60)
    await accessToken(people.admin, { orgId })
  })
})

describe('in production without KEY_ENCRYPTION_SECRET', () => {
  const testServer = useTestServer({ env: { NODE_ENV: 'production', APP_URL } })

  it('no key is made, and whoever asks for a token learns what is missing', async () => {
    const owner = await testServer.signUp()
    const { data, errors } = await owner.ask(
      'mutation($input: CreateOrgAccessTokenInput!) { createOrgAccessToken(input: $input) { __typename } }',
      { input: { orgId: await createOrg(owner) } },
    )
    expect(data).toBeNull()
    expect(errors).toMatchObject([
      {
        message: 'This server issues no org access tokens: KEY_ENCRYPTION_SECRET is not set.',
        extensions: { code: 'UNAVAILABLE' },
      },
    ])
    const response = await fetch(`${testServer.url}/.well-known/jwks.json`)
    expect(await response.json()).toEqual({ keys: [] })
  })

  it('another server with the secret signs, and this one publishes the key', async () => {
    const owner = await testServer.signUp()
    const input = { orgId: await createOrg(owner) }
    const other = await testServer.startAnother({ env: { KEY_ENCRYPTION_SECRET: 'x'.repeat(32) } })
    const { data } = await ask(
      other.url,
      owner.authorization,
      'mutation($input: CreateOrgAccessTokenInput!) { createOrgAccessToken(input: $input) { ... on CreateOrgAccessTokenPayload { accessToken } } }',
      { input },
    )
    const { kid } = decodeProtectedHeader(data.createOrgAccessToken.accessToken)
    await expect
      .poll(
        async () => (await (await fetch(`${testServer.url}/.well-known/jwks.json`)).json()).keys[0]?.kid,
        {
          timeout: 8_000,
        },
      )
      .toBe(kid)
    await expect(testServer.startAnother({ env: { KEY_ENCRYPTION_SECRET: 'y'.repeat(32) } })).rejects.toThrow(
      /^KEY_ENCRYPTION_SECRET is not the secret/,
    )
  })
})
