import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { upsertAppRole } from '../support/appRoles.js'
import { allowRequests, askedBy, newAsker } from '../support/joinRequests.js'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { createToken } from '../support/people.js'
import { roundTripsOf, statementsOf } from '../support/statements.js'
import { ask, type Client, type TestPerson, useTestServer } from '../support/testServer.js'
import { insertDelivery, NOWHERE, QUIET } from '../support/webhooks.js'

// Deliveries come at any time, and their messages are read by GraphQL as requests are. So nothing is delivered here.
vi.mock('../../src/webhooks/dispatcher.js', () => ({
  openDispatcher: () => ({ committed() {}, async close() {} }),
}))

const testServer = useTestServer({
  env: { FREE_SEATS: '100', FREE_PENDING_INVITES: '100', MAX_ALIASES: '20' },
})

describe.each([
  ['the accelerator', true],
  ['the plain path', false],
])('a read takes a fixed number of statements, whatever the amount of data, on %s:', (path, fast) => {
  let url: string

  /** The number of statements of an operation, measured at a repeated request. */
  async function countOf({ authorization }: Client, document: string, variables?: Record<string, unknown>) {
    await ask(url, authorization, document, variables)
    let errors: unknown
    const statements = await statementsOf(async () => {
      errors = (await ask(url, authorization, document, variables)).errors
    })
    expect(errors).toBeUndefined()
    return statements.length
  }

  /**
   * Checks the number of statements for a small and a large amount of data. One statement less is
   * fine: another field may have read the rows already.
   */
  async function expectAtMost(
    limit: number,
    what: string,
    count: (orgId: string, orgs: number) => Promise<number>,
  ) {
    const counts = [await count(small, 1), await count(large, 6)]
    figures.push(`${what.padEnd(36)}${counts.map((one) => String(one).padStart(4)).join('')}`)
    expect(Math.max(...counts)).toBeLessThanOrEqual(limit)
  }
  const figures: string[] = []
  afterAll(() =>
    console.log([`${path}: statements of a small read and of a large one`, ...figures].join('\n')),
  )

  let owner: TestPerson
  /**
   * Two orgs of the owner: a small one with an admin who sent one invite, and a large one with 50
   * members and 20 invites.
   */
  let small: string
  let large: string
  let invitee: TestPerson
  beforeAll(async () => {
    url = fast ? testServer.url : (await testServer.startAnother({ env: { ACCELERATOR: 'none' } })).url
    owner = await testServer.signUp()
    invitee = await testServer.signUp()
    small = await createOrg(owner)
    for (let more = 0; more < 4; more++) await join(owner, await createOrg(owner), invitee, ['ADMIN'])
    large = await createOrg(owner)
    const people = await Promise.all(Array.from({ length: 49 }, () => testServer.signUp()))
    const admins = people.slice(0, 5)
    for (const admin of admins) await join(owner, large, admin, ['ADMIN'])
    // One after another: writes to one org wait for each other anyway.
    for (const person of people.slice(5)) await join(owner, large, person)
    const [admin = owner] = admins
    await join(owner, small, admin, ['ADMIN'])
    await invite(admin, small, invitee.email)
    await invite(owner, large, invitee.email)
    for (let number = 0; number < 19; number++)
      await invite(admins[number % 5] ?? owner, large, `guest${number}@guests.example`)
    for (const orgId of [small, large, large, large]) await askedBy(testServer, orgId)
  }, 60_000)

  const dashboard = `query($orgId: ID!) { org(id: $orgId) {
    name status tier limits { seats seatsUsed pendingInvites pendingInvitesUsed }
    inviteCounts { pending accepted declined revoked expired }
    viewerPermissions viewerAssignableRoles viewerOrgUser { id roles }
    emailDomains { domain status } resources { kind count } eventCursor
    users(first: 50) { totalCount pageInfo { hasNextPage endCursor }
      nodes { id roles joinedAt origin user { id name email emailVerified } } }
    invites(first: 20) { totalCount pageInfo { hasNextPage endCursor }
      nodes { id email status roles expiresAt delivery invitedBy { id name email } invitedUser { id name email }
        viewerCanRevoke viewerCanResend renews { id } org { name } orgName } }
  } }`

  it('the dashboard’s start page', async () => {
    await expectAtMost(9, 'dashboard', (orgId) => countOf(owner, dashboard, { orgId }))
  })

  it('what the host application keeps with all orgs', async () => {
    const document =
      'query($first: Int!) { orgs(first: $first) { nodes { slug logoUrl externalId metadata } } }'
    await expectAtMost(3, 'metadata of all orgs', (_, first) => countOf(owner, document, { first }))
  })

  it('members and invites of all orgs', async () => {
    const document = `query($first: Int!) { orgs(first: $first) { totalCount nodes {
      name inviteCounts { pending } limits { seatsUsed } viewerPermissions
      users(first: 50) { totalCount nodes { roles user { name email } } }
      invites(first: 20) { totalCount nodes { email status invitedBy { name } invitedUser { name } } }
      emailDomains { domain } resources { kind }
    } } }`
    await expectAtMost(8, 'all orgs', (_, first) => countOf(owner, document, { first }))
  })

  it('join requests of an org and of all orgs', async () => {
    const fields = `joinRequests(first: 20) { totalCount nodes {
      orgName org { name } user { name email } message status resolvedBy { name } viewerCanApprove viewerCanWithdraw
    } }`
    const ofOne = `query($orgId: ID!) { org(id: $orgId) { ${fields} } }`
    await expectAtMost(4, 'join requests', (orgId) => countOf(owner, ofOne, { orgId }))
    const ofAll = `query($first: Int!) { orgs(first: $first) { nodes { ${fields} } } }`
    await expectAtMost(5, 'join requests of all orgs', (_, first) => countOf(owner, ofAll, { first }))
  })

  it('members and invites of all orgs with filters, searches and counts', async () => {
    const document = `query($first: Int!) { orgs(first: $first) { nodes {
      users(first: 50, filter: { search: "example", roles: [USER] }) { totalCount nodes { user { email } } }
      invites(first: 20, filter: { search: "guest", statuses: [PENDING] }) { totalCount nodes { email } }
    } } }`
    await expectAtMost(9, 'all orgs, searched', (_, first) => countOf(owner, document, { first }))
  })

  it('several aliases of one relation', async () => {
    const document = `query($orgId: ID!) { org(id: $orgId) {
      owners: users(first: 50, filter: { roles: [OWNER] }) { nodes { a: user { name } b: user { email } } }
      all: users(first: 50) { nodes { one: user { name } two: user { email } three: user { id createdAt } } }
      pending: invites(first: 20, filter: { statuses: [PENDING] }) { nodes { x: invitedBy { name } y: invitedBy { id email } } }
      every: invites(first: 20) { nodes { x: invitedBy { name } y: org { name } z: org { tier } } }
    } }`
    await expectAtMost(7, 'aliases', (orgId) => countOf(owner, document, { orgId }))
  })

  it('one fragment in several places', async () => {
    const document = `
      fragment Members on Org { users(first: 50) { nodes { roles user { name email } } } }
      query($orgId: ID!) {
        org(id: $orgId) { ...Members }
        orgs(first: 5) { nodes { ...Members invites(first: 20) { nodes { org { ...Members } } } } }
      }`
    // Prisma batches the lookups of one tick, and on a busy machine a tick may end in between.
    await expectAtMost(fast ? 8 : 12, 'fragment', (orgId) => countOf(owner, document, { orgId }))
  })

  it('the event history with everything that it names', async () => {
    const document = `query($orgId: ID!) { org(id: $orgId) { events(last: 100) { nodes {
      __typename seq actor { id name email } org { name }
      ... on OrgInviteEvent { orgInvite { email status invitedBy { name } invitedUser { email } org { name } orgName } }
      ... on OrgUserEvent { user { name email } }
    } } } }`
    await expectAtMost(8, 'history', (orgId) => countOf(owner, document, { orgId }))
  })

  it('memberships and invites of many users', async () => {
    const document = `query($orgId: ID!) { org(id: $orgId) { users(first: 50) { nodes { user {
      email
      orgUsers(first: 5) { totalCount nodes { roles org { name } } }
      orgInvites(first: 5, statuses: [PENDING, EXPIRED]) { totalCount nodes { email orgName invitedBy { name } } }
    } } } } }`
    await expectAtMost(6, 'users of an org with all of theirs', (orgId) =>
      countOf(testServer.instance, document, { orgId }),
    )
  })

  it('several nodes by their ids', async () => {
    const { data } = await owner.ask(
      `query($orgId: ID!) { org(id: $orgId) {
        users(first: 20) { nodes { id user { id } } } invites(first: 20) { nodes { id } } } }`,
      { orgId: large },
    )
    const { users, invites } = data.org
    const ids = [
      ...users.nodes,
      ...users.nodes.map(({ user }: { user: unknown }) => user),
      ...invites.nodes,
    ].map(({ id }: { id: string }) => id)
    const document = `query($ids: [ID!]!) { nodes(ids: $ids) { id
      ... on OrgUser { roles in: org { name } user { email } invite { status } }
      ... on OrgInvite { email org { name } invitedBy { name } invitedUser { name } }
      ... on User { called: name email }
      ... on Org { name }
    } }`
    const some = [...[0, 1, 20, 21, 40].map((index) => ids[index]), large]
    // The plain path looks up related rows in statements of their own, without a join.
    await expectAtMost(fast ? 11 : 10, 'nodes', (orgId) =>
      countOf(owner, document, { ids: orgId === small ? some : [...ids, large] }),
    )
  })

  it('app roles of members and invites', async () => {
    const document = `query($orgId: ID!) { appRoles { key permissions } org(id: $orgId) {
      users(first: 50) { nodes { appRoles { key name } appPermissions } }
      invites(first: 20) { nodes { appRoles { key name } viewerCanResend } }
    } }`
    const ids = await Promise.all([1, 2, 3].map(async () => (await upsertAppRole(testServer)).id))
    const members = `query($orgId: ID!) { org(id: $orgId) { users(first: 50) { nodes { user { id } } } } }`
    for (const orgId of [small, large]) {
      const { data } = await owner.ask(members, { orgId })
      for (const { user } of data.org.users.nodes)
        await mutate(owner, 'updateOrgUserRoles', { orgId, userId: user.id, addAppRoleIds: ids })
      for (let number = 0; number < (orgId === small ? 1 : 10); number++)
        await invite(owner, orgId, `${path.length}app${number}@guests.example`, { appRoleIds: ids })
    }
    await expectAtMost(6, 'app roles', (orgId) => countOf(owner, document, { orgId }))
  })

  it('API tokens with their permissions', async () => {
    const document = `query($orgId: ID!) { apiTokens(orgId: $orgId) { name permissions createdBy { name } org { name } } }`
    const make = (orgId: string) => createToken(testServer, owner, ['ORG_READ'], orgId)
    await make(small)
    for (let number = 0; number < 30; number++) await make(large)
    await expectAtMost(4, 'API tokens', (orgId) => countOf(owner, document, { orgId }))
  })

  it('an invitee’s own invites', async () => {
    const document = `{ viewer { name email orgInviteEventCursor
      orgUsers { totalCount nodes { roles org { name status } } }
      orgInvites { totalCount nodes { orgName status roles invitedBy { name } viewerCanAccept org { name } } }
    } }`
    await expectAtMost(8, 'an invitee’s own', () => countOf(invitee, document))
  })

  it('orgs that a person may join by their address, however often they are selected', async () => {
    const document = `query($orgId: ID!) {
      viewer { joinableOrgs { orgId name slug logoUrl domain joinMode } again: joinableOrgs { name } }
      org(id: $orgId) { users(first: 50) { nodes { user { joinableOrgs { name } } } } }
    }`
    const founder = await testServer.signUp()
    await createOrg(founder, { bindEmailDomain: true })
    const alone = '{ viewer { joinableOrgs { orgId name slug logoUrl domain joinMode } } }'
    await expectAtMost(2, 'joinable orgs', () => countOf(founder, alone))
    await expectAtMost(4, 'joinable orgs, of many', (orgId) => countOf(owner, document, { orgId }))
  })
})

describe('an API token', () => {
  it('is looked up once per request, together with its permissions', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const input = { orgId, name: 'Pin', permissions: ['ORG_READ'] }
    const { secret } = await mutate(owner, 'createApiToken', input, 'secret')
    for (const fast of [true, false]) {
      const { url } = fast ? testServer : await testServer.startAnother({ env: { ACCELERATOR: 'none' } })
      const askToken = () =>
        ask(url, `Bearer ${secret}`, 'query($id: ID!) { org(id: $id) { name } }', { id: orgId })
      // The first request of a minute marks the token as used. The document is compiled after a few
      // requests.
      for (let before = 0; before < 3; before++) expect((await askToken()).errors).toBeUndefined()
      const statements = (await statementsOf(askToken)).map(({ text }) => text)
      expect(statements.filter((text) => text.includes('api_token')).length).toBeLessThanOrEqual(2)
      expect(statements.length).toBeLessThanOrEqual(3)
    }
  })
})

describe('a mutation takes no more statements and round trips than its limit', () => {
  it('with BEGIN and COMMIT included', async () => {
    const owner = await testServer.signUp()
    const member = await testServer.signUp()
    const guests = await Promise.all([1, 2, 3].map(() => testServer.signUp()))
    const measured: Record<string, [statements: number, roundTrips: number]> = {}
    const measure = async (
      name: string,
      by: Client,
      mutation: string,
      input: Record<string, unknown>,
      payload = '__typename',
    ) => {
      let result: Awaited<ReturnType<typeof mutate>> | undefined
      const statements = await statementsOf(async () => {
        result = await mutate(by, mutation, input, payload)
      })
      expect(result?.__typename).toMatch(/Payload$/)
      measured[name] = [statements.length, roundTripsOf(statements)]
      return result
    }
    const orgId = (await measure('createOrg', owner, 'createOrg', { name: 'Pinned' }, 'org { id }')).org.id
    await measure('updateOrg', owner, 'updateOrg', { orgId, name: 'Pinned again' })
    await measure('setOrgResourceCount', testServer.instance, 'setOrgResourceCount', {
      orgId,
      kind: 'x',
      count: 0,
    })
    const invited = async (email: string, name = 'createOrgInvite') =>
      (await measure(name, owner, 'createOrgInvite', { orgId, invitee: { email } }, 'orgInvite { id }'))
        .orgInvite.id
    const orgInviteId = await invited(member.email)
    const keyed = { orgId, invitee: { email: 'keyed@guests.example' }, idempotencyKey: 'pinned' }
    await measure('createOrgInvite with a key', owner, 'createOrgInvite', keyed)
    await measure('createOrgInvite, the key again', owner, 'createOrgInvite', keyed)
    await measure('resendOrgInvite', owner, 'resendOrgInvite', { orgInviteId })
    await measure('acceptOrgInvite', member, 'acceptOrgInvite', { invite: { orgInviteId } })
    await measure('declineOrgInvite', guests[0] ?? owner, 'declineOrgInvite', {
      invite: { orgInviteId: await invited(guests[0]?.email ?? '') },
    })
    const revoked = await invited(guests[1]?.email ?? '')
    await measure('revokeOrgInvite', owner, 'revokeOrgInvite', { orgInviteId: revoked })
    await measure('deleteOrgInvite', owner, 'deleteOrgInvite', { orgInviteId: revoked })
    await measure('createOrgInvites, each', owner, 'createOrgInvites', {
      orgId,
      invitees: Array.from({ length: 10 }, (_, number) => ({ email: `bulk${number}@guests.example` })),
    })
    const [statements = 0, roundTrips = 0] = measured['createOrgInvites, each'] ?? []
    measured['createOrgInvites, each'] = [Math.round(statements / 10), Math.round(roundTrips / 10)]
    const linked = await measure(
      'createOrgInviteLink',
      owner,
      'createOrgInviteLink',
      { orgId, maxUses: 2 },
      'orgInviteLink { id } url',
    )
    await measure('joinOrgByLink', await testServer.signUp(), 'joinOrgByLink', {
      token: linked.url.split('/').at(-1),
    })
    const hooked = await measure(
      'createWebhook',
      owner,
      'createWebhook',
      { orgId, url: NOWHERE, ...QUIET },
      'webhook { id } secret',
    )
    const webhookId = hooked.webhook.id
    const webhookDeliveryId = await insertDelivery(testServer, orgId, hooked.webhook)
    await measure('updateWebhook', owner, 'updateWebhook', {
      webhookId,
      url: `${NOWHERE}s`,
      eventTypes: ['org.limits_changed'],
    })
    await measure('rotateWebhookSecret', owner, 'rotateWebhookSecret', { webhookId })
    await measure('pingWebhook', owner, 'pingWebhook', { webhookId })
    await measure('redeliverWebhookDelivery', owner, 'redeliverWebhookDelivery', { webhookDeliveryId })
    await measure('deleteWebhook', owner, 'deleteWebhook', { webhookId })
    await measure('revokeOrgInviteLink', owner, 'revokeOrgInviteLink', {
      orgInviteLinkId: linked.orgInviteLink.id,
    })
    const asker = await newAsker(testServer, orgId)
    const requested = async (name = 'requestToJoinOrg') =>
      (await measure(name, asker, 'requestToJoinOrg', { orgId }, 'orgJoinRequest { id }')).orgJoinRequest.id
    await measure('withdrawOrgJoinRequest', asker, 'withdrawOrgJoinRequest', {
      orgJoinRequestId: await requested(),
    })
    await measure('approveOrgJoinRequest', owner, 'approveOrgJoinRequest', {
      orgJoinRequestId: await requested(),
    })
    await mutate(asker, 'leaveOrg', { orgId })
    await allowRequests(testServer, orgId, asker, 'AUTO')
    await requested('requestToJoinOrg, AUTO')
    await mutate(asker, 'leaveOrg', { orgId })
    await allowRequests(testServer, orgId, asker)
    await measure('declineOrgJoinRequest', owner, 'declineOrgJoinRequest', {
      orgJoinRequestId: await requested(),
    })
    await measure('addOrgUser', testServer.instance, 'addOrgUser', { orgId, userId: guests[2]?.id })
    await measure('updateOrgUserRoles', owner, 'updateOrgUserRoles', {
      orgId,
      userId: member.id,
      add: ['ADMIN'],
    })
    await measure('transferOrgOwnership', owner, 'transferOrgOwnership', { orgId, userId: member.id })
    await mutate(member, 'transferOrgOwnership', { orgId, userId: owner.id })
    await measure('suspendOrgUser', owner, 'suspendOrgUser', { orgId, userId: member.id })
    await measure('reinstateOrgUser', owner, 'reinstateOrgUser', { orgId, userId: member.id })
    await measure('removeOrgUser', owner, 'removeOrgUser', { orgId, userId: member.id })
    await join(owner, orgId, member)
    await measure('leaveOrg', member, 'leaveOrg', { orgId })
    const token = await measure(
      'createApiToken',
      owner,
      'createApiToken',
      { orgId, name: 'Pin', permissions: ['ORG_READ'] },
      'apiToken { id }',
    )
    await measure('createOrgAccessToken', owner, 'createOrgAccessToken', { orgId })
    await measure('revokeApiToken', owner, 'revokeApiToken', { apiTokenId: token.apiToken.id })
    const domain = owner.email.split('@')[1]
    await measure('bindEmailDomain', owner, 'bindEmailDomain', { orgId, domain })
    await measure('verifyEmailDomain', owner, 'verifyEmailDomain', { orgId, domain })
    await measure('updateEmailDomain', owner, 'updateEmailDomain', { orgId, domain, joinMode: 'REQUEST' })
    await measure('unbindEmailDomain', owner, 'unbindEmailDomain', { orgId, domain })
    await measure('upsertUser', testServer.instance, 'upsertUser', {
      subject: 'pinned',
      email: 'pinned@guests.example',
      emailVerified: true,
    })
    await measure('upsertAppRole', testServer.instance, 'upsertAppRole', {
      key: 'pinned',
      name: 'Pinned',
      permissions: ['pin:read'],
    })
    const appRole = await upsertAppRole(testServer)
    const appRoleIds = [appRole.id]
    const withApp = await measure(
      'createOrgInvite with app roles',
      owner,
      'createOrgInvite',
      { orgId, invitee: { email: member.email }, appRoleIds },
      'orgInvite { id }',
    )
    const pinnedInvite = withApp.orgInvite.id
    await measure('resendOrgInvite with app roles', owner, 'resendOrgInvite', {
      orgInviteId: pinnedInvite,
    })
    await measure('acceptOrgInvite with app roles', member, 'acceptOrgInvite', {
      invite: { orgInviteId: pinnedInvite },
    })
    await measure('updateOrgUserRoles with app roles', owner, 'updateOrgUserRoles', {
      orgId,
      userId: member.id,
      removeAppRoleIds: appRoleIds,
    })
    await measure('deleteAppRole', testServer.instance, 'deleteAppRole', { appRoleId: appRole.id })
    const [leaver] = guests
    await measure('deleteUser', leaver ?? owner, 'deleteUser', { userId: leaver?.id })
    await measure('deleteOrg', owner, 'deleteOrg', { orgId })
    console.log(
      Object.entries(measured)
        .map(([name, counts]) => name.padEnd(31) + counts.map((count) => String(count).padStart(3)).join(''))
        .join('\n'),
    )
    const limits: typeof measured = {
      createOrg: [8, 5],
      updateOrg: [6, 3],
      setOrgResourceCount: [4, 3],
      // One of them writes the token of the link, because no mail is sent here.
      createOrgInvite: [8, 2],
      'createOrgInvite with a key': [12, 3],
      'createOrgInvite, the key again': [6, 3],
      resendOrgInvite: [10, 5],
      acceptOrgInvite: [9, 2],
      declineOrgInvite: [8, 2],
      revokeOrgInvite: [7, 2],
      deleteOrgInvite: [7, 3],
      'createOrgInvites, each': [8, 2],
      createOrgInviteLink: [7, 2],
      joinOrgByLink: [9, 2],
      revokeOrgInviteLink: [8, 2],
      requestToJoinOrg: [9, 2],
      'requestToJoinOrg, AUTO': [10, 2],
      approveOrgJoinRequest: [9, 2],
      declineOrgJoinRequest: [7, 2],
      withdrawOrgJoinRequest: [7, 2],
      createWebhook: [10, 3],
      updateWebhook: [13, 5],
      rotateWebhookSecret: [9, 3],
      pingWebhook: [7, 3],
      redeliverWebhookDelivery: [10, 5],
      deleteWebhook: [8, 3],
      addOrgUser: [7, 2],
      updateOrgUserRoles: [7, 2],
      transferOrgOwnership: [10, 4],
      suspendOrgUser: [9, 4],
      reinstateOrgUser: [7, 2],
      removeOrgUser: [11, 5],
      leaveOrg: [10, 5],
      createApiToken: [6, 3],
      revokeApiToken: [10, 6],
      createOrgAccessToken: [1, 1],
      bindEmailDomain: [10, 7],
      verifyEmailDomain: [6, 4],
      updateEmailDomain: [7, 2],
      unbindEmailDomain: [6, 3],
      upsertUser: [5, 4],
      upsertAppRole: [6, 3],
      'createOrgInvite with app roles': [9, 2],
      'resendOrgInvite with app roles': [11, 6],
      'acceptOrgInvite with app roles': [10, 3],
      'updateOrgUserRoles with app roles': [8, 2],
      deleteAppRole: [7, 3],
      deleteUser: [18, 8],
      deleteOrg: [9, 6],
    }
    expect(Object.keys(measured).sort()).toEqual(Object.keys(limits).sort())
    const over = Object.entries(measured).filter(([name, [statements, roundTrips]]) => {
      const [mostStatements, mostRoundTrips] = limits[name] ?? [0, 0]
      return statements > mostStatements || roundTrips > mostRoundTrips
    })
    expect(over).toEqual([])
  }, 60_000)
})
