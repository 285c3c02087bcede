import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { readSnapshot, uuidOf, violationsOf } from '../../support/orgSnapshot.js'
import { createToken, orgPermissions, type TokenClient, usePeople } from '../../support/people.js'
import { statementsOf } from '../../support/statements.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

const CHAIN = 300
const MOST_LEAVES = 5_000
/** Enough where a test is about the depth of the chain and not about the total number of tokens. */
const LEAVES = 1_000
const INVITES = 2_000
/**
 * For one operation: enough for a few hundred rows on a busy machine. Without a limit it took 15 s.
 */
const WITHIN_MS = 1_000
/** Includes BEGIN and COMMIT. */
const STATEMENTS = 12
/**
 * The operation revokes at most 100 tokens, 100 invites that they sent and 100 invites to the
 * member who left, and adds its own event.
 */
const EVENTS = 301

const testServer = useTestServer({ env: { FREE_PENDING_INVITES: '10000' } })
const people = usePeople(testServer)
let pool: Pool
beforeAll(() => {
  pool = openPool(testServer.database.url)
})
afterAll(() => pool.end())

/**
 * Inserts rows older than the limits: a long chain of tokens below the given token, and many tokens
 * below the end of the chain.
 */
async function buildBelow(tokenId: string, orgId: string, leaves = LEAVES): Promise<void> {
  const token = uuidOf(tokenId)
  await pool.query(
    `insert into api_token (id, hash, org_id, name, permissions, created_by_token_id)
     select link.id, sha256(link.id::text::bytea), root.org_id, 'a link', root.permissions, root.id
     from api_token root, (select gen_random_uuid() as id from generate_series(1, $2)) link
     where root.id = $1`,
    [token, CHAIN],
  )
  await pool.query(
    `update api_token set created_by_token_id = maker from (
       select id, lag(id) over (order by id) as maker from api_token where created_by_token_id = $1
     ) link
     where api_token.id = link.id and maker is not null`,
    [token],
  )
  await pool.query(
    `insert into api_token (id, hash, org_id, name, permissions, created_by_token_id)
     select leaf.id, sha256(leaf.id::text::bytea), last.org_id, 'a leaf', last.permissions, last.id
     from (select * from api_token where org_id = $1 and name = 'a link' order by id desc limit 1) last,
       (select gen_random_uuid() as id from generate_series(1, $2)) leaf`,
    [uuidOf(orgId), leaves],
  )
}

/**
 * Inserts pending invites into an org, with their events. Its tokens sent them, or the given person
 * did.
 */
async function invitePending(orgId: string, person: TestPerson | null): Promise<void> {
  await pool.query(
    `with sender as (
       select row_number() over (order by id desc) - 1 as number, id from api_token where org_id = $1 order by id desc
       limit $2
     ), made as (
       insert into org_invite (id, org_id, email, roles, expires_at, invited_by_id, invited_by_token_id)
       select gen_random_uuid(), $1, gen_random_uuid() || '@new.example', '{ADMIN}', now() + interval '1 day',
         $3, case when $3::uuid is null then sender.id end
       from generate_series(1, $2) invite
         left join sender on sender.number = invite % greatest((select count(*) from sender), 1)
       returning id, roles
     ), event as (
       insert into org_event (org_id, seq, kind, type, occurred_at, org_invite_id, status, roles, previous_roles)
       select $1, org.event_seq + row_number() over (), 'INVITE', 'CREATED', now(), made.id, 'PENDING', made.roles, '{}'
       from made, org where org.id = $1
     )
     update org set event_seq = event_seq + $2, pending_count = pending_count + $2 where id = $1`,
    [uuidOf(orgId), INVITES, person && uuidOf(person.id)],
  )
}

const countsOf = async (orgId: string) => {
  const { rows } = await pool.query(
    `select
       (select count(*)::int from api_token where org_id = $1 and revoked_at is null) as alive,
       (select count(*)::int from org_invite where org_id = $1 and status = 'PENDING') as pending,
       (select count(*)::int from org_event where org_id = $1 and type = 'API_TOKEN_REVOKED') as "tokenEvents",
       (select count(*)::int from org_event where org_id = $1 and kind = 'INVITE' and type = 'REVOKED') as "inviteEvents"`,
    [uuidOf(orgId)],
  )
  return rows[0] as { alive: number; pending: number; tokenEvents: number; inviteEvents: number }
}

/** Runs an operation and checks its cost. The job that does the rest begins after the commit. */
async function expectCheap(
  orgId: string,
  what: string,
  take: () => Promise<{ __typename: string }>,
): Promise<void> {
  const { rows: org } = await pool.query('select event_seq from org where id = $1', [uuidOf(orgId)])
  const begun = performance.now()
  let typename = ''
  const statements = await statementsOf(async () => {
    typename = (await take()).__typename
  })
  const took = performance.now() - begun
  // Rows that one transaction writes have the same time.
  const { rows } = await pool.query(
    `select count(*)::int as events from org_event event
     where org_id = $1 and seq > $2 and occurred_at = (
       select occurred_at from org_event first where first.org_id = $1 and first.seq = $2 + 1)`,
    [uuidOf(orgId), org[0].event_seq],
  )
  const committed = statements.findIndex(({ text }) => text === 'COMMIT') + 1
  console.log(`${what}: ${took.toFixed(0)} ms, ${committed} statements, ${rows[0].events} events`)
  expect(typename).toMatch(/Payload$/)
  expect(took).toBeLessThan(WITHIN_MS)
  expect(committed).toBeLessThanOrEqual(STATEMENTS)
  expect(rows[0].events).toBeLessThanOrEqual(EVENTS)
}

const isDead = async (token: TokenClient) =>
  (await token.ask('{ viewer { id } }')).errors?.[0]?.extensions.code === 'UNAUTHENTICATED'

async function allRevoked(orgId: string, tokens: number, invites: number): Promise<void> {
  await vi.waitFor(
    async () =>
      expect(await countsOf(orgId)).toEqual({
        alive: 0,
        pending: 0,
        tokenEvents: tokens,
        inviteEvents: invites,
      }),
    { timeout: 20_000, interval: 100 },
  )
  const snapshot = await readSnapshot(pool, uuidOf(orgId))
  expect(snapshot && violationsOf(snapshot)).toEqual([])
}

describe('everything that rests on somebody’s authority is revoked at once', () => {
  it('when their token is revoked', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, people.owner, orgPermissions, orgId)
    const child = await createToken(testServer, token, orgPermissions, orgId)
    await buildBelow(child.id, orgId, MOST_LEAVES)
    await invitePending(orgId, null)
    await expectCheap(orgId, 'revokeApiToken', () =>
      mutate(people.owner, 'revokeApiToken', { apiTokenId: token.id }),
    )
    for (const dead of [token, child]) expect(await isDead(dead)).toBe(true)
    await allRevoked(orgId, CHAIN + MOST_LEAVES + 2, INVITES)
  }, 60_000)

  const ends: Record<string, (orgId: string, member: TestPerson) => Promise<{ __typename: string }>> = {
    removeOrgUser: (orgId, member) => mutate(people.owner, 'removeOrgUser', { orgId, userId: member.id }),
    leaveOrg: (orgId, member) => mutate(member, 'leaveOrg', { orgId }),
    'updateOrgUserRoles, the last': (orgId, member) =>
      mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: member.id, remove: ['OWNER'] }),
  }
  for (const [what, end] of Object.entries(ends))
    it(`when they lose it by ${what}`, async () => {
      const orgId = await createOrg(people.owner)
      const member = await testServer.signUp()
      await join(people.owner, orgId, member, ['OWNER'])
      const token = await createToken(testServer, member, orgPermissions, orgId)
      await buildBelow(token.id, orgId)
      await invitePending(orgId, null)
      await invitePending(orgId, member)
      await expectCheap(orgId, what, () => end(orgId, member))
      expect(await isDead(token)).toBe(true)
      await allRevoked(orgId, CHAIN + LEAVES + 1, 2 * INVITES)
    }, 60_000)

  it('when they are demoted: their tokens stay, and their invites and lost permissions go', async () => {
    const orgId = await createOrg(people.owner)
    const member = await testServer.signUp()
    // As autovacuum may do it at this moment: the statistics say that no invite is pending.
    await pool.query('analyze')
    await join(people.owner, orgId, member, ['OWNER'])
    const token = await createToken(testServer, member, orgPermissions, orgId)
    await buildBelow(token.id, orgId)
    await invitePending(orgId, null)
    await invitePending(orgId, member)
    await expectCheap(orgId, 'updateOrgUserRoles', () =>
      mutate(people.owner, 'updateOrgUserRoles', {
        orgId,
        userId: member.id,
        add: ['USER'],
        remove: ['OWNER'],
      }),
    )
    const { data } = await token.ask('query($orgId: ID!) { org(id: $orgId) { viewerPermissions } }', {
      orgId,
    })
    expect(data.org.viewerPermissions).toEqual(['ORG_READ', 'MEMBER_READ'])
    await vi.waitFor(async () => expect((await countsOf(orgId)).pending).toBe(0), {
      timeout: 20_000,
      interval: 100,
    })
    expect(await countsOf(orgId)).toMatchObject({ tokenEvents: 0, inviteEvents: 2 * INVITES })
  }, 60_000)

  it.each([
    ['OWNER', 'ADMIN'],
    ['ADMIN', 'USER'],
  ])(
    'before the rest is revoked: no invite to %s of a token is accepted whose maker is %s now',
    async (role, left) => {
      const orgId = await createOrg(people.owner)
      const [maker, invitee, other] = await Promise.all([1, 2, 3].map(() => testServer.signUp()))
      if (!maker || !invitee || !other) throw new Error('too few people')
      await join(people.owner, orgId, maker, ['OWNER'])
      const token = await createToken(testServer, maker, orgPermissions, orgId)
      const below = await createToken(testServer, token, ['INVITE_CREATE', 'ORG_DELETE'], orgId)
      const invites = [
        [invitee, await invite(token, orgId, invitee.email, { roles: [role] })],
        [other, await invite(below, orgId, other.email, { roles: [role] })],
      ] as const
      // As a demotion leaves it that has revoked as many invites as one transaction does.
      await pool.query(
        'update org_user set roles = array[$3::"OrgRoleName"] where org_id = $1 and user_id = $2',
        [uuidOf(orgId), uuidOf(maker.id), left],
      )
      for (const [person, orgInviteId] of invites)
        expect(await mutate(person, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
          __typename: 'OrgInviteNotPendingError',
          inviteStatus: 'REVOKED',
        })
    },
  )

  it('in every org, when a token of the instance is revoked', async () => {
    const token = await createToken(testServer, testServer.instance, orgPermissions)
    const orgs = [await createOrg(people.owner), await createOrg(people.owner)]
    for (const orgId of orgs) {
      await buildBelow((await createToken(testServer, token, orgPermissions, orgId)).id, orgId)
      await invitePending(orgId, null)
    }
    const [orgId = ''] = orgs
    await expectCheap(orgId, 'revokeApiToken, of the instance', () =>
      mutate(testServer.instance, 'revokeApiToken', { apiTokenId: token.id }),
    )
    expect(await isDead(token)).toBe(true)
    for (const one of orgs) await allRevoked(one, CHAIN + LEAVES + 1, INVITES)
  }, 60_000)
})
