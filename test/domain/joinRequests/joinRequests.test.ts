import sql from 'sql-template-tag'
import { describe, expect, it } from 'vitest'
import { upsertAppRole } from '../../support/appRoles.js'
import {
  allowRequests,
  approve,
  askedBy,
  dayBeganEarlier,
  decline,
  endedEarlier,
  newAsker,
  newRequest,
  readRequests,
  requestToJoin,
  withdraw,
} from '../../support/joinRequests.js'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createOrgWith, createToken, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '4' } })
const people = usePeople(testServer)

const typeOf = ({ __typename }: { __typename: string }) => __typename
const DAY_S = 24 * 60 * 60

/** The newest events of an org as `[type, actor's id or null]`, oldest first. */
async function newestEvents(orgId: string, count: number) {
  const { events } = await readOrg(people.owner, orgId)
  return events.nodes
    .slice(-count)
    .map((event: Record<string, string> & { actor: { id: string } | null }) => [
      event.joinRequestEventType ?? event.memberEventType,
      event.actor?.id ?? null,
    ])
}

describe('requestToJoinOrg', () => {
  it('asks to join the org of the domain of one’s verified address', async () => {
    const orgId = await createOrg(people.owner, { name: 'Asked by Ada' })
    const person = await newAsker(testServer, orgId)
    const asked = await requestToJoin(person, orgId, { message: '  I work here.\r\nAda ' })
    expect(asked).toEqual({
      __typename: 'RequestToJoinOrgPayload',
      orgJoinRequest: {
        id: expect.any(String),
        orgName: 'Asked by Ada',
        status: 'PENDING',
        message: 'I work here.\nAda',
        createdAt: expect.any(String),
        resolvedAt: null,
        resolvedBy: null,
        user: { id: person.id },
      },
      orgUser: null,
    })
    expect(await newestEvents(orgId, 1)).toEqual([['REQUESTED', person.id]])
  })

  it('is approved at once if the domain’s mode is AUTO: REQUESTED, APPROVED, JOINED', async () => {
    const orgId = await createOrg(people.owner)
    const person = await newAsker(testServer, orgId, 'AUTO')
    const asked = await requestToJoin(person, orgId)
    expect(asked).toMatchObject({
      orgJoinRequest: { status: 'APPROVED', resolvedAt: asked.orgJoinRequest.createdAt, resolvedBy: null },
      orgUser: {
        roles: ['USER'],
        appRoles: [],
        origin: 'EMAIL_DOMAIN',
        status: 'ACTIVE',
        user: { id: person.id },
      },
    })
    expect(await newestEvents(orgId, 3)).toEqual([
      ['REQUESTED', person.id],
      ['APPROVED', null],
      ['JOINED', person.id],
    ])
  })

  it('with AUTO and without a free seat is LimitReachedError, and there is no request', async () => {
    const orgId = await createOrgWith(people)
    await join(people.owner, orgId, await testServer.signUp())
    const person = await newAsker(testServer, orgId, 'AUTO')
    const before = await readOrg(people.owner, orgId)
    expect(await requestToJoin(person, orgId)).toMatchObject({ __typename: 'LimitReachedError', limit: 4 })
    expect(await readOrg(people.owner, orgId)).toEqual(before)
    expect((await readRequests(people.owner, orgId)).totalCount).toBe(0)
    const { data } = await person.ask('{ viewer { orgJoinRequests { totalCount } } }')
    expect(data.viewer.orgJoinRequests.totalCount).toBe(0)
    // It is not counted either.
    const other = await createOrg(people.owner)
    await allowRequests(testServer, other, person)
    expect((await requestToJoin(person, other)).__typename).toBe('RequestToJoinOrgPayload')
    const counted = await testServer.server.app.database.query(
      sql`select count from user_join_request_day where user_id = ${uuidOf(person.id)}`,
    )
    expect(counted).toEqual([{ count: 1 }])
  })

  it('without a free seat a request can be made, but not approved', async () => {
    const orgId = await createOrgWith(people)
    await join(people.owner, orgId, await testServer.signUp())
    const { orgJoinRequestId } = await askedBy(testServer, orgId)
    expect(await approve(people.owner, orgJoinRequestId)).toMatchObject({
      __typename: 'LimitReachedError',
      limit: 4,
    })
    expect((await readRequests(people.owner, orgId)).nodes).toMatchObject([{ status: 'PENDING' }])
  })

  it('is NotFoundError for everybody who may not join by their address', async () => {
    const orgId = await createOrg(people.owner)
    const inDomain = await testServer.signUp()
    const [local, domain = ''] = inDomain.email.split('@')
    const unverified = await testServer.signUp({ email: `other@${domain}`, verified: false })
    const below = await testServer.signUp({ email: `${local}@sub.${domain}` })
    await allowRequests(testServer, orgId, inDomain, 'OFF')
    const elsewhere = await newAsker(testServer, await createOrg(people.owner))
    const pendingDomain = await newAsker(testServer, orgId)
    await testServer.server.app.database.query(
      sql`update org_email_domain set status = 'PENDING' where domain = ${pendingDomain.email.split('@')[1]}`,
    )
    const token = await createToken(testServer, testServer.instance, ['ORG_READ', 'INVITE_CREATE'])
    const askers: Client[] = [inDomain, unverified, below, elsewhere, pendingDomain, people.outsider, token]
    for (const client of askers) expect(typeOf(await requestToJoin(client, orgId))).toBe('NotFoundError')
    await allowRequests(testServer, orgId, inDomain)
    for (const client of [unverified, below])
      expect(typeOf(await requestToJoin(client, orgId))).toBe('NotFoundError')
    expect(typeOf(await requestToJoin(inDomain, btoa('Org:0190f5a0-1234-7abc-8def-000000000001')))).toBe(
      'NotFoundError',
    )
    expect(typeOf(await requestToJoin(inDomain, orgId))).toBe('RequestToJoinOrgPayload')
  })

  it('is NotFoundError while another account has the address verified', async () => {
    const orgId = await createOrg(people.owner)
    const first = await newAsker(testServer, orgId)
    const second = await testServer.signUp({ email: first.email })
    expect(typeOf(await requestToJoin(second, orgId))).toBe('NotFoundError')
  })

  it('is OrgNotActiveError while the org is not ACTIVE', async () => {
    const orgId = await createOrg(people.owner)
    const person = await newAsker(testServer, orgId)
    await mutate(testServer.instance, 'updateOrg', { orgId, status: 'PROVISIONING' })
    expect(await requestToJoin(person, orgId)).toMatchObject({
      __typename: 'OrgNotActiveError',
      orgStatus: 'PROVISIONING',
    })
  })

  it('is AlreadyOrgUserError for a member and OrgUserSuspendedError for a suspended one, by whatever address', async () => {
    const orgId = await createOrgWith(people)
    expect(typeOf(await requestToJoin(people.user, orgId))).toBe('AlreadyOrgUserError')
    await allowRequests(testServer, orgId, people.user)
    expect(await requestToJoin(people.user, orgId)).toMatchObject({
      __typename: 'AlreadyOrgUserError',
      existingOrgUser: { id: expect.any(String) },
    })
    await mutate(people.owner, 'suspendOrgUser', { orgId, userId: people.user.id })
    expect(typeOf(await requestToJoin(people.user, orgId))).toBe('OrgUserSuspendedError')
    await allowRequests(testServer, orgId, people.user, 'OFF')
    expect(typeOf(await requestToJoin(people.user, orgId))).toBe('OrgUserSuspendedError')
  })

  it('takes a message of 500 code points at most', async () => {
    const orgId = await createOrg(people.owner)
    const person = await newAsker(testServer, orgId)
    for (const message of ['x'.repeat(501), '😀'.repeat(501), 'a\u0000b', 'a\u202eb'])
      expect(await requestToJoin(person, orgId, { message })).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: 'message' }],
      })
    const longest = '😀'.repeat(500)
    expect((await requestToJoin(person, orgId, { message: longest })).orgJoinRequest.message).toBe(longest)
  })

  it('keeps no message that has no visible character', async () => {
    const orgId = await createOrg(people.owner)
    const person = await newAsker(testServer, orgId)
    expect((await requestToJoin(person, orgId, { message: ' \n\u200b ' })).orgJoinRequest.message).toBeNull()
  })

  it('one request of a person can be pending in an org, also if the mode became AUTO', async () => {
    const orgId = await createOrg(people.owner)
    const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
    await allowRequests(testServer, orgId, person, 'AUTO')
    expect(await requestToJoin(person, orgId)).toMatchObject({
      __typename: 'OrgJoinRequestAlreadyPendingError',
      pendingRequest: { id: orgJoinRequestId },
    })
    await withdraw(person, orgJoinRequestId)
    expect((await requestToJoin(person, orgId)).orgJoinRequest.status).toBe('APPROVED')
  })

  it('after a decline the next request can be made 24 hours later, by the database’s clock', async () => {
    const orgId = await createOrg(people.owner)
    const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
    await decline(people.owner, orgJoinRequestId)
    const { retryAfterSeconds } = await requestToJoin(person, orgId)
    expect(retryAfterSeconds).toBeGreaterThan(DAY_S - 60)
    expect(retryAfterSeconds).toBeLessThanOrEqual(DAY_S)
    await endedEarlier(testServer, orgJoinRequestId, DAY_S - 30)
    const later = await requestToJoin(person, orgId)
    expect(later).toMatchObject({ __typename: 'RateLimitedError' })
    expect(later.retryAfterSeconds).toBeLessThanOrEqual(30)
    // Another org is not concerned.
    const other = await createOrg(people.owner)
    await allowRequests(testServer, other, person)
    expect(typeOf(await requestToJoin(person, other))).toBe('RequestToJoinOrgPayload')
    await allowRequests(testServer, orgId, person, 'AUTO')
    expect(typeOf(await requestToJoin(person, orgId))).toBe('RateLimitedError')
    await endedEarlier(testServer, orgJoinRequestId, 30)
    expect(typeOf(await requestToJoin(person, orgId))).toBe('RequestToJoinOrgPayload')
  })

  it('a person makes ten requests a day, in all orgs, and withdrawn ones count', async () => {
    const orgs = [await createOrg(people.owner), await createOrg(people.owner)]
    const person = await testServer.signUp()
    for (let made = 0; made < 10; made++) {
      const orgId = orgs[made % 2] ?? ''
      await allowRequests(testServer, orgId, person)
      await withdraw(person, await newRequest(person, orgId))
    }
    const refused = await requestToJoin(person, orgs[1] ?? '')
    expect(refused).toMatchObject({ __typename: 'RateLimitedError' })
    expect(refused.retryAfterSeconds).toBeLessThanOrEqual(DAY_S)
    expect(refused.retryAfterSeconds).toBeGreaterThan(DAY_S - 60)
    await dayBeganEarlier(testServer, person, DAY_S)
    expect(typeOf(await requestToJoin(person, orgs[1] ?? ''))).toBe('RequestToJoinOrgPayload')
  })

  it('a pending invite to whoever asks stays pending', async () => {
    const orgId = await createOrg(people.owner)
    const person = await newAsker(testServer, orgId, 'AUTO')
    const orgInviteId = await invite(people.owner, orgId, person.email)
    await requestToJoin(person, orgId)
    const { invites } = await readOrg(people.owner, orgId)
    expect(invites.nodes).toMatchObject([{ id: orgInviteId, status: 'PENDING' }])
  })
})

describe('approveOrgJoinRequest', () => {
  it('makes whoever asked a member, with roles and app roles', async () => {
    const orgId = await createOrgWith(people)
    const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
    const appRole = await upsertAppRole(testServer)
    const approved = await approve(people.admin, orgJoinRequestId, {
      roles: ['ADMIN', 'USER'],
      appRoleIds: [appRole.id],
    })
    expect(approved).toMatchObject({
      __typename: 'ApproveOrgJoinRequestPayload',
      orgJoinRequest: { status: 'APPROVED', resolvedBy: { id: people.admin.id } },
      orgUser: {
        roles: ['USER', 'ADMIN'],
        appRoles: [{ key: appRole.key }],
        origin: 'JOIN_REQUEST',
        user: { id: person.id },
      },
    })
    expect(await newestEvents(orgId, 2)).toEqual([
      ['APPROVED', people.admin.id],
      ['JOINED', people.admin.id],
    ])
  })

  it('grants USER if it names no roles, and refuses an empty list', async () => {
    const orgId = await createOrg(people.owner)
    const { orgJoinRequestId } = await askedBy(testServer, orgId)
    expect(await approve(people.owner, orgJoinRequestId, { roles: [] })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'roles' }],
    })
    expect((await approve(people.owner, orgJoinRequestId)).orgUser.roles).toEqual(['USER'])
  })

  it('needs the rank for the roles and the app roles', async () => {
    const orgId = await createOrgWith(people)
    const { orgJoinRequestId } = await askedBy(testServer, orgId)
    const appRole = await upsertAppRole(testServer, { assignableBy: 'OWNER' })
    expect(await approve(people.admin, orgJoinRequestId, { roles: ['OWNER'] })).toMatchObject({
      __typename: 'RoleNotGrantableError',
      role: 'OWNER',
    })
    expect(await approve(people.admin, orgJoinRequestId, { appRoleIds: [appRole.id] })).toMatchObject({
      __typename: 'AppRoleNotGrantableError',
    })
    expect((await readRequests(people.owner, orgId)).nodes).toMatchObject([{ status: 'PENDING' }])
    expect((await approve(people.owner, orgJoinRequestId, { roles: ['OWNER'] })).orgUser.roles).toEqual([
      'OWNER',
    ])
  })

  it.each(['ACTIVE', 'SUSPENDED'])(
    'withdraws the request of somebody who is a member by now, %s, with its event, and refuses',
    async (status) => {
      const orgId = await createOrg(people.owner)
      const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
      await join(people.owner, orgId, person, ['ADMIN'])
      if (status === 'SUSPENDED') await mutate(people.owner, 'suspendOrgUser', { orgId, userId: person.id })
      const { users } = await readOrg(people.owner, orgId)
      expect(await approve(people.owner, orgJoinRequestId)).toMatchObject({
        __typename: 'AlreadyOrgUserError',
        existingOrgUser: { id: expect.any(String) },
      })
      expect((await readRequests(people.owner, orgId)).nodes).toMatchObject([
        { id: orgJoinRequestId, status: 'WITHDRAWN', resolvedBy: { id: people.owner.id } },
      ])
      expect(await newestEvents(orgId, 1)).toEqual([['WITHDRAWN', people.owner.id]])
      expect((await readOrg(people.owner, orgId)).users).toEqual(users)
      expect(await approve(people.owner, orgJoinRequestId)).toMatchObject({
        __typename: 'OrgJoinRequestNotPendingError',
        requestStatus: 'WITHDRAWN',
      })
    },
  )

  it('one’s own request can’t be approved or declined, whatever one may do in the org by now', async () => {
    const orgId = await createOrg(people.owner)
    const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
    for (const answer of [approve, decline])
      expect(typeOf(await answer(person, orgJoinRequestId))).toBe('NotFoundError')
    await join(people.owner, orgId, person, ['OWNER'])
    for (const answer of [approve, decline])
      expect(typeOf(await answer(person, orgJoinRequestId))).toBe('NotFoundError')
    const { nodes } = await readRequests(person, orgId)
    expect(nodes).toMatchObject([{ status: 'PENDING', viewerCanApprove: false, viewerCanWithdraw: true }])
  })

  it('goes on after the person has left the domain, and after the domain was unbound', async () => {
    const orgId = await createOrg(people.owner)
    const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
    await allowRequests(testServer, orgId, person, 'OFF')
    await mutate(people.owner, 'unbindEmailDomain', { orgId, domain: person.email.split('@')[1] })
    const issuedAt = Math.floor(Date.now() / 1_000) + 1
    await testServer.signUp({ subject: person.subject, email: 'gone@elsewhere.example', issuedAt })
    expect((await readRequests(people.owner, orgId)).nodes).toMatchObject([{ status: 'PENDING' }])
    expect((await approve(people.owner, orgJoinRequestId)).orgUser.user.id).toBe(person.id)
  })

  it('waits while the org is not ACTIVE; declining and withdrawing go on', async () => {
    const orgId = await createOrg(people.owner)
    const one = await askedBy(testServer, orgId)
    const other = await askedBy(testServer, orgId)
    await mutate(testServer.instance, 'updateOrg', { orgId, status: 'PROVISIONING' })
    expect(typeOf(await approve(people.owner, one.orgJoinRequestId))).toBe('OrgNotActiveError')
    const { nodes } = await readRequests(people.owner, orgId)
    expect(nodes.map((node: { viewerCanApprove: boolean }) => node.viewerCanApprove)).toEqual([false, false])
    expect((await decline(people.owner, one.orgJoinRequestId)).orgJoinRequest.status).toBe('DECLINED')
    expect((await withdraw(other.person, other.orgJoinRequestId)).orgJoinRequest.status).toBe('WITHDRAWN')
  })

  it('works for a token with INVITE_CREATE alone, whose id is in the events', async () => {
    const orgId = await createOrg(people.owner)
    const { orgJoinRequestId } = await askedBy(testServer, orgId)
    const token = await createToken(testServer, people.owner, ['INVITE_CREATE'], orgId)
    expect(await approve(token, orgJoinRequestId)).toMatchObject({
      orgJoinRequest: { status: 'APPROVED', resolvedBy: null },
    })
    const { data } = await people.owner.ask(
      'query($id: ID!) { org(id: $id) { events(last: 2) { nodes { actor { id } actorToken { id } } } } }',
      { id: orgId },
    )
    expect(data.org.events.nodes).toEqual(Array(2).fill({ actor: null, actorToken: { id: token.id } }))
  })
})

describe('withdrawOrgJoinRequest', () => {
  it('is for the person alone', async () => {
    const orgId = await createOrgWith(people)
    const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
    for (const client of [people.owner, people.user, people.outsider, testServer.instance])
      expect(typeOf(await withdraw(client, orgJoinRequestId))).toBe('NotFoundError')
    expect(await withdraw(person, orgJoinRequestId)).toMatchObject({
      orgJoinRequest: { status: 'WITHDRAWN', resolvedBy: { id: person.id } },
    })
    expect(await newestEvents(orgId, 1)).toEqual([['WITHDRAWN', person.id]])
  })
})

describe('a join request', () => {
  const read = async (viewer: Client, id: string) => {
    const { data } = await viewer.ask(
      `query($id: ID!) { node(id: $id) { ... on OrgJoinRequest {
        id org { id } orgName user { id name email } message status viewerCanApprove viewerCanWithdraw
      } } }`,
      { id },
    )
    return data.node
  }

  it('shows its maker the name of the org and nothing more, and the admins the name of its maker', async () => {
    const orgId = await createOrgWith(people, { name: `Org ${crypto.randomUUID()}` })
    const { person, orgJoinRequestId: id } = await askedBy(testServer, orgId)
    const { name } = await readOrg(people.owner, orgId)
    const common = { id, orgName: name, message: null, status: 'PENDING' }
    const { email } = person
    const user = { id: person.id, name: person.name }
    expect(await read(person, id)).toEqual({
      ...common,
      org: null,
      user: { ...user, email },
      viewerCanApprove: false,
      viewerCanWithdraw: true,
    })
    const seen = { ...common, org: { id: orgId }, user: { ...user, email: null } }
    expect(await read(people.admin, id)).toEqual({
      ...seen,
      viewerCanApprove: true,
      viewerCanWithdraw: false,
    })
    const reader = await createToken(testServer, people.owner, ['INVITE_READ'], orgId)
    expect(await read(reader, id)).toEqual({
      ...seen,
      org: null,
      viewerCanApprove: false,
      viewerCanWithdraw: false,
    })
    for (const viewer of [people.user, people.outsider, testServer.nobody])
      expect(await read(viewer, id)).toBeNull()
    expect((await person.ask('query($id: ID!) { org(id: $id) { id } }', { id: orgId })).data.org).toBeNull()
  })

  it('is listed newest first, by status, in the org and of the person', async () => {
    const orgs = [await createOrg(people.owner), await createOrg(people.owner), await createOrg(people.owner)]
    const person = await testServer.signUp()
    const made: string[] = []
    for (const orgId of orgs) {
      await allowRequests(testServer, orgId, person)
      made.push(await newRequest(person, orgId))
    }
    const [first = '', second = '', third = ''] = made
    await decline(people.owner, first)
    await withdraw(person, second)
    const mine = async (client: Client, args = '') => {
      const { data } = await client.ask(
        `query($id: ID!) { node(id: $id) { ... on User { orgJoinRequests${args} { totalCount nodes { id } } } } }`,
        { id: person.id },
      )
      const list = data.node?.orgJoinRequests
      return list && [list.totalCount, ...list.nodes.map(({ id }: { id: string }) => id)]
    }
    expect(await mine(person)).toEqual([3, third, second, first])
    expect(await mine(testServer.instance)).toEqual([3, third, second, first])
    expect(await mine(person, '(statuses: [PENDING])')).toEqual([1, third])
    expect(await mine(person, '(statuses: [DECLINED, WITHDRAWN, DECLINED], first: 1)')).toEqual([2, second])
    expect(await mine(person, '(statuses: [])')).toEqual([0])
    await join(people.owner, orgs[0] ?? '', person)
    expect(await mine(people.owner)).toBeNull()
    const of = async (args: string) => (await readRequests(people.owner, orgs[0] ?? '', args)).totalCount
    expect(await of('(statuses: [PENDING])')).toBe(0)
    expect(await of('(statuses: [DECLINED])')).toBe(1)
  })

  it('goes with the org', async () => {
    const orgId = await createOrg(people.owner)
    const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
    await mutate(people.owner, 'deleteOrg', { orgId })
    await expect.poll(() => read(person, orgJoinRequestId), { timeout: 20_000 }).toBeNull()
    const left = await testServer.server.app.database.query(
      sql`select 1 from org_join_request where id = ${uuidOf(orgJoinRequestId)}`,
    )
    expect(left).toEqual([])
  }, 30_000)

  it('is withdrawn and erased with the account of its maker, and the event names nobody', async () => {
    const orgId = await createOrg(people.owner)
    const { person, orgJoinRequestId } = await askedBy(testServer, orgId)
    const other = await createOrg(people.owner)
    await allowRequests(testServer, other, person)
    await decline(people.owner, await newRequest(person, other))
    expect(typeOf(await mutate(person, 'deleteUser', { userId: person.id }))).toBe('DeleteUserPayload')
    const events = async (id: string) => (await readOrg(people.owner, id)).events.nodes
    expect((await events(orgId)).at(-1)).toMatchObject({
      joinRequestEventType: 'WITHDRAWN',
      orgJoinRequestId,
      actor: null,
      user: null,
      orgJoinRequest: null,
    })
    expect((await events(other)).at(-1)).toMatchObject({
      joinRequestEventType: 'DECLINED',
      orgJoinRequest: null,
    })
    expect((await readRequests(people.owner, orgId)).totalCount).toBe(0)
    expect((await readRequests(people.owner, other)).totalCount).toBe(0)
    expect(
      await testServer.server.app.database.query(
        sql`select 1 from user_join_request_day where user_id = ${uuidOf(person.id)}`,
      ),
    ).toEqual([])
  })

  it('tells whoever asked who answered it only while they are a member', async () => {
    const orgId = await createOrgWith(people)
    const resolvedBy = async (viewer: Client, id: string) => {
      const document = 'query($id: ID!) { node(id: $id) { ... on OrgJoinRequest { resolvedBy { id } } } }'
      return (await viewer.ask(document, { id })).data.node.resolvedBy
    }
    const admin = { id: people.admin.id }
    const declined = await askedBy(testServer, orgId)
    await decline(people.admin, declined.orgJoinRequestId)
    expect(await resolvedBy(declined.person, declined.orgJoinRequestId)).toBeNull()
    for (const viewer of [people.owner, people.admin])
      expect(await resolvedBy(viewer, declined.orgJoinRequestId)).toEqual(admin)
    const reader = await createToken(testServer, people.owner, ['INVITE_READ'], orgId)
    expect(await resolvedBy(reader, declined.orgJoinRequestId)).toEqual(admin)
    // They share another org: this one still names nobody.
    const shared = await createOrg(people.admin)
    await join(people.admin, shared, declined.person)
    expect(await resolvedBy(declined.person, declined.orgJoinRequestId)).toBeNull()

    const approved = await askedBy(testServer, orgId)
    await approve(people.admin, approved.orgJoinRequestId)
    expect(await resolvedBy(approved.person, approved.orgJoinRequestId)).toEqual(admin)
    await mutate(people.owner, 'suspendOrgUser', { orgId, userId: approved.person.id })
    expect(await resolvedBy(approved.person, approved.orgJoinRequestId)).toBeNull()
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: approved.person.id })
    expect(await resolvedBy(approved.person, approved.orgJoinRequestId)).toBeNull()

    const withdrawn = await askedBy(testServer, orgId)
    await withdraw(withdrawn.person, withdrawn.orgJoinRequestId)
    expect(await resolvedBy(withdrawn.person, withdrawn.orgJoinRequestId)).toEqual({
      id: withdrawn.person.id,
    })
    const list = await testServer.instance.ask(
      'query($id: ID!) { user(id: $id) { orgJoinRequests { nodes { resolvedBy { id } } } } }',
      { id: declined.person.id },
    )
    expect(list.data.user.orgJoinRequests.nodes).toEqual([{ resolvedBy: admin }])
  })

  it('does not tell who answered it once that account is gone', async () => {
    const orgId = await createOrg(people.owner)
    const admin = await testServer.signUp()
    await join(people.owner, orgId, admin, ['ADMIN'])
    const { orgJoinRequestId } = await askedBy(testServer, orgId)
    await decline(admin, orgJoinRequestId)
    await mutate(admin, 'deleteUser', { userId: admin.id })
    expect((await readRequests(people.owner, orgId)).nodes).toMatchObject([
      { status: 'DECLINED', resolvedBy: null },
    ])
  })
})
