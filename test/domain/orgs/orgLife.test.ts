import { createClient } from 'graphql-ws'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import WebSocket from 'ws'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import {
  createOrgWith,
  createToken,
  orgPermissions,
  readEverything,
  usePeople,
} from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '4', PREMIUM_SEATS: '6' } })
const people = usePeople(testServer)
const newName = () => `Org ${crypto.randomUUID()}`
const newAddress = () => `${crypto.randomUUID()}@new.example`

const create = (client: Client, input: Record<string, unknown>) =>
  mutate(client, 'createOrg', input, 'org { id name status tier dataRegion createdBy { id } }')
const lastEvents = async (orgId: string, count: number) =>
  (await readOrg(testServer.instance, orgId)).events.nodes.slice(-count)

describe('createOrg', () => {
  it('creates an ACTIVE org of tier FREE with its founder as the OWNER', async () => {
    const founder = await testServer.signUp()
    const name = newName()
    const { org } = await create(founder, { name, dataRegion: 'EU_CENTRAL' })
    expect(org).toEqual({
      id: expect.any(String),
      name,
      status: 'ACTIVE',
      tier: 'FREE',
      dataRegion: 'EU_CENTRAL',
      createdBy: { id: founder.id },
    })
    const { users, events } = await readOrg(founder, org.id)
    expect(users.nodes).toEqual([
      { roles: ['OWNER'], status: 'ACTIVE', origin: 'CREATOR', user: { id: founder.id, name: founder.name } },
    ])
    expect(events.nodes).toMatchObject([
      { seq: 1, orgEventType: 'CREATED', actor: { id: founder.id } },
      { seq: 2, memberEventType: 'JOINED', userId: founder.id, roles: ['OWNER'], previousRoles: [] },
    ])
  })

  it('stores data in US_WEST by default', async () => {
    expect((await create(people.owner, { name: newName() })).org.dataRegion).toBe('US_WEST')
    expect((await create(people.owner, { name: newName(), dataRegion: null })).org.dataRegion).toBe('US_WEST')
  })

  it('is allowed to a person whose address is unverified or missing', async () => {
    for (const claims of [{ verified: false }, { email: null }])
      expect(await create(await testServer.signUp(claims), { name: newName() })).toMatchObject({
        __typename: 'CreateOrgPayload',
      })
  })

  it('by an instance token creates the org for the given owner, without an actor', async () => {
    const token = await createToken(testServer, testServer.instance, ['ORG_CREATE'])
    const { org } = await create(token, { name: newName(), ownerId: people.user.id })
    expect(org.createdBy).toBeNull()
    const { users, events } = await readOrg(people.user, org.id)
    expect(users.nodes).toMatchObject([
      { roles: ['OWNER'], status: 'ACTIVE', origin: 'CREATOR', user: { id: people.user.id } },
    ])
    expect(events.nodes.map(({ actor }: { actor: unknown }) => actor)).toEqual([null, null])
  })

  it('requires an owner from an instance token, and refuses one from a person', async () => {
    for (const [client, ownerId] of [
      [testServer.instance, undefined],
      [testServer.instance, null],
      [people.owner, people.owner.id],
      [people.owner, 'nonsense'],
    ] as const)
      expect(await create(client, { name: newName(), ownerId })).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: 'ownerId' }],
      })
    for (const ownerId of ['nonsense', btoa('User:0190f5a0-1234-7abc-8def-000000000001')])
      expect(await create(testServer.instance, { name: newName(), ownerId })).toMatchObject({
        __typename: 'NotFoundError',
      })
  })

  it('binds the founder’s own domain at once if their address is verified', async () => {
    const founder = await testServer.signUp()
    const { org } = await create(founder, { name: newName(), bindEmailDomain: true })
    const { data } = await founder.ask(
      'query($id: ID!) { org(id: $id) { emailDomains { domain status challenge { recordName } } } }',
      { id: org.id },
    )
    expect(data.org.emailDomains).toEqual([
      { domain: founder.email.split('@')[1], status: 'VERIFIED', challenge: null },
    ])
    expect(await lastEvents(org.id, 2)).toMatchObject([
      { orgEventType: 'EMAIL_DOMAIN_BOUND' },
      { orgEventType: 'EMAIL_DOMAIN_VERIFIED' },
    ])
  })

  it('creates nothing if the domain cannot be bound', async () => {
    const name = newName()
    const unproven = await testServer.signUp({ verified: false })
    expect(await create(unproven, { name, bindEmailDomain: true })).toMatchObject({
      __typename: 'EmailNotVerifiedError',
    })
    expect(await create(people.owner, { name })).toMatchObject({ __typename: 'CreateOrgPayload' })
  })

  it('names the input field of a domain that nobody can own', async () => {
    const founder = await testServer.signUp({ email: 'ada@github.io' })
    const input = { name: newName(), bindEmailDomain: true }
    expect(await create(founder, input)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'bindEmailDomain' }],
    })
  })
})

describe('an org’s name', () => {
  it.each([
    ['', 'nothing'],
    [' \t ', 'white space'],
    ['x'.repeat(101), '101 characters'],
    ['😀'.repeat(101), '101 emoji'],
    ['Acme\u0000', 'NUL'],
    ['Acme\nInc', 'a line break'],
    ['Acme\u202eInc', 'a bidirectional override'],
    ['Acme\u2066Inc', 'a bidirectional isolate'],
    ['\ud800', 'half a surrogate pair'],
  ])('%j is refused (%s)', async (name) => {
    const refused = { __typename: 'InvalidInputError', issues: [{ path: 'name' }] }
    expect(await create(people.owner, { name })).toMatchObject(refused)
    const orgId = await createOrg(people.owner)
    expect(await mutate(people.owner, 'updateOrg', { orgId, name })).toMatchObject(refused)
  })

  it('is measured in characters after trimming and NFC', async () => {
    const nonce = crypto.randomUUID()
    const long = `${nonce} ${'😀'.repeat(63)}`
    expect((await create(people.owner, { name: `  ${long}\n` })).org.name).toBe(long)
    const composed = (await create(people.owner, { name: `Cafe\u0301 ${nonce}` })).org.name
    expect(composed).toBe(`Caf\u00e9 ${nonce}`)
  })

  it('is unique without regard to case, and an org is found by it the same way', async () => {
    const nonce = crypto.randomUUID()
    const { org } = await create(people.owner, { name: `Straße ÉCOLE ${nonce}` })
    for (const name of [`straße école ${nonce}`, `STRASSE ÉCOLE ${nonce}`, ` Straße E\u0301COLE ${nonce} `]) {
      expect(await create(people.outsider, { name })).toMatchObject({ __typename: 'OrgNameTakenError' })
      const { data } = await people.owner.ask('query($name: String!) { orgByName(name: $name) { id } }', {
        name,
      })
      expect(data.orgByName).toEqual({ id: org.id })
    }
    expect(await create(people.outsider, { name: `Ecole ${nonce}` })).toMatchObject({
      __typename: 'CreateOrgPayload',
    })
  })

  it('is free again once its org is renamed or deleted', async () => {
    const [name, other] = [newName(), newName()]
    const orgId = await createOrg(people.owner, { name })
    await mutate(people.owner, 'updateOrg', { orgId, name: other })
    expect(await create(people.outsider, { name })).toMatchObject({ __typename: 'CreateOrgPayload' })
    await mutate(people.owner, 'deleteOrg', { orgId })
    await vi.waitFor(
      async () =>
        expect(await create(people.outsider, { name: other })).toMatchObject({
          __typename: 'CreateOrgPayload',
        }),
      { timeout: 10_000, interval: 200 },
    )
  })
})

describe('updateOrg', () => {
  const update = (client: Client, orgId: string, input: Record<string, unknown>) =>
    mutate(client, 'updateOrg', { orgId, ...input }, 'org { name status tier }')

  it('renames the org with one event, even to the same name in another case', async () => {
    const name = newName()
    const orgId = await createOrg(people.owner, { name })
    expect(await update(people.owner, orgId, { name: ` ${name.toUpperCase()} ` })).toMatchObject({
      org: { name: name.toUpperCase() },
    })
    expect(await lastEvents(orgId, 1)).toMatchObject([
      { orgEventType: 'RENAMED', actor: { id: people.owner.id } },
    ])
    const before = await readEverything(testServer, orgId)
    await update(people.owner, orgId, { name: name.toUpperCase() })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('changes everything that is asked for, or nothing', async () => {
    const [orgId, taken, name] = [await createOrg(people.owner), newName(), newName()]
    await createOrg(people.outsider, { name: taken })
    const before = await readEverything(testServer, orgId)
    expect(await update(testServer.instance, orgId, { name: taken, tier: 'PREMIUM' })).toMatchObject({
      __typename: 'OrgNameTakenError',
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    expect(
      await update(testServer.instance, orgId, { name, tier: 'PREMIUM', status: 'PROVISIONING' }),
    ).toMatchObject({ org: { name, tier: 'PREMIUM', status: 'PROVISIONING' } })
    expect(await lastEvents(orgId, 3)).toMatchObject([
      { orgEventType: 'RENAMED', actor: null },
      { orgEventType: 'STATUS_CHANGED', actor: null },
      { orgEventType: 'TIER_CHANGED', actor: null },
    ])
  })

  it('without any change is InvalidInputError', async () => {
    const orgId = await createOrg(people.owner)
    for (const input of [{}, { name: null }, { name: null, status: null, tier: null }])
      expect(await update(people.owner, orgId, input)).toMatchObject({ __typename: 'InvalidInputError' })
  })

  it('needs the permission of each part: ORG_UPDATE for the name, ORG_MANAGE for the rest', async () => {
    const orgId = await createOrg(people.owner)
    const manager = await createToken(testServer, testServer.instance, ['ORG_MANAGE'])
    expect(await update(manager, orgId, { name: newName(), tier: 'PREMIUM' })).toMatchObject({
      __typename: 'PermissionDeniedError',
      permission: 'ORG_UPDATE',
    })
    expect(await update(people.owner, orgId, { name: newName(), tier: 'PREMIUM' })).toMatchObject({
      __typename: 'PermissionDeniedError',
      permission: 'ORG_MANAGE',
    })
    expect(await update(manager, orgId, { tier: 'PREMIUM' })).toMatchObject({ org: { tier: 'PREMIUM' } })
  })
})

describe.each(['PROVISIONING', 'DEPROVISIONING'])('while an org is %s', (status) => {
  it('nothing can be added or changed', async () => {
    const orgId = await createOrgWith(people)
    const orgInviteId = await invite(people.owner, orgId, newAddress())
    await mutate(people.owner, 'bindEmailDomain', { orgId, domain: 'status.example' })
    await mutate(testServer.instance, 'updateOrg', { orgId, status })
    const before = await readEverything(testServer, orgId)
    const attempts: Array<[Client, string, Record<string, unknown>]> = [
      [people.owner, 'updateOrg', { orgId, name: newName() }],
      [testServer.instance, 'updateOrg', { orgId, tier: 'PREMIUM' }],
      [people.owner, 'bindEmailDomain', { orgId, domain: 'another.example' }],
      [people.owner, 'updateEmailDomain', { orgId, domain: 'status.example', joinMode: 'OFF' }],
      [people.owner, 'verifyEmailDomain', { orgId, domain: 'status.example' }],
      [people.owner, 'createOrgInvite', { orgId, invitee: { email: newAddress() } }],
      [people.owner, 'createOrgInvites', { orgId, invitees: [{ email: newAddress() }] }],
      [people.owner, 'resendOrgInvite', { orgInviteId }],
      [people.owner, 'updateOrgUserRoles', { orgId, userId: people.user.id, add: ['ADMIN'] }],
      [people.owner, 'createApiToken', { orgId, name: 'a token', permissions: ['ORG_READ'] }],
    ]
    for (const [client, mutation, input] of attempts)
      expect(await mutate(client, mutation, input), mutation).toMatchObject({
        __typename: 'OrgNotActiveError',
        orgStatus: status,
      })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('removals and reads still work', async () => {
    const orgId = await createOrgWith(people)
    const [pending, ended] = [
      await invite(people.owner, orgId, newAddress()),
      await invite(people.owner, orgId, newAddress()),
    ]
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId: ended })
    await mutate(people.owner, 'bindEmailDomain', { orgId, domain: 'taken-away.example' })
    const { id: apiTokenId } = await createToken(testServer, people.owner, ['ORG_READ'], orgId)
    await mutate(testServer.instance, 'updateOrg', { orgId, status })
    const attempts: Array<[Client, string, Record<string, unknown>]> = [
      [people.owner, 'revokeOrgInvite', { orgInviteId: pending }],
      [people.owner, 'deleteOrgInvite', { orgInviteId: ended }],
      [people.owner, 'unbindEmailDomain', { orgId, domain: 'taken-away.example' }],
      [people.owner, 'revokeApiToken', { apiTokenId }],
      [people.owner, 'removeOrgUser', { orgId, userId: people.user.id }],
      [people.admin, 'leaveOrg', { orgId }],
      [testServer.instance, 'setOrgResourceCount', { orgId, kind: 'robots', count: 0 }],
      [testServer.instance, 'updateOrg', { orgId, status: 'ACTIVE', name: newName() }],
    ]
    for (const [client, mutation, input] of attempts)
      expect((await mutate(client, mutation, input)).__typename, mutation).toMatch(/Payload$/)
    expect(await readOrg(people.owner, orgId)).toMatchObject({ status: 'ACTIVE', limits: { seatsUsed: 1 } })
  })
})

describe('the resources of an org', () => {
  const set = (orgId: string, kind: string, count: number) =>
    mutate(
      testServer.instance,
      'setOrgResourceCount',
      { orgId, kind, count },
      'org { resources { kind count } }',
    )

  it('have at most 100 kinds, and at that limit an existing kind can still change', async () => {
    const orgId = await createOrg(people.owner)
    for (let n = 0; n < 100; n++) await set(orgId, `kind ${n}`, 1)
    expect(await set(orgId, 'one more', 1)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'kind' }],
    })
    expect((await set(orgId, 'kind 7', 2)).org.resources).toHaveLength(100)
    await set(orgId, 'kind 7', 0)
    expect((await set(orgId, 'one more', 1)).__typename).toBe('SetOrgResourceCountPayload')
  })

  it('are what the host application set last, per kind', async () => {
    const orgId = await createOrg(people.owner)
    await set(orgId, 'robots', 3)
    await set(orgId, 'datasets', 1)
    expect((await set(orgId, 'robots', 5)).org.resources).toEqual([
      { kind: 'datasets', count: 1 },
      { kind: 'robots', count: 5 },
    ])
    expect((await set(orgId, 'datasets', 0)).org.resources).toEqual([{ kind: 'robots', count: 5 }])
    const { data } = await people.owner.ask('query($id: ID!) { org(id: $id) { resources { kind count } } }', {
      id: orgId,
    })
    expect(data.org.resources).toEqual([{ kind: 'robots', count: 5 }])
  })

  it.each([
    ['kind', '', 1],
    ['kind', ' ', 1],
    ['kind', 'x\u0000', 1],
    ['kind', 'x'.repeat(1_001), 1],
    ['count', 'robots', -1],
  ])('are refused for an invalid %s: %j, %i', async (path, kind, count) => {
    const orgId = await createOrg(people.owner)
    expect(await set(orgId, kind, count)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    })
  })

  it('above GraphQL’s Int are BAD_USER_INPUT', async () => {
    const orgId = await createOrg(people.owner)
    for (const count of [2 ** 31, 1.5, '3'])
      await expect(set(orgId, 'robots', count as number)).rejects.toThrow('"code":"BAD_USER_INPUT"')
    expect((await set(orgId, 'robots', 2 ** 31 - 1)).org.resources).toEqual([
      { kind: 'robots', count: 2 ** 31 - 1 },
    ])
  })

  it('block the deletion of the org, and the refusal names each kind', async () => {
    const orgId = await createOrg(people.owner)
    await set(orgId, 'robots', 2)
    await set(orgId, 'datasets', 1)
    const before = await readEverything(testServer, orgId)
    expect(await mutate(people.owner, 'deleteOrg', { orgId })).toMatchObject({
      __typename: 'OrgHasResourcesError',
      resources: [
        { kind: 'datasets', count: 1 },
        { kind: 'robots', count: 2 },
      ],
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    await set(orgId, 'robots', 0)
    await set(orgId, 'datasets', 0)
    expect(await mutate(people.owner, 'deleteOrg', { orgId })).toMatchObject({
      __typename: 'DeleteOrgPayload',
    })
  })
})

describe('deleteOrg', () => {
  it('deletes the org with its last events, and everything of it is gone within seconds', async () => {
    const orgId = await createOrgWith(people)
    const invitee = await testServer.signUp()
    const orgInviteId = await invite(people.owner, orgId, invitee.email)
    await mutate(people.owner, 'bindEmailDomain', { orgId, domain: 'deleted.example' })
    const token = await createToken(testServer, people.owner, orgPermissions, orgId)

    expect(await mutate(people.owner, 'deleteOrg', { orgId }, 'orgId')).toEqual({
      __typename: 'DeleteOrgPayload',
      orgId,
    })

    expect(await readOrg(people.owner, orgId)).toMatchObject({ status: 'DEPROVISIONING' })
    expect(await lastEvents(orgId, 2)).toMatchObject([
      { orgEventType: 'STATUS_CHANGED', actor: { id: people.owner.id } },
      { inviteEventType: 'REVOKED', orgInviteId, status: 'REVOKED', actor: { id: people.owner.id } },
    ])
    // More calls during the deletion succeed and do not delay it.
    await vi.waitFor(
      async () => {
        expect(['DeleteOrgPayload', 'NotFoundError']).toContain(
          (await mutate(people.owner, 'deleteOrg', { orgId })).__typename,
        )
        expect(await readOrg(people.owner, orgId)).toBeNull()
      },
      { timeout: 8_000, interval: 500 },
    )
    const { data } = await invitee.ask(
      'query($id: ID!) { orgInvite(id: $id) { id } viewer { orgInvites { totalCount } } }',
      { id: orgInviteId },
    )
    expect(data).toEqual({ orgInvite: null, viewer: { orgInvites: { totalCount: 0 } } })
    expect((await token.ask('{ viewer { id } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect(await mutate(people.owner, 'deleteOrg', { orgId })).toMatchObject({ __typename: 'NotFoundError' })
    const memberships = await people.user.ask('{ viewer { orgUsers(first: 100) { nodes { org { id } } } } }')
    expect(memberships.data.viewer.orgUsers.nodes).not.toContainEqual({ org: { id: orgId } })
    const pool = openPool(testServer.database.url)
    const uuid = atob(orgId).split(':')[1]
    for (const table of [
      'org_user',
      'org_invite',
      'org_event',
      'org_email_domain',
      'api_token',
      'org_resource',
    ])
      expect((await pool.query(`select 1 from ${table} where org_id = $1`, [uuid])).rowCount, table).toBe(0)
    await pool.end()
  })
})

describe('an org that is set ACTIVE again while it is being deleted', () => {
  it('is still deleted, together with everything added since, and each deletion has its event', async () => {
    const orgId = await createOrg(people.owner)
    const client = createClient({
      url: `${testServer.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: people.owner.authorization },
    })
    onTestFinished(async () => client.dispose())
    const after = (await readOrg(people.owner, orgId)).eventCursor
    const stream = client.iterate<{ orgEvents: { orgEventType?: string; inviteEventType?: string } }>({
      query: `subscription($orgId: ID!, $after: String) { orgEvents(orgId: $orgId, after: $after) {
        ... on OrgChangeEvent { orgEventType } ... on OrgInviteEvent { inviteEventType } } }`,
      variables: { orgId, after },
    })
    await mutate(people.owner, 'deleteOrg', { orgId })
    await mutate(testServer.instance, 'updateOrg', { orgId, status: 'ACTIVE' })
    await invite(people.owner, orgId, newAddress())

    const seen: unknown[] = []
    for await (const { data } of stream)
      seen.push(data?.orgEvents.orgEventType ?? data?.orgEvents.inviteEventType)

    expect(seen).toEqual(['STATUS_CHANGED', 'STATUS_CHANGED', 'CREATED', 'STATUS_CHANGED', 'REVOKED'])
    expect(await readOrg(people.owner, orgId)).toBeNull()
  })
})

describe('the limits of an org', () => {
  const limitsOf = async (orgId: string) => {
    const { data } = await people.owner.ask(
      'query($id: ID!) { org(id: $id) { limits { seats seatsUsed pendingInvites pendingInvitesUsed } } }',
      { id: orgId },
    )
    return data.org.limits
  }

  it('are those of its tier, and show how much is used', async () => {
    const orgId = await createOrg(people.owner)
    await invite(people.owner, orgId, newAddress())
    await join(people.owner, orgId, people.user)
    expect(await limitsOf(orgId)).toEqual({
      seats: 4,
      seatsUsed: 2,
      pendingInvites: 25,
      pendingInvitesUsed: 1,
    })
    await mutate(testServer.instance, 'updateOrg', { orgId, tier: 'PREMIUM' })
    expect(await limitsOf(orgId)).toEqual({
      seats: 6,
      seatsUsed: 2,
      pendingInvites: 10_000,
      pendingInvitesUsed: 1,
    })
  })

  it('of a lower tier remove nobody and admit nobody', async () => {
    const orgId = await createOrg(people.owner)
    await mutate(testServer.instance, 'updateOrg', { orgId, tier: 'PREMIUM' })
    for (let joined = 0; joined < 5; joined++) await join(people.owner, orgId, await testServer.signUp())
    await mutate(testServer.instance, 'updateOrg', { orgId, tier: 'FREE' })
    expect(await limitsOf(orgId)).toMatchObject({ seats: 4, seatsUsed: 6 })
    const late = await testServer.signUp()
    const orgInviteId = await invite(people.owner, orgId, late.email)
    expect(await mutate(late, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'LimitReachedError',
      limit: 4,
    })
  })
})
