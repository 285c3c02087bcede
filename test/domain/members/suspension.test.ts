import { createClient } from 'graphql-ws'
import { describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { BUSY_MS } from '../../support/busy.js'
import { createOrg, invite, join, mutate, type RoleName, readOrg } from '../../support/mutate.js'
import {
  createOrgWith,
  createToken,
  orgPermissions,
  readEverything,
  usePeople,
} from '../../support/people.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const payload =
  'orgUser { id status roles permissions user { id } org { id limits { seatsUsed } } viewerCanSuspend }'
const suspend = (by: Client, orgId: string, { id }: { id: string }) =>
  mutate(by, 'suspendOrgUser', { orgId, userId: id }, payload)
const reinstate = (by: Client, orgId: string, { id }: { id: string }) =>
  mutate(by, 'reinstateOrgUser', { orgId, userId: id }, payload)
const accept = (by: Client, orgInviteId: string) =>
  mutate(by, 'acceptOrgInvite', { invite: { orgInviteId } }, 'orgUser { roles status }')
const promote = (orgId: string, { id }: { id: string }, role: RoleName = 'OWNER') =>
  mutate(testServer.instance, 'updateOrgUserRoles', { orgId, userId: id, add: [role] })
const addMember = (orgId: string, { id }: { id: string }, roles: RoleName[] = ['USER']) =>
  mutate(testServer.instance, 'addOrgUser', { orgId, userId: id, roles })

/** The events after the first `before`, each in one line. */
async function eventsAfter(orgId: string, before: number): Promise<string[]> {
  const { events } = await readOrg(testServer.instance, orgId)
  return events.nodes
    .slice(before)
    .map(
      (event: Record<string, string>) => event.memberEventType ?? event.inviteEventType ?? event.orgEventType,
    )
}
const countEvents = async (orgId: string) => (await readOrg(testServer.instance, orgId)).events.nodes.length

const statusesOf = async (orgId: string): Promise<Record<string, string>> => {
  const { users } = await readOrg(testServer.instance, orgId)
  return Object.fromEntries(
    users.nodes.map(({ status, user }: { status: string; user: { id: string } }) => [user.id, status]),
  )
}
const inviteStatuses = async (orgId: string): Promise<Record<string, string>> => {
  const { invites } = await readOrg(testServer.instance, orgId)
  return Object.fromEntries(
    invites.nodes.map(({ email, status }: { email: string; status: string }) => [email, status]),
  )
}

describe('a member who is suspended', () => {
  it('keeps the roles, has no permission and takes no seat, with one event', async () => {
    const orgId = await createOrgWith(people)
    const count = await countEvents(orgId)
    expect(await suspend(people.owner, orgId, people.admin)).toEqual({
      __typename: 'SuspendOrgUserPayload',
      orgUser: {
        id: expect.any(String),
        status: 'SUSPENDED',
        roles: ['ADMIN'],
        permissions: [],
        user: { id: people.admin.id },
        org: { id: orgId, limits: { seatsUsed: 2 } },
        viewerCanSuspend: false,
      },
    })
    const { events, users } = await readOrg(people.owner, orgId)
    expect(events.nodes.slice(count)).toMatchObject([
      {
        memberEventType: 'SUSPENDED',
        userId: people.admin.id,
        roles: ['ADMIN'],
        previousRoles: ['ADMIN'],
        actor: { id: people.owner.id },
      },
    ])
    expect(users.totalCount).toBe(3)
  })

  it('is reinstated with the roles, one event and the seat', async () => {
    const orgId = await createOrgWith(people)
    await suspend(people.owner, orgId, people.admin)
    const count = await countEvents(orgId)
    expect(await reinstate(people.owner, orgId, people.admin)).toMatchObject({
      orgUser: {
        status: 'ACTIVE',
        roles: ['ADMIN'],
        permissions: expect.arrayContaining(['INVITE_CREATE']),
        org: { limits: { seatsUsed: 3 } },
        viewerCanSuspend: true,
      },
    })
    expect(await eventsAfter(orgId, count)).toEqual(['REINSTATED'])
    expect((await readOrg(people.admin, orgId)).events.nodes.at(-1)).toMatchObject({
      roles: ['ADMIN'],
      previousRoles: ['ADMIN'],
    })
  })

  it('finds the org in none of their lists, and its members nowhere, until they are reinstated', async () => {
    const orgId = await createOrgWith(people)
    const other = await createOrg(people.admin)
    const member = await testServer.signUp()
    await addMember(orgId, member)
    const read = async () => {
      const { data } = await people.admin.ask(
        `query($orgId: ID!, $userId: ID!, $email: String!) {
          viewer { orgUsers(first: 100) { totalCount nodes { org { id } } } }
          orgs(first: 100) { totalCount nodes { id } }
          orgUser(orgId: $orgId, userId: $userId) { id }
          user(id: $userId) { email } userByEmail(email: $email) { id }
        }`,
        { orgId, userId: member.id, email: member.email },
      )
      return data
    }
    const before = await read()
    expect(before.orgs.nodes).toContainEqual({ id: orgId })
    expect(before.user).toEqual({ email: member.email })
    await suspend(people.owner, orgId, people.admin)
    expect(await read()).toEqual({
      viewer: {
        orgUsers: {
          totalCount: before.viewer.orgUsers.totalCount - 1,
          nodes: before.viewer.orgUsers.nodes.filter(({ org }: { org: { id: string } }) => org.id !== orgId),
        },
      },
      orgs: {
        totalCount: before.orgs.totalCount - 1,
        nodes: before.orgs.nodes.filter(({ id }: { id: string }) => id !== orgId),
      },
      orgUser: null,
      user: null,
      userByEmail: null,
    })
    expect(before.orgs.nodes).toContainEqual({ id: other })
    await reinstate(people.owner, orgId, people.admin)
    expect(await read()).toEqual(before)
  })

  it('does not see their own membership by its id', async () => {
    const orgId = await createOrgWith(people)
    const { orgUser } = await suspend(people.owner, orgId, people.admin)
    const node = async (viewer: Client) =>
      (
        await viewer.ask('query($id: ID!) { node(id: $id) { ... on OrgUser { status org { name } } } }', {
          id: orgUser.id,
        })
      ).data.node
    expect(await node(people.admin)).toBeNull()
    expect(await node(people.user)).toMatchObject({ status: 'SUSPENDED' })
  })

  it('is seen by the other members, with their address', async () => {
    const orgId = await createOrgWith(people)
    await suspend(people.owner, orgId, people.admin)
    const { data } = await people.user.ask(
      `query($orgId: ID!, $userId: ID!) {
        orgUser(orgId: $orgId, userId: $userId) { status roles permissions user { name email } }
      }`,
      { orgId, userId: people.admin.id },
    )
    expect(data.orgUser).toEqual({
      status: 'SUSPENDED',
      roles: ['ADMIN'],
      permissions: [],
      user: { name: people.admin.name, email: people.admin.email },
    })
  })

  it('is listed by an instance token among the memberships of the user', async () => {
    const orgId = await createOrg(people.owner)
    const member = await testServer.signUp()
    await addMember(orgId, member)
    await suspend(people.owner, orgId, member)
    const { data } = await testServer.instance.ask(
      'query($id: ID!) { user(id: $id) { orgUsers { totalCount nodes { status org { id } } } } }',
      { id: member.id },
    )
    expect(data.user.orgUsers).toEqual({
      totalCount: 1,
      nodes: [{ status: 'SUSPENDED', org: { id: orgId } }],
    })
  })

  it('loses the pending invites that they or their tokens sent, each with its event, but not those to them', async () => {
    const orgId = await createOrgWith(people)
    await promote(orgId, people.admin)
    const token = await createToken(testServer, people.admin, orgPermissions, orgId)
    const member = await testServer.signUp()
    await invite(people.admin, orgId, 'sent@falls.example')
    await invite(token, orgId, 'token@falls.example')
    await invite(people.owner, orgId, 'other@stays.example')
    const resent = await invite(people.owner, orgId, 'resent@falls.example')
    await mutate(people.admin, 'resendOrgInvite', { orgInviteId: resent, roles: ['OWNER'] })
    await invite(people.owner, orgId, member.email)
    await addMember(orgId, member)
    await suspend(people.owner, orgId, member)
    const count = await countEvents(orgId)
    await suspend(people.owner, orgId, people.admin)
    expect(await eventsAfter(orgId, count)).toEqual(['SUSPENDED', 'REVOKED', 'REVOKED', 'REVOKED'])
    expect(await inviteStatuses(orgId)).toMatchObject({
      'sent@falls.example': 'REVOKED',
      'token@falls.example': 'REVOKED',
      'resent@falls.example': 'REVOKED',
      'other@stays.example': 'PENDING',
      [member.email]: 'PENDING',
    })
    await reinstate(people.owner, orgId, people.admin)
    expect(await inviteStatuses(orgId)).toMatchObject({ 'sent@falls.example': 'REVOKED' })
  })

  it('loses even more invites than one transaction revokes, and none to them', async () => {
    const orgId = await createOrg(people.owner)
    const [admin, member] = [await testServer.signUp(), await testServer.signUp()]
    await mutate(testServer.instance, 'updateOrg', { orgId, pendingInviteLimit: 1_000 })
    await addMember(orgId, admin, ['ADMIN'])
    for (let batch = 0; batch < 3; batch++)
      await mutate(admin, 'createOrgInvites', {
        orgId,
        invitees: Array.from({ length: 50 }, (_, index) => ({ email: `g${batch}.${index}@many.example` })),
      })
    const toThem = await invite(people.owner, orgId, member.email)
    await addMember(orgId, member)
    await suspend(people.owner, orgId, member)
    await suspend(people.owner, orgId, admin)
    await vi.waitFor(async () => expect((await readOrg(people.owner, orgId)).inviteCounts.pending).toBe(1), {
      timeout: 10_000,
    })
    expect(await reinstate(people.owner, orgId, member)).toMatchObject({
      __typename: 'ReinstateOrgUserPayload',
    })
    expect(await accept(member, toThem)).toMatchObject({ __typename: 'AcceptOrgInvitePayload' })
  })

  it('has tokens that permit nothing, and permit again after the reinstatement', async () => {
    const orgId = await createOrgWith(people)
    await promote(orgId, people.admin)
    const token = await createToken(testServer, people.admin, orgPermissions, orgId)
    const made = await createToken(testServer, token, ['ORG_READ', 'ORG_UPDATE'], orgId)
    const reads = async (client: Client) =>
      (await client.ask('query($id: ID!) { org(id: $id) { id } }', { id: orgId })).data.org !== null
    const rename = (client: Client) => mutate(client, 'updateOrg', { orgId, logoUrl: 'https://a.example/' })
    expect([await reads(token), await reads(made)]).toEqual([true, true])
    const count = await countEvents(orgId)

    await suspend(people.owner, orgId, people.admin)

    expect([await reads(token), await reads(made)]).toEqual([false, false])
    expect([await rename(token), await rename(made)]).toMatchObject([
      { __typename: 'NotFoundError' },
      { __typename: 'NotFoundError' },
    ])
    expect(await eventsAfter(orgId, count)).toEqual(['SUSPENDED'])
    const { data } = await people.owner.ask(
      'query($id: ID!) { apiTokens(orgId: $id) { permissions revokedAt } }',
      { id: orgId },
    )
    expect(data.apiTokens).toEqual([
      { permissions: [], revokedAt: null },
      { permissions: [], revokedAt: null },
    ])

    await reinstate(people.owner, orgId, people.admin)

    expect([await reads(token), await reads(made)]).toEqual([true, true])
    expect(await rename(made)).toMatchObject({ __typename: 'UpdateOrgPayload' })
  })

  it('loses an open stream within 1 s with FORBIDDEN, and gets no event from the suspension on', async () => {
    const orgId = await createOrgWith(people)
    const client = createClient({
      url: `${testServer.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: people.admin.authorization },
    })
    const { data } = await people.admin.ask('query($id: ID!) { org(id: $id) { eventCursor } }', { id: orgId })
    const stream = client.iterate<{ orgEvents: { seq: number } }>({
      query: 'subscription($id: ID!, $after: String) { orgEvents(orgId: $id, after: $after) { seq } }',
      variables: { id: orgId, after: data.org.eventCursor },
    })
    const seen: unknown[] = []
    const ended = (async () => {
      for await (const { data } of stream) seen.push(data?.orgEvents.seq)
    })().catch((errors) => seen.push(errors[0].extensions.code))
    const rename = (name: string) => mutate(people.owner, 'updateOrg', { orgId, name })
    await rename(`before ${orgId}`)
    const count = await countEvents(orgId)
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    await suspend(people.owner, orgId, people.admin)
    await rename(`after ${orgId}`)
    const at = Date.now()
    await ended
    expect(Date.now() - at).toBeLessThan(1_000 + BUSY_MS)
    expect(seen).toEqual([count, 'FORBIDDEN'])
    await client.dispose()
  })

  it('cannot accept an invite, which stays pending until they are reinstated', async () => {
    const orgId = await createOrg(people.owner)
    const member = await testServer.signUp()
    const orgInviteId = await invite(people.owner, orgId, member.email, { roles: ['ADMIN'] })
    await addMember(orgId, member)
    const canAccept = async () => {
      const { data } = await member.ask(
        'query($id: ID!) { orgInvite(id: $id) { orgName status viewerCanAccept viewerCanDecline } }',
        { id: orgInviteId },
      )
      return data.orgInvite
    }
    expect(await canAccept()).toMatchObject({ viewerCanAccept: true })
    await suspend(people.owner, orgId, member)
    const before = await readEverything(testServer, orgId)
    expect(await accept(member, orgInviteId)).toMatchObject({ __typename: 'OrgUserSuspendedError' })
    expect(
      await mutate(testServer.instance, 'acceptOrgInvite', { invite: { orgInviteId }, userId: member.id }),
    ).toMatchObject({ __typename: 'OrgUserSuspendedError' })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    expect(await canAccept()).toMatchObject({
      orgName: expect.any(String),
      status: 'PENDING',
      viewerCanAccept: false,
      viewerCanDecline: true,
    })
    await reinstate(people.owner, orgId, member)
    expect(await canAccept()).toMatchObject({ viewerCanAccept: true })
    expect(await accept(member, orgInviteId)).toMatchObject({
      orgUser: { roles: ['USER', 'ADMIN'], status: 'ACTIVE' },
    })
  })

  it('learns of an invite that has ended before of the suspension', async () => {
    const orgId = await createOrg(people.owner)
    const member = await testServer.signUp()
    const orgInviteId = await invite(people.owner, orgId, member.email)
    await addMember(orgId, member)
    await suspend(people.owner, orgId, member)
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId })
    expect(await accept(member, orgInviteId)).toMatchObject({ __typename: 'OrgInviteNotPendingError' })
  })

  it('can decline an invite', async () => {
    const orgId = await createOrg(people.owner)
    const member = await testServer.signUp()
    const orgInviteId = await invite(people.owner, orgId, member.email)
    await addMember(orgId, member)
    await suspend(people.owner, orgId, member)
    expect(await mutate(member, 'declineOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'DeclineOrgInvitePayload',
    })
  })

  it('can neither be invited nor added', async () => {
    const orgId = await createOrg(people.owner)
    const member = await testServer.signUp()
    const pending = await invite(people.owner, orgId, member.email)
    await addMember(orgId, member)
    await suspend(people.owner, orgId, member)
    const before = await readEverything(testServer, orgId)
    const ways = [
      mutate(people.owner, 'createOrgInvite', { orgId, invitee: { email: member.email } }),
      mutate(people.owner, 'createOrgInvite', { orgId, invitee: { userId: member.id } }),
      mutate(people.owner, 'resendOrgInvite', { orgInviteId: pending }),
      addMember(orgId, member),
    ]
    for (const way of ways) expect(await way).toMatchObject({ __typename: 'AlreadyOrgUserError' })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('cannot leave, reinstate themselves or get an org access token: that is NotFoundError', async () => {
    const orgId = await createOrgWith(people)
    await promote(orgId, people.admin)
    await suspend(people.owner, orgId, people.admin)
    const before = await readEverything(testServer, orgId)
    for (const answer of [
      await mutate(people.admin, 'leaveOrg', { orgId }),
      await reinstate(people.admin, orgId, people.admin),
      await mutate(people.admin, 'createOrgAccessToken', { orgId }),
      await mutate(people.admin, 'transferOrgOwnership', { orgId, userId: people.user.id }),
    ])
      expect(answer).toMatchObject({ __typename: 'NotFoundError' })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('may be removed, and comes back as ACTIVE by a new invite', async () => {
    const orgId = await createOrgWith(people)
    await suspend(people.owner, orgId, people.user)
    const removed = await mutate(
      people.admin,
      'removeOrgUser',
      { orgId, userId: people.user.id },
      'org { limits { seatsUsed } users { totalCount } suspended: users(filter: { statuses: [SUSPENDED] }) { totalCount } }',
    )
    expect(removed.org).toEqual({
      limits: { seatsUsed: 2 },
      users: { totalCount: 2 },
      suspended: { totalCount: 0 },
    })
    await join(people.owner, orgId, people.user)
    expect(await statusesOf(orgId)).toMatchObject({ [people.user.id]: 'ACTIVE' })
  })

  it('may get other roles, which count once they are reinstated', async () => {
    const orgId = await createOrgWith(people)
    await suspend(people.owner, orgId, people.user)
    const update = (change: Record<string, unknown>) =>
      mutate(
        people.owner,
        'updateOrgUserRoles',
        { orgId, userId: people.user.id, ...change },
        'orgUser { status roles permissions }',
      )
    expect(await update({ add: ['ADMIN'] })).toMatchObject({
      orgUser: { status: 'SUSPENDED', roles: ['USER', 'ADMIN'], permissions: [] },
    })
    await reinstate(people.owner, orgId, people.user)
    expect((await readOrg(people.user, orgId)).invites).not.toBeNull()
    await suspend(people.owner, orgId, people.user)
    expect(await update({ remove: ['USER', 'ADMIN'] })).toMatchObject({ orgUser: null })
    expect((await readOrg(people.owner, orgId)).limits.seatsUsed).toBe(2)
  })

  it('stays suspended when they sign in again, with an address in a domain of the org', async () => {
    const orgId = await createOrg(people.owner, { bindEmailDomain: true })
    const domain = people.owner.email.split('@')[1]
    const member = await testServer.signUp({ email: `new@${domain}`, issuedAt: 1_700_000_000 })
    expect(await statusesOf(orgId)).toMatchObject({ [member.id]: 'ACTIVE' })
    await suspend(people.owner, orgId, member)
    await testServer.signUp({ subject: member.subject, email: `newer@${domain}`, name: member.name })
    expect(await statusesOf(orgId)).toMatchObject({ [member.id]: 'SUSPENDED' })
  })
})

describe('suspendOrgUser', () => {
  it('is InvalidInputError for oneself and for a suspended member, and reinstateOrgUser for an active one', async () => {
    const orgId = await createOrgWith(people)
    await promote(orgId, people.admin)
    await suspend(people.owner, orgId, people.user)
    const before = await readEverything(testServer, orgId)
    for (const answer of [
      await suspend(people.owner, orgId, people.owner),
      await suspend(people.owner, orgId, people.user),
      await reinstate(people.owner, orgId, people.owner),
      await reinstate(people.owner, orgId, people.admin),
    ])
      expect(answer).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: 'userId' }] })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('goes on while the org is not ACTIVE, but reinstateOrgUser does not', async () => {
    const orgId = await createOrgWith(people)
    await mutate(testServer.instance, 'updateOrg', { orgId, status: 'PROVISIONING' })
    expect(await suspend(people.owner, orgId, people.user)).toMatchObject({
      orgUser: { status: 'SUSPENDED' },
    })
    expect(await reinstate(people.owner, orgId, people.user)).toMatchObject({
      __typename: 'OrgNotActiveError',
    })
  })

  it('acts up to one’s own rank, as reinstateOrgUser does', async () => {
    const orgId = await createOrgWith(people)
    const other = await testServer.signUp()
    await addMember(orgId, other, ['USER', 'OWNER'])
    const denied = { __typename: 'RoleNotGrantableError', role: 'OWNER' }
    expect(await suspend(people.admin, orgId, other)).toMatchObject(denied)
    await suspend(people.owner, orgId, other)
    expect(await reinstate(people.admin, orgId, other)).toMatchObject(denied)
    expect(await mutate(people.admin, 'removeOrgUser', { orgId, userId: other.id })).toMatchObject(denied)
    expect(await reinstate(people.owner, orgId, other)).toMatchObject({ orgUser: { status: 'ACTIVE' } })
  })
})

describe('an org always has an owner who is not suspended:', () => {
  const ways: Record<string, (orgId: string, by: TestPerson) => Promise<{ __typename: string }>> = {
    leave: (orgId, by) => mutate(by, 'leaveOrg', { orgId }),
    'be removed': (orgId, by) => mutate(testServer.instance, 'removeOrgUser', { orgId, userId: by.id }),
    'be demoted': (orgId, by) =>
      mutate(by, 'updateOrgUserRoles', { orgId, userId: by.id, add: ['ADMIN'], remove: ['OWNER'] }),
    'lose the last role': (orgId, by) =>
      mutate(by, 'updateOrgUserRoles', { orgId, userId: by.id, remove: ['OWNER'] }),
    'be suspended': (orgId, by) => suspend(testServer.instance, orgId, by),
  }
  for (const [what, way] of Object.entries(ways))
    it(`the last one cannot ${what}, though another is suspended`, async () => {
      const orgId = await createOrgWith(people)
      await promote(orgId, people.admin)
      await suspend(people.owner, orgId, people.admin)
      const before = await readEverything(testServer, orgId)
      expect(await way(orgId, people.owner)).toMatchObject({ __typename: 'LastOwnerError' })
      expect(await readEverything(testServer, orgId)).toEqual(before)
      await reinstate(people.owner, orgId, people.admin)
      expect((await way(orgId, people.owner)).__typename).toMatch(/Payload$/)
    })

  it('a suspended one may be removed or demoted beside the last one', async () => {
    const orgId = await createOrgWith(people)
    await promote(orgId, people.admin)
    await promote(orgId, people.user)
    await suspend(people.owner, orgId, people.admin)
    await suspend(people.owner, orgId, people.user)
    expect(
      await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.admin.id, remove: ['OWNER'] }),
    ).toMatchObject({ __typename: 'UpdateOrgUserRolesPayload' })
    expect(await mutate(people.owner, 'removeOrgUser', { orgId, userId: people.user.id })).toMatchObject({
      __typename: 'RemoveOrgUserPayload',
    })
  })

  it('nobody hands over to a suspended member, but a token takes the ownership of a suspended owner', async () => {
    const orgId = await createOrgWith(people)
    await promote(orgId, people.admin)
    await suspend(people.owner, orgId, people.admin)
    await suspend(people.owner, orgId, people.user)
    const before = await readEverything(testServer, orgId)
    for (const member of [people.user, people.admin])
      expect(await mutate(people.owner, 'transferOrgOwnership', { orgId, userId: member.id })).toMatchObject({
        __typename: 'OrgUserSuspendedError',
      })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    expect(
      await mutate(
        testServer.instance,
        'transferOrgOwnership',
        { orgId, userId: people.owner.id, fromUserId: people.admin.id },
        'previousOwner { roles status } orgUser { roles }',
      ),
    ).toMatchObject({
      previousOwner: { roles: ['ADMIN'], status: 'SUSPENDED' },
      orgUser: { roles: ['OWNER'] },
    })
  })
})

describe('seats', () => {
  it('are free for others while a member is suspended, who is reinstated only with a free one', async () => {
    const orgId = await createOrgWith(people)
    await mutate(testServer.instance, 'updateOrg', { orgId, seatLimit: 3 })
    const guest = await testServer.signUp()
    expect(await addMember(orgId, guest)).toMatchObject({ __typename: 'LimitReachedError', limit: 3 })
    await suspend(people.owner, orgId, people.user)
    await join(people.owner, orgId, guest)
    const before = await readEverything(testServer, orgId)
    expect(await reinstate(people.owner, orgId, people.user)).toMatchObject({
      __typename: 'LimitReachedError',
      limit: 3,
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    await mutate(guest, 'leaveOrg', { orgId })
    expect(await reinstate(people.owner, orgId, people.user)).toMatchObject({
      orgUser: { org: { limits: { seatsUsed: 3 } } },
    })
  })
})

describe('the list of members', () => {
  it('has all without `statuses`, and filters by them together with other filters', async () => {
    const orgId = await createOrgWith(people)
    const names: Record<string, string> = {
      [people.owner.id]: 'owner',
      [people.admin.id]: 'admin',
      [people.user.id]: 'user',
    }
    await suspend(people.owner, orgId, people.admin)
    await suspend(people.owner, orgId, people.user)
    const list = async (filter?: Record<string, unknown>, page = 'first: 10') => {
      const { data } = await people.owner.ask(
        `query($orgId: ID!, $filter: OrgUserFilter) {
          org(id: $orgId) { users(${page}, filter: $filter) { totalCount nodes { user { id } } } }
        }`,
        { orgId, filter },
      )
      const { totalCount, nodes } = data.org.users
      return [totalCount, ...nodes.map(({ user }: { user: { id: string } }) => names[user.id]).sort()]
    }
    const all = [3, 'admin', 'owner', 'user']
    expect(await list()).toEqual(all)
    expect(await list({ statuses: null })).toEqual(all)
    expect(await list({ statuses: ['SUSPENDED', 'ACTIVE', 'ACTIVE'] })).toEqual(all)
    expect(await list({ statuses: [] })).toEqual([0])
    expect(await list({ statuses: ['ACTIVE'] })).toEqual([1, 'owner'])
    expect(await list({ statuses: ['SUSPENDED'] })).toEqual([2, 'admin', 'user'])
    expect(await list({ statuses: ['SUSPENDED'] }, 'last: 1')).toHaveLength(2)
    expect(await list({ statuses: ['SUSPENDED'], roles: ['ADMIN'] })).toEqual([1, 'admin'])
    expect(await list({ statuses: ['SUSPENDED'], roles: ['USER'] })).toEqual([1, 'user'])
    expect(await list({ statuses: ['ACTIVE'], roles: ['USER', 'ADMIN'] })).toEqual([0])
    expect(await list({ statuses: ['SUSPENDED'], search: people.user.name })).toEqual([1, 'user'])
    expect(await list({ statuses: ['ACTIVE'], search: people.user.name })).toEqual([0])
  })
})

describe('viewerCanChangeRoles, viewerCanRemove and viewerCanSuspend say what the mutations do', () => {
  const members = ['owner', 'admin', 'user', 'suspended', 'suspendedOwner'] as const
  const tokens = {
    'every permission': orgPermissions,
    'the rank of ADMIN': ['MEMBER_READ', 'MEMBER_REMOVE', 'MEMBER_UPDATE_ROLES'],
    'MEMBER_READ alone': ['MEMBER_READ'],
  }

  for (const [status, viewers] of [
    ['ACTIVE', ['owner', 'admin', 'user', ...Object.keys(tokens)]],
    ['PROVISIONING', ['owner']],
  ] as const)
    for (const viewer of viewers)
      it(`for ${viewer} in an org that is ${status}`, async () => {
        const others = { suspended: await testServer.signUp(), suspendedOwner: await testServer.signUp() }
        const persons = { ...people, ...others }
        const open = async () => {
          const orgId = await createOrg(people.owner)
          await Promise.all([
            addMember(orgId, people.admin, ['ADMIN']),
            addMember(orgId, people.user),
            addMember(orgId, others.suspended),
            addMember(orgId, others.suspendedOwner, ['OWNER']),
          ])
          for (const person of Object.values(others)) await suspend(people.owner, orgId, person)
          const permissions = tokens[viewer as keyof typeof tokens]
          const by = permissions
            ? await createToken(testServer, people.owner, permissions, orgId)
            : persons[viewer as 'owner' | 'admin' | 'user']
          await mutate(testServer.instance, 'updateOrg', { orgId, status })
          return { orgId, by }
        }
        const said: Record<string, string[]> = {}
        const done: Record<string, string[]> = {}
        for (const member of members) {
          const { orgId, by } = await open()
          const userId = persons[member].id
          const { data } = await by.ask(
            `query($orgId: ID!, $userId: ID!) { orgUser(orgId: $orgId, userId: $userId) {
              viewerCanChangeRoles viewerCanRemove viewerCanSuspend
            } }`,
            { orgId, userId },
          )
          said[member] = Object.keys(data.orgUser).filter((name) => data.orgUser[name])
          const tried = {
            viewerCanChangeRoles: await mutate(by, 'updateOrgUserRoles', { orgId, userId, add: ['USER'] }),
            viewerCanSuspend: await mutate(by, 'suspendOrgUser', { orgId, userId }),
            // In an org of its own, because a suspended member can be removed too.
            viewerCanRemove: await open().then((anew) =>
              mutate(anew.by, 'removeOrgUser', { orgId: anew.orgId, userId }),
            ),
          }
          done[member] = Object.keys(data.orgUser).filter((name) =>
            tried[name as keyof typeof tried].__typename.endsWith('Payload'),
          )
        }
        expect(said).toEqual(done)
        if (viewer === 'owner')
          expect(said.user).toEqual([
            ...(status === 'ACTIVE' ? ['viewerCanChangeRoles'] : []),
            'viewerCanRemove',
            'viewerCanSuspend',
          ])
      })
})
