import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { SignJWT } from 'jose'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailboxMailer } from '../../../src/mail/mailer.js'
import { connect } from '../../http/support/socket.js'
import { BUSY_MS } from '../../support/busy.js'
import { expireNow } from '../../support/expireNow.js'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createToken, usePeople } from '../../support/people.js'
import { type Client, JWT_SECRET, type TestPerson, useTestServer } from '../../support/testServer.js'

const mailbox = await mkdtemp(joinPath(tmpdir(), 'guildhall-mailbox-'))
afterAll(() => rm(mailbox, { recursive: true }))
const testServer = useTestServer({
  mailer: () => mailboxMailer(mailbox),
  env: { FREE_SEATS: '1000', FREE_PENDING_INVITES: '100000' },
})
const people = usePeople(testServer)
let pool: Pool
beforeAll(() => {
  pool = openPool(testServer.database.url)
})
afterAll(() => pool.end())

const now = () => Math.floor(Date.now() / 1_000)
const newAddress = () => `${crypto.randomUUID()}@new.example`
const deleteUser = (by: Client, userId: string) => mutate(by, 'deleteUser', { userId }, 'userId')

const statusOf = async (authorization: string | undefined) => {
  const response = await fetch(`${testServer.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: authorization ?? '' },
    body: '{"query":"{ viewer { id } }"}',
  })
  return response.status
}

async function inviteOf(viewer: Client, id: string) {
  const { data } = await viewer.ask(
    `query($id: ID!) { orgInvite(id: $id) {
      status email invitedUser { id } invitedBy { id } acceptedBy { id } resolvedAt viewerCanResend
    } }`,
    { id },
  )
  return data.orgInvite
}

/** An org of the shared people, with a new member. */
async function orgWithMember(roles: Array<'USER' | 'ADMIN' | 'OWNER'> = ['USER']) {
  const member = await testServer.signUp()
  const orgId = await createOrg(people.owner)
  await join(people.owner, orgId, member, roles)
  return { orgId, member }
}

interface OrgEvent {
  memberEventType?: string
}

describe('deleteUser', () => {
  it('ends the memberships of whoever deletes their own account: they leave', async () => {
    const { orgId, member } = await orgWithMember(['USER', 'ADMIN'])
    expect(await deleteUser(member, member.id)).toEqual({
      __typename: 'DeleteUserPayload',
      userId: member.id,
    })
    const { users, events, limits } = await readOrg(people.owner, orgId)
    expect(users.totalCount).toBe(1)
    expect(limits.seatsUsed).toBe(1)
    expect(events.nodes.filter(({ memberEventType }: OrgEvent) => memberEventType).at(-1)).toMatchObject({
      memberEventType: 'LEFT',
      userId: member.id,
      roles: [],
      previousRoles: ['USER', 'ADMIN'],
      actor: null,
    })
  })

  it('removes the members whose account a token deletes', async () => {
    const { orgId, member } = await orgWithMember()
    const token = await createToken(testServer, testServer.instance, ['USER_MANAGE'])
    expect((await deleteUser(token, member.id)).__typename).toBe('DeleteUserPayload')
    const { data } = await testServer.instance.ask(
      `query($id: ID!) { org(id: $id) { events(last: 5) { nodes {
        ... on OrgUserEvent { actor { id } actorToken { id } memberEventType user { id } }
      } } } }`,
      { id: orgId },
    )
    // The event that the invite's mail was sent may come after it.
    const ofMembers = data.org.events.nodes.filter(({ memberEventType }: OrgEvent) => memberEventType)
    expect(ofMembers.at(-1)).toEqual({
      memberEventType: 'REMOVED',
      user: null,
      actor: null,
      actorToken: { id: token.id },
    })
  })

  it('leaves events, invites and orgs, and shows the user as gone in all of them', async () => {
    const { orgId, member } = await orgWithMember(['OWNER'])
    const made = await createOrg(member, { name: `Made ${crypto.randomUUID()}` })
    await join(member, made, people.owner, ['OWNER'])
    const orgInviteId = await invite(member, orgId, newAddress())
    await mutate(member, 'revokeOrgInvite', { orgInviteId })
    await deleteUser(member, member.id)
    const { data } = await testServer.instance.ask(
      `query($org: ID!, $made: ID!, $user: ID!, $email: String!) {
        user(id: $user) { id } node(id: $user) { id } userByEmail(email: $email) { id }
        org(id: $org) { events(first: 50) { nodes { actor { id } ... on OrgUserEvent { userId user { id } } } } }
        made: org(id: $made) { createdBy { id } }
      }`,
      { org: orgId, made, user: member.id, email: member.email },
    )
    expect(data).toMatchObject({ user: null, node: null, userByEmail: null, made: { createdBy: null } })
    const ids = JSON.stringify(
      data.org.events.nodes.map(({ userId: _, ...event }: { userId: string }) => event),
    )
    expect(ids).not.toContain(member.id)
    expect(await inviteOf(people.owner, orgInviteId)).toMatchObject({ status: 'REVOKED', invitedBy: null })
  })

  it('revokes the pending invites to the account in every org, with events, and erases their address', async () => {
    const member = await testServer.signUp()
    const orgId = await createOrg(people.owner)
    const byAddress = await invite(people.owner, orgId, member.email)
    const other = await createOrg(people.admin)
    const { orgInvite } = await mutate(
      people.admin,
      'createOrgInvite',
      { orgId: other, invitee: { userId: member.id } },
      'orgInvite { id }',
    )
    await deleteUser(member, member.id)
    for (const [viewer, id] of [
      [people.owner, byAddress],
      [people.admin, orgInvite.id],
    ] as const)
      expect(await inviteOf(viewer, id)).toMatchObject({
        status: 'REVOKED',
        email: null,
        invitedUser: null,
        resolvedAt: expect.any(String),
      })
    const { events, inviteCounts } = await readOrg(people.owner, orgId)
    expect(events.nodes).toContainEqual(
      expect.objectContaining({ inviteEventType: 'REVOKED', orgInviteId: byAddress }),
    )
    expect(inviteCounts).toMatchObject({ pending: 0, revoked: 1 })
  })

  it('erases the address of ended invites, which can’t be renewed any more', async () => {
    const { orgId, member } = await orgWithMember()
    const other = await createOrg(people.owner)
    const expired = await invite(people.owner, other, member.email)
    await expireNow(testServer, expired)
    const { data } = await people.owner.ask('query($id: ID!) { org(id: $id) { invites { nodes { id } } } }', {
      id: orgId,
    })
    const accepted = data.org.invites.nodes[0].id
    await deleteUser(member, member.id)
    expect(await inviteOf(people.owner, accepted)).toMatchObject({
      status: 'ACCEPTED',
      email: null,
      acceptedBy: null,
      invitedUser: null,
    })
    expect(await inviteOf(people.owner, expired)).toMatchObject({
      status: 'EXPIRED',
      email: null,
      viewerCanResend: false,
    })
    expect(await mutate(people.owner, 'resendOrgInvite', { orgInviteId: expired })).toMatchObject({
      __typename: 'OrgInviteNotPendingError',
      inviteStatus: 'EXPIRED',
    })
    expect(await mutate(people.owner, 'deleteOrgInvite', { orgInviteId: expired })).toMatchObject({
      __typename: 'DeleteOrgInvitePayload',
    })
  })

  it('revokes the invites and API tokens of the account, with their events', async () => {
    const { orgId, member } = await orgWithMember(['OWNER'])
    const orgInviteId = await invite(member, orgId, newAddress())
    const token = await createToken(testServer, member, ['ORG_READ', 'INVITE_CREATE'], orgId)
    const byToken = await invite(token, orgId, newAddress())
    await deleteUser(member, member.id)
    expect(await statusOf(token.authorization)).toBe(401)
    for (const id of [orgInviteId, byToken])
      expect(await inviteOf(people.owner, id)).toMatchObject({ status: 'REVOKED' })
    const { data } = await people.owner.ask(
      `query($orgId: ID!) {
        apiTokens(orgId: $orgId) { id revokedAt createdBy { id } permissions }
        org(id: $orgId) { events(last: 20) { nodes { ... on OrgChangeEvent { orgEventType } } } }
      }`,
      { orgId },
    )
    expect(data.apiTokens).toEqual([
      { id: token.id, revokedAt: expect.any(String), createdBy: null, permissions: expect.anything() },
    ])
    expect(JSON.stringify(data.org.events)).toContain('API_TOKEN_REVOKED')
  })

  it('is refused for the only owner of orgs, names all of them, and changes nothing', async () => {
    const owner = await testServer.signUp()
    const alone = [await createOrg(owner), await createOrg(owner)]
    const shared = await createOrg(owner)
    await join(owner, shared, people.owner, ['OWNER'])
    const { users: before } = await readOrg(owner, shared)
    for (const by of [owner, testServer.instance]) {
      const refused = await mutate(by, 'deleteUser', { userId: owner.id })
      expect(refused).toMatchObject({
        __typename: 'SoleOwnerError',
        message: expect.stringContaining('2 orgs'),
      })
      expect(refused.orgs.map(({ id }: { id: string }) => id).sort()).toEqual(alone.toSorted())
    }
    expect((await readOrg(owner, shared)).users).toEqual(before)
    expect(await statusOf(owner.authorization)).toBe(200)
    for (const orgId of alone) await mutate(owner, 'deleteOrg', { orgId })
    await expect
      .poll(async () => (await deleteUser(owner, owner.id)).__typename, { timeout: 10_000 })
      .toBe('DeleteUserPayload')
  })

  it('counts only owners who are ACTIVE', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    await join(owner, orgId, people.owner, ['OWNER'])
    const suspend = (by: Client, userId: string) => mutate(by, 'suspendOrgUser', { orgId, userId })
    await suspend(owner, people.owner.id)
    expect(await deleteUser(owner, owner.id)).toMatchObject({ __typename: 'SoleOwnerError' })
    await mutate(owner, 'reinstateOrgUser', { orgId, userId: people.owner.id })
    await suspend(people.owner, owner.id)
    expect((await deleteUser(owner, owner.id)).__typename).toBe('DeleteUserPayload')
    const { users, limits, events } = await readOrg(people.owner, orgId)
    expect(users.totalCount).toBe(1)
    expect(limits.seatsUsed).toBe(1)
    expect(events.nodes.at(-1)).toMatchObject({ memberEventType: 'LEFT', userId: owner.id })
  })

  it('refuses the JWTs that were issued up to the second of the deletion, also those without an iat', async () => {
    const person = await testServer.signUp()
    const { subject, email } = person
    const [unseen, same] = [
      await testServer.authorize({ subject, email, issuedAt: now() - 100 }),
      await testServer.authorize({ subject, email, issuedAt: now() }),
    ]
    const without = await new SignJWT({ sub: subject, exp: now() + 600 })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(JWT_SECRET))
    await deleteUser(person, person.id)
    for (const authorization of [person.authorization, unseen, same, `Bearer ${without}`])
      expect(await statusOf(authorization)).toBe(401)
    const { rows } = await pool.query('select 1 from "user" where subject = $1', [subject])
    expect(rows).toEqual([])
  })

  it('makes a new account of a JWT that is issued later, with nothing of the old one', async () => {
    const { orgId, member } = await orgWithMember()
    await deleteUser(member, member.id)
    const later = await testServer.authorize({ ...member, issuedAt: now() + 1 })
    const again = testServer.bearer(later)
    const { data } = await again.ask(
      '{ viewer { id email emailVerified orgUsers { totalCount } orgInvites { totalCount } } }',
    )
    expect(data.viewer).toEqual({
      id: expect.not.stringMatching(member.id),
      email: member.email,
      emailVerified: true,
      orgUsers: { totalCount: 0 },
      orgInvites: { totalCount: 0 },
    })
    expect(await statusOf(member.authorization)).toBe(401)
    const orgInviteId = await invite(people.owner, orgId, member.email)
    expect(await mutate(again, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'AcceptOrgInvitePayload',
    })
  })

  it('lets the host application create the account anew', async () => {
    const person = await testServer.signUp()
    await deleteUser(person, person.id)
    const { user, created } = await mutate(
      testServer.instance,
      'upsertUser',
      { subject: person.subject, email: person.email, emailVerified: true },
      'created user { id emailVerified }',
    )
    expect(created).toBe(true)
    expect(user).toMatchObject({ emailVerified: true })
    expect(user.id).not.toBe(person.id)
    expect(await statusOf(person.authorization)).toBe(401)
  })

  it('ends the streams and sockets of the person within a second, on every server', async () => {
    const { orgId, member } = await orgWithMember(['ADMIN'])
    const other = await testServer.startAnother()
    const closed: number[] = []
    const open = (url: string) =>
      connect(url, { authorization: member.authorization }, ({ code }) => void closed.push(code))
    const sockets = [await open(testServer.url), await open(other.url)]
    const streams = sockets.flatMap((socket) => [
      socket.stream('subscription($orgId: ID!) { orgEvents(orgId: $orgId) { seq } }', { orgId }),
      socket.stream('subscription { viewerOrgInviteEvents { seq } }'),
    ])
    expect((await sockets[1]?.ask('{ viewer { id } }'))?.data).toEqual({ viewer: { id: member.id } })
    // Each stream is open once it has an event.
    const elsewhere = await createOrg(people.admin)
    await expect
      .poll(
        async () => {
          await mutate(people.owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
          await mutate(people.admin, 'revokeOrgInvite', {
            orgInviteId: await invite(people.admin, elsewhere, member.email, { sendEmail: false }),
          })
          return streams.every(({ results }) => results.length > 0)
        },
        { timeout: 10_000, interval: 200 },
      )
      .toBe(true)
    await deleteUser(testServer.instance, member.id)
    const begun = performance.now()
    for (const { ended } of streams)
      expect((await ended)?.[0]?.extensions?.code).toMatch(/^(UNAUTHENTICATED|FORBIDDEN)$/)
    expect(performance.now() - begun).toBeLessThan(1_000 + BUSY_MS)
    await expect.poll(() => closed, { timeout: 2_000 + BUSY_MS }).toEqual([4403, 4403])
  })

  it('leaves nothing of the person in the database', async () => {
    const [name, email] = [`Zebedee ${crypto.randomUUID()}`, newAddress()]
    const person = await testServer.signUp({ name, email })
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, person, ['ADMIN'])
    for (const address of [email, email.replace('@', '+tag@')]) {
      const orgInviteId = await invite(people.admin, await createOrg(people.admin), address)
      await mutate(people.admin, 'resendOrgInvite', { orgInviteId })
    }
    await invite(person, orgId, newAddress(), { idempotencyKey: `asked by ${email}` })
    const found = async () => {
      const { rows: tables } = await pool.query(`
        select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema in ('public', 'graphile_worker')
      `)
      const traces = [email, person.subject, name].map((text) => `%${text}%`)
      const holding: string[] = []
      for (const { name: table } of tables) {
        const { rows } = await pool.query(`select 1 from ${table} as t where t::text ilike any($1) limit 1`, [
          traces,
        ])
        if (rows.length > 0) holding.push(table)
      }
      return holding.sort()
    }
    expect(await found()).toEqual([
      'public."user"',
      'public.mail_day',
      'public.org_invite',
      'public.org_user',
    ])
    await deleteUser(person, person.id)
    expect(await found()).toEqual([])
  })

  it('does not touch invites to an address that the account has not verified', async () => {
    const victim = newAddress()
    const orgInviteId = await invite(people.owner, await createOrg(people.owner), victim)
    const attacker = await testServer.signUp({ email: victim, verified: false })
    expect((await deleteUser(attacker, attacker.id)).__typename).toBe('DeleteUserPayload')
    expect(await inviteOf(people.owner, orgInviteId)).toMatchObject({ status: 'PENDING', email: victim })
  })

  it('is NotFoundError the second time, for an unknown id, and for a stranger', async () => {
    const person = await testServer.signUp()
    expect(await deleteUser(people.outsider, person.id)).toMatchObject({ __typename: 'NotFoundError' })
    await deleteUser(person, person.id)
    for (const id of [person.id, btoa('User:0190f5a0-1234-7abc-8def-000000000001'), 'nonsense'])
      expect(await deleteUser(testServer.instance, id)).toMatchObject({ __typename: 'NotFoundError' })
  })

  it('can be called only once in a document: what follows finds no account', async () => {
    const person = await testServer.signUp()
    const { data } = await person.ask(
      `mutation($id: ID!) {
        first: deleteUser(input: { userId: $id }) { __typename }
        second: deleteUser(input: { userId: $id }) { __typename }
        createOrg(input: { name: "After the end" }) { __typename }
      }`,
      { id: person.id },
    )
    expect(data).toEqual({
      first: { __typename: 'DeleteUserPayload' },
      second: { __typename: 'NotFoundError' },
      createOrg: { __typename: 'NotFoundError' },
    })
  })

  it('lets the address be invited again', async () => {
    const { orgId, member } = await orgWithMember()
    await deleteUser(member, member.id)
    const orgInviteId = await invite(people.owner, orgId, member.email)
    expect(await inviteOf(people.owner, orgInviteId)).toMatchObject({
      status: 'PENDING',
      email: member.email,
    })
    expect(
      await mutate(people.owner, 'createOrgInvite', { orgId, invitee: { userId: member.id } }),
    ).toMatchObject({ __typename: 'NotFoundError' })
    expect(await mutate(testServer.instance, 'addOrgUser', { orgId, userId: member.id })).toMatchObject({
      __typename: 'NotFoundError',
    })
  })
})

describe('the account of a member of 300 orgs, with thousands of invites', () => {
  const ORGS = 300
  let member: TestPerson

  beforeAll(async () => {
    member = await testServer.signUp()
    const id = uuidOf(member.id)
    // Written as the operations would: an owner, the member as an admin, and their pending invites.
    await pool.query(
      `with made as (
        insert into org (id, name, name_key, created_by_id, member_count, pending_count)
        select gen_random_uuid(), 'Big ' || n, 'big ' || n, $1, 2, 20 from generate_series(1, ${ORGS}) n
        returning id
      ), members as (
        insert into org_user (id, org_id, user_id, roles, origin)
        select gen_random_uuid(), made.id, person.id, person.roles::"OrgRoleName"[], 'DIRECT'
        from made, (values ($1::uuid, '{ADMIN}'), ($2::uuid, '{OWNER}')) person(id, roles)
      )
      insert into org_invite (id, org_id, email, invited_by_id, roles, expires_at)
      select gen_random_uuid(), made.id, 'guest' || n || '@big.example', $1, '{USER}', now() + interval '7 days'
      from made, generate_series(1, 20) n`,
      [id, uuidOf(people.owner.id)],
    )
    await pool.query('analyze')
  }, 60_000)

  it('is deleted in a moment, and the rest of its invites is revoked soon', async () => {
    const begun = performance.now()
    expect((await deleteUser(member, member.id)).__typename).toBe('DeleteUserPayload')
    const took = performance.now() - begun
    console.log(`deleted within ${took.toFixed()} ms`)
    expect(took).toBeLessThan(4_000)
    const id = uuidOf(member.id)
    const memberships = await pool.query('select 1 from org_user where user_id = $1', [id])
    expect(memberships.rowCount).toBe(0)
    await expect
      .poll(
        async () => {
          const { rows } = await pool.query(
            `select count(*)::int as pending from org_invite where invited_by_id = $1 and status = 'PENDING'`,
            [id],
          )
          return rows[0].pending
        },
        { timeout: 20_000 },
      )
      .toBe(0)
    const { rows } = await pool.query(
      `select distinct member_count, pending_count from org where name like 'Big %'`,
    )
    expect(rows).toEqual([{ member_count: 1, pending_count: 0 }])
  }, 60_000)
})
