import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { createOrg, mutate, readOrg } from '../../support/mutate.js'
import { createToken, orgPermissions, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const make = (client: Client, input: Record<string, unknown>) =>
  mutate(
    client,
    'createApiToken',
    { name: 'a token', permissions: ['ORG_READ'], ...input },
    'secret apiToken { id name permissions createdAt createdBy { id } expiresAt lastUsedAt revokedAt org { id } }',
  )
const list = async (client: Client, orgId?: string) => {
  const { data } = await client.ask(
    'query($orgId: ID) { apiTokens(orgId: $orgId) { id name permissions lastUsedAt revokedAt expiresAt } }',
    { orgId },
  )
  return data.apiTokens
}
const codeOf = async (client: Client): Promise<string | undefined> =>
  (await client.ask('{ viewer { id } }')).errors?.[0]?.extensions.code

describe('an API token', () => {
  it('shows its secret once, and the secret holds 256 random bits after gh_', async () => {
    const orgId = await createOrg(people.owner)
    const [one, other] = [await make(people.owner, { orgId }), await make(people.owner, { orgId })]
    expect(one.secret).toMatch(/^gh_[\w-]{43}$/)
    expect(other.secret).not.toBe(one.secret)
    expect(one.apiToken).toEqual({
      id: expect.any(String),
      name: 'a token',
      permissions: ['ORG_READ'],
      createdAt: expect.any(String),
      createdBy: { id: people.owner.id },
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
      org: { id: orgId },
    })
    expect(JSON.stringify(await list(people.owner, orgId))).not.toContain(one.secret.slice(3))
  })

  it('acts with its own permissions, only in its own org, and not as a user', async () => {
    const [orgId, other] = [await createOrg(people.owner), await createOrg(people.owner)]
    const token = await createToken(testServer, people.owner, ['ORG_READ'], orgId)
    const { data } = await token.ask(
      `query($orgId: ID!, $other: ID!) {
        viewer { id } org(id: $orgId) { id viewerPermissions viewerOrgUser { id } users { totalCount } }
        other: org(id: $other) { id } orgs { nodes { id } totalCount }
      }`,
      { orgId, other },
    )
    expect(data).toEqual({
      viewer: null,
      org: { id: orgId, viewerPermissions: ['ORG_READ'], viewerOrgUser: null, users: null },
      other: null,
      orgs: { nodes: [{ id: orgId }], totalCount: 1 },
    })
  })

  it('of the instance acts in every org and belongs to none', async () => {
    const orgId = await createOrg(people.owner)
    const { apiToken, secret } = await make(testServer.instance, { permissions: ['ORG_READ', 'ORG_MANAGE'] })
    expect(apiToken).toMatchObject({ org: null, createdBy: null })
    const { data } = await testServer
      .bearer(`Bearer ${secret}`)
      .ask('query($orgId: ID!) { org(id: $orgId) { viewerPermissions } orgs { totalCount } }', { orgId })
    expect(data.org.viewerPermissions).toEqual(['ORG_READ', 'ORG_MANAGE'])
    expect(data.orgs.totalCount).toBeGreaterThan(1)
  })

  it('lists each permission once, even if the input repeats it', async () => {
    const orgId = await createOrg(people.owner)
    const permissions = ['INVITE_READ', 'ORG_READ', 'INVITE_READ']
    expect((await make(people.owner, { orgId, permissions })).apiToken.permissions).toEqual([
      'ORG_READ',
      'INVITE_READ',
    ])
  })

  it.each([
    ['name', { name: '' }],
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: 'bell \u0007' }],
    ['permissions', { permissions: [] }],
    ['permissions', { permissions: Array(100).fill('ORG_READ') }],
    ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
  ])('is refused for an invalid %s: %j', async (path, input) => {
    const orgId = await createOrg(people.owner)
    const refused = { __typename: 'InvalidInputError', issues: [{ path }] }
    expect(await make(people.owner, { orgId, ...input })).toMatchObject(refused)
    expect(await make(testServer.instance, input)).toMatchObject(refused)
    expect(await list(people.owner, orgId)).toEqual([])
  })

  it('may expire as late as the year 9999', async () => {
    const orgId = await createOrg(people.owner)
    const { apiToken } = await make(people.owner, { orgId, expiresAt: '9999-12-31T23:59:59.999Z' })
    expect(apiToken.expiresAt).toBe('9999-12-31T23:59:59.999Z')
  })

  it('is UNAUTHENTICATED once it has expired, and stays listed without permissions', async () => {
    const orgId = await createOrg(people.owner)
    const { secret, apiToken } = await make(people.owner, {
      orgId,
      expiresAt: new Date(Date.now() + 2_000).toISOString(),
    })
    const token = testServer.bearer(`Bearer ${secret}`)
    expect(await codeOf(token)).toBeUndefined()
    await sleep(new Date(apiToken.expiresAt).getTime() - Date.now() + 50)
    expect(await codeOf(token)).toBe('UNAUTHENTICATED')
    expect(await list(people.owner, orgId)).toMatchObject([
      { id: apiToken.id, revokedAt: null, permissions: [] },
    ])
  })

  it('is UNAUTHENTICATED as soon as it is revoked, stays listed, and can be revoked again without effect', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, people.owner, ['ORG_READ'], orgId)
    const { apiToken } = await mutate(
      people.owner,
      'revokeApiToken',
      { apiTokenId: token.id },
      'apiToken { revokedAt permissions }',
    )
    expect(apiToken).toEqual({ revokedAt: expect.any(String), permissions: [] })
    expect(await codeOf(token)).toBe('UNAUTHENTICATED')
    expect(
      await mutate(people.owner, 'revokeApiToken', { apiTokenId: token.id }, 'apiToken { revokedAt }'),
    ).toMatchObject({ apiToken: { revokedAt: apiToken.revokedAt } })
    expect(await list(people.owner, orgId)).toMatchObject([{ id: token.id, revokedAt: apiToken.revokedAt }])
    const { events } = await readOrg(people.owner, orgId)
    expect(events.nodes.slice(2).map(({ orgEventType }: { orgEventType: string }) => orgEventType)).toEqual([
      'API_TOKEN_CREATED',
      'API_TOKEN_REVOKED',
    ])
  })

  it('shows when it was last used', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, people.owner, ['ORG_READ'], orgId)
    expect(await list(people.owner, orgId)).toMatchObject([{ lastUsedAt: null }])
    await codeOf(token)
    await vi.waitFor(async () =>
      expect(await list(people.owner, orgId)).toMatchObject([{ lastUsedAt: expect.any(String) }]),
    )
  })

  it('can revoke itself', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, people.owner, ['API_TOKEN_MANAGE'], orgId)
    expect(await mutate(token, 'revokeApiToken', { apiTokenId: token.id })).toMatchObject({
      __typename: 'RevokeApiTokenPayload',
    })
    expect(await codeOf(token)).toBe('UNAUTHENTICATED')
  })

  it('of an org is listed newest first, and not among the tokens of the instance', async () => {
    const orgId = await createOrg(people.owner)
    const made: string[] = []
    for (const name of ['first', 'second', 'third'])
      made.push((await make(people.owner, { orgId, name })).apiToken.id)
    expect((await list(people.owner, orgId)).map(({ id }: { id: string }) => id)).toEqual(made.toReversed())
    const ofInstance = await list(testServer.instance)
    expect(ofInstance.map(({ id }: { id: string }) => id)).not.toContain(made[0])
  })

  it('of one org cannot see or revoke the tokens of another org', async () => {
    const [orgId, other] = [await createOrg(people.owner), await createOrg(people.owner)]
    const token = await createToken(testServer, people.owner, orgPermissions, orgId)
    const victim = await createToken(testServer, people.owner, ['ORG_READ'], other)
    expect(await mutate(token, 'revokeApiToken', { apiTokenId: victim.id })).toMatchObject({
      __typename: 'NotFoundError',
    })
    expect(await make(token, { orgId: other })).toMatchObject({ __typename: 'NotFoundError' })
    expect(await codeOf(victim)).toBeUndefined()
  })
})

describe('an invalid credential', () => {
  it.each([
    'Bearer gh_nothing',
    `Bearer gh_${'A'.repeat(43)}`,
    'Bearer gi_AAAA',
    'Bearer',
    'Bearer ',
    'Basic dXNlcjpwYXNz',
    'gh_token',
    'Bearer a b',
    'Bearer a.b.c',
  ])('gets HTTP 401 UNAUTHENTICATED and runs nothing: %j', async (authorization) => {
    const response = await fetch(`${testServer.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    })
    expect(response.status).toBe(401)
    const body = (await response.json()) as {
      errors: Array<{ extensions: { code: string } }>
      data?: unknown
    }
    expect(body.errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect(body.data ?? null).toBeNull()
  })

  it('does not include a lower-case scheme: "bearer" works like "Bearer"', async () => {
    const token = await createToken(testServer, testServer.instance, ['ORG_READ'])
    expect(await codeOf(testServer.bearer(token.authorization?.replace('Bearer', 'bearer')))).toBeUndefined()
  })
})
