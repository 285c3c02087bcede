import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { upsertAppRole } from '../support/appRoles.js'
import { createOrg } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import {
  type OrgSnapshot,
  readSnapshot,
  replay,
  type SnapshotEvent,
  uuidOf,
  violationsOf,
} from '../support/orgSnapshot.js'
import { newSeed, seededRandom } from '../support/random.js'
import { ask, type Client, type TestPerson, useTestServer } from '../support/testServer.js'
import { type Fixture, randomMutation } from './randomMutations.js'

const CLIENTS = 8
const ACTS_EACH = 300

describe('after thousands of random operations by eight clients on two servers', () => {
  const testServer = useTestServer({ env: { FREE_SEATS: '6', FREE_PENDING_INVITES: '15' } })
  const seed = newSeed()
  let pool: Pool
  let orgs: string[]
  let people: TestPerson[]
  const snapshots = new Map<string, OrgSnapshot>()

  beforeAll(async () => {
    pool = openPool(testServer.database.url)
    const urls = [testServer.url, (await testServer.startAnother()).url]
    people = await Promise.all(Array.from({ length: 12 }, () => testServer.signUp()))
    const [first, second] = people
    if (!first || !second) throw new Error('nobody')
    orgs = [await createOrg(first), await createOrg(second)]
    const appRoles = await Promise.all([1, 2, 3, 4, 5].map(() => upsertAppRole(testServer)))
    const tally = new Map<string, number>()
    const client = async (number: number) => {
      const random = seededRandom(seed + number)
      const by = ({ authorization }: Client): Client => ({
        authorization,
        ask: (document, variables) => ask(urls[number % 2] ?? '', authorization, document, variables),
      })
      const fixture: Fixture = {
        people: people.map((person) => ({ ...person, ...by(person) })),
        instance: by(testServer.instance),
        orgs,
        invites,
        requests,
        allowRequests,
        appRoles,
      }
      for (let count = 0; count < ACTS_EACH; count++) {
        const { __typename } = await randomMutation(fixture, random)
        tally.set(__typename, (tally.get(__typename) ?? 0) + 1)
      }
    }
    const invites: string[] = []
    const requests: string[] = []
    await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)))
    // The last invites must have expired before anything is compared.
    await sleep(3_000)
    for (const orgId of orgs) {
      const snapshot = await readSnapshot(pool, uuidOf(orgId))
      if (snapshot) snapshots.set(orgId, snapshot)
    }
    const events = [...snapshots.values()].reduce((sum, { eventSeq }) => sum + eventSeq, 0)
    console.log(`seed ${seed}: ${CLIENTS * ACTS_EACH} operations, ${events} events`)
    console.log(
      [...tally]
        .sort(([, one], [, other]) => other - one)
        .map((pair) => pair.join(' '))
        .join(', '),
    )
  }, 120_000)
  afterAll(() => pool.end())

  it('a replay of the events gives exactly the members, the invites and the counters', () => {
    expect([...snapshots.values()].flatMap((snapshot) => violationsOf(snapshot))).toEqual([])
    for (const { state } of snapshots.values()) expect(Object.keys(state.invites).length).toBeGreaterThan(20)
  })

  it('members and pending invites have only app roles that exist', async () => {
    const { rows } = await pool.query(
      `select key from (
         select unnest(app_roles) as key from org_user
         union all select unnest(app_roles) from org_invite where status = 'PENDING'
       ) held where not exists (select from app_role where app_role.key = held.key)`,
    )
    expect(rows).toEqual([])
    const held = await pool.query(`select from org_user where app_roles <> '{}'`)
    expect(held.rows.length).toBeGreaterThan(0)
  })

  it('no pending invite grants an app role above the rank of the person who sent it', async () => {
    const { rows } = await pool.query(
      `select org_invite.id from org_invite
         join app_role on app_role.key = any(org_invite.app_roles) and app_role.assignable_by = 'OWNER'
         left join org_user sender on sender.org_id = org_invite.org_id
           and sender.user_id = case when resent_by_token_id is null then coalesce(resent_by_id, invited_by_id) end
       where org_invite.status = 'PENDING' and coalesce(resent_by_id, invited_by_id) is not null
         and not coalesce('OWNER' = any(sender.roles), false)
         -- The INSTANCE_TOKEN, which has every rank.
         and resent_by_token_id is distinct from '00000000-0000-0000-0000-000000000000'`,
    )
    expect(rows).toEqual([])
  })

  it('every kind of event of invites and members has occurred, and requests were made and ended', () => {
    const types = new Set([...snapshots.values()].flatMap(({ events }) => events.map(({ type }) => type)))
    for (const type of ['CREATED', 'RESENT', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED', 'DELETED'])
      expect(types).toContain(type)
    for (const type of ['JOINED', 'ROLES_CHANGED', 'REMOVED', 'LEFT', 'SUSPENDED', 'REINSTATED'])
      expect(types).toContain(type)
    // Few requests are made, because a person makes ten a day: which of them end how is chance.
    const ofRequests = [...snapshots.values()].flatMap(({ events }) =>
      events.filter(({ kind }) => kind === 'JOIN_REQUEST').map(({ type }) => type),
    )
    expect(new Set(ofRequests).size).toBeGreaterThan(1)
    expect(ofRequests).toContain('REQUESTED')
  })

  it('the API shows the same history page by page, and the same members and invites', async () => {
    for (const [orgId, snapshot] of snapshots) {
      const events = await everyEvent(orgId)
      expect(events).toEqual(snapshot.events.map(({ occurredAt: _, ...event }) => event))
      const replayed = replay(events.map((event) => ({ ...event, occurredAt: new Date() })))
      expect(await everyMember(orgId)).toEqual(replayed.members)
      expect(await everyInvite(orgId)).toEqual(replayed.invites)
      expect(await everyRequest(orgId)).toEqual(replayed.requests)
      expect(await countsOf(orgId)).toEqual(replayed.counts)
    }
  })

  it('every person’s inbox has the events of their invites, with sequence numbers without a gap', async () => {
    for (const { id, email } of people) {
      const { rows } = await pool.query<{ seq: number; newest: number; email: string | null }>(
        `select e.inbox_seq as seq, u.inbox_seq as newest, i.email
         from org_event e join "user" u on u.id = e.inbox_user_id left join org_invite i on i.id = e.org_invite_id
         where e.inbox_user_id = $1 order by e.inbox_seq`,
        [uuidOf(id)],
      )
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1))
      expect(rows.every((row) => row.newest === rows.length && (row.email ?? email) === email)).toBe(true)
    }
    const { rows } = await pool.query(
      `select count(*)::int as missing from org_event e join org_invite i on i.id = e.org_invite_id
       join "user" u on u.email = i.email and u.email_verified where e.inbox_user_id is distinct from u.id`,
    )
    expect(rows[0].missing).toBe(0)
  })

  async function allowRequests(orgId: string, { email }: TestPerson): Promise<void> {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const of = [uuidOf(orgId), email.split('@')[1]]
      await client.query('select from org where id = $1 for no key update', of.slice(0, 1))
      await client.query('delete from org_email_domain where org_id = $1 and domain = $2', of)
      await client.query(
        `insert into org_email_domain (id, org_id, domain, status, challenge, join_mode)
         values (gen_random_uuid(), $1, $2, 'VERIFIED', '', 'REQUEST') on conflict do nothing`,
        of,
      )
      await client.query('commit')
    } finally {
      client.release()
    }
  }

  async function pages<T>(orgId: string, list: string, node: string): Promise<T[]> {
    const found: T[] = []
    let after: string | null = null
    do {
      const { data, errors }: Awaited<ReturnType<Client['ask']>> = await testServer.instance.ask(
        `query($orgId: ID!, $after: String) { org(id: $orgId) {
          ${list}(first: 100, after: $after) { nodes { ${node} } pageInfo { endCursor hasNextPage } }
        } }`,
        { orgId, after },
      )
      if (!data) throw new Error(JSON.stringify(errors))
      const { nodes, pageInfo } = data.org[list]
      found.push(...nodes)
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after !== null)
    return found
  }

  async function everyEvent(orgId: string): Promise<Omit<SnapshotEvent, 'occurredAt'>[]> {
    type Told = Record<string, string> & { seq: number } & Partial<
        Record<'roles' | 'previousRoles' | 'appRoles' | 'previousAppRoles', string[]>
      >
    const replayed = await pages<Told>(
      orgId,
      'events',
      `seq
       ... on OrgInviteEvent { inviteEventType orgInviteId status previousStatus roles }
       ... on OrgUserEvent { memberEventType userId roles previousRoles appRoles previousAppRoles }
       ... on OrgJoinRequestEvent { joinRequestEventType orgJoinRequestId }
       ... on OrgChangeEvent { orgEventType }`,
    )
    return replayed.map((event) => ({
      seq: event.seq,
      kind: event.inviteEventType
        ? 'INVITE'
        : event.memberEventType
          ? 'USER'
          : event.joinRequestEventType
            ? 'JOIN_REQUEST'
            : 'CHANGE',
      type:
        event.inviteEventType ??
        event.memberEventType ??
        event.joinRequestEventType ??
        event.orgEventType ??
        '',
      inviteId: event.orgInviteId ? uuidOf(event.orgInviteId) : null,
      status: event.status ?? null,
      previousStatus: event.previousStatus ?? null,
      userId: event.userId ? uuidOf(event.userId) : null,
      requestId: event.orgJoinRequestId ? uuidOf(event.orgJoinRequestId) : null,
      roles: [...(event.roles ?? []), ...(event.appRoles ?? [])],
      previousRoles: [...(event.previousRoles ?? []), ...(event.previousAppRoles ?? [])],
    }))
  }

  async function everyMember(orgId: string) {
    const members = await pages<{ roles: string[]; appRoles: { key: string }[]; user: { id: string } }>(
      orgId,
      'users',
      'roles appRoles { key } user { id }',
    )
    return Object.fromEntries(
      members.map(({ roles, appRoles, user }) => [
        uuidOf(user.id),
        [...roles, ...appRoles.map(({ key }) => key)],
      ]),
    )
  }

  async function everyInvite(orgId: string) {
    const invites = await pages<{ id: string; status: string; roles: string[] }>(
      orgId,
      'invites',
      'id status roles',
    )
    return Object.fromEntries(invites.map(({ id, ...invite }) => [uuidOf(id), invite]))
  }

  async function everyRequest(orgId: string) {
    const requests = await pages<{ id: string; status: string }>(orgId, 'joinRequests', 'id status')
    return Object.fromEntries(requests.map(({ id, status }) => [uuidOf(id), status]))
  }

  async function countsOf(orgId: string) {
    const { data } = await testServer.instance.ask(
      `query($orgId: ID!) { org(id: $orgId) {
        users { member: totalCount }
        suspended: users(filter: { statuses: [SUSPENDED] }) { suspended: totalCount }
        limits { seatsUsed }
        inviteCounts { pending accepted declined revoked expired }
      } }`,
      { orgId },
    )
    const { users, suspended, limits, inviteCounts } = data.org
    expect(limits.seatsUsed).toBe(users.member - suspended.suspended)
    return { ...users, ...suspended, ...inviteCounts }
  }
})
