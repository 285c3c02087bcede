import type { Pool, PoolClient } from 'pg'
import { countOrgs } from './countOrgs.js'

/** How many rows of each kind a large database has. */
export interface LargeData {
  users: number
  orgs: number
  /** Of the large org. */
  members: number
  /** Of the large org, and of all orgs together. */
  ownInvites: number
  invites: number
  ownEvents: number
  events: number
  /** Memberships of `ofManyOrgs`. */
  memberships: number
  /** Invites to `muchInvited`, and events in that inbox. */
  inbox: number
  joinRequests: number
  deliveries: number
}

/** @param share of the whole: 1 is a million invites and five million events */
export const largeData = (share: number): LargeData => ({
  users: 200_000 * share,
  orgs: 20_000 * share,
  members: 50_000 * share,
  ownInvites: 100_000 * share,
  invites: 1_000_000 * share,
  ownEvents: 500_000 * share,
  events: 5_000_000 * share,
  memberships: 2_000 * share,
  inbox: 2_000 * share,
  joinRequests: 20_000 * share,
  deliveries: 100_000 * share,
})

const digits = { user: 'aa', org: 'bb', invite: 'cc', webhook: 'dd', request: 'ee', delivery: 'ff' } as const
type Kind = keyof typeof digits

/** The server deletes deliveries whose id, which begins with a time, is old. */
const timeOf = (kind: Kind) => (kind === 'delivery' ? '7fffffff' : '00000000')

/** Ids are computed from numbers, so that operations know them. */
export const largeId = (kind: Kind, number: number) =>
  `${timeOf(kind)}-0000-7000-8000-${digits[kind]}${number.toString(16).padStart(10, '0')}`
const idSql = (kind: Kind, number: string) =>
  `('${timeOf(kind)}-0000-7000-8000-' || '${digits[kind]}' || lpad(to_hex(${number}), 10, '0'))::uuid`

export const largeSubject = (user: number) => `large|${user}`
export const largeEmail = (user: number) => `member${user}@people${user % 97}.example`
/** The number of the org with most members, invites and events. Org `n` has the slug `org-n`. */
export const largeOrg = 0
/** Numbers of users: the owner of the large org, who sent most of its invites, and a member who sent few. */
export const largeOwner = 0
export const seldomInviter = 7
/** Numbers of users: with many memberships, and with many invites. */
export const ofManyOrgs = ({ users }: LargeData) => users - 1
export const muchInvited = ({ users }: LargeData) => users - 2
/** The owner of another org. */
export const ownerOf = ({ users }: LargeData, org: number) =>
  org === largeOrg ? largeOwner : (org * 7) % users
/** The org whose webhook is switched on. The first twenty deliveries are its own. */
export const deliveringOrg = 1
/** The members of each other org. */
const MEMBERS_OF_OTHERS = 10

const tables = ['user', 'org', 'org_user', 'org_invite', 'org_event', 'instance_event'] as const

/**
 * Fills an empty database. The foreign keys hold, so checking each would only take time, and indexes are built faster
 * after the rows. The counters and the event numbers are right.
 */
export async function seedLarge(pool: Pool, data: LargeData): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('set session_replication_role = replica')
    await client.query(`set maintenance_work_mem = '512MB'`)
    const indexes = await dropIndexes(client)
    await seedPeople(client, data)
    await seedInvites(client, data)
    await seedEvents(client, data)
    await seedOthers(client, data)
    await numberOrgs(client, data)
    await countOrgs(client)
    for (const { definition } of indexes) await client.query(definition)
    await client.query('vacuum analyze')
  } finally {
    await client.query('reset session_replication_role; reset maintenance_work_mem')
    client.release()
  }
}

/** Drops the indexes that no constraint needs. @returns how to build them again */
async function dropIndexes(client: PoolClient): Promise<Array<{ definition: string }>> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name,
       pg_get_indexdef(indexrelid) as definition
     from pg_index where indrelid = any($1::regclass[]) and not indisprimary
       and not exists (select from pg_constraint where conindid = indexrelid)`,
    [tables.map((table) => `"${table}"`)],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows
}

async function seedPeople(client: PoolClient, data: LargeData): Promise<void> {
  const { users, orgs, members, memberships } = data
  await client.query(`
    insert into "user" (id, subject, email, email_verified, name, created_at, claims_issued_at)
    select ${idSql('user', 'n')}, 'large|' || n, 'member' || n || '@people' || n % 97 || '.example', true,
      'Person ' || n, '2025-01-01Z'::timestamptz + n * interval '10 s', '2025-01-01Z'
    from generate_series(0, ${users - 1}) n`)
  await client.query(`
    insert into org (id, name, name_key, slug, external_id, tier, created_at, created_by_id, seat_limit, pending_invite_limit)
    select ${idSql('org', 'n')}, 'Org ' || n, 'org ' || n, 'org-' || n, 'ext-' || n, 'PREMIUM',
      '2025-02-01Z'::timestamptz + n * interval '10 s', ${idSql('user', `(n * 7) % ${users}`)}, 1000000, 1000000
    from generate_series(0, ${orgs - 1}) n`)
  await client.query(`
    insert into org_user (id, org_id, user_id, roles, status, joined_at, origin, app_roles)
    select gen_random_uuid(), org_id, ${idSql('user', 'u')}, roles, status,
      '2025-03-01Z'::timestamptz + nth * interval '1 s', 'DIRECT', app_roles
    from (
      select ${idSql('org', `${largeOrg}`)} as org_id, m as u, m as nth,
        (case when m = ${largeOwner} then '{USER,OWNER}' when m % 1000 = 3 then '{USER,ADMIN}' else '{USER}' end)::"OrgRoleName"[] as roles,
        (case when m % 10 = 9 then 'SUSPENDED' else 'ACTIVE' end)::"OrgUserStatus" as status,
        (case when m % 2 = 0 then '{common}' else '{}' end)::text[] as app_roles
      from generate_series(0, ${members - 1}) m
      union all
      select ${idSql('org', 'o')}, (o * 7 + m * 101) % ${users}, o * 10 + m,
        (case when m = 0 then '{USER,OWNER}' else '{USER}' end)::"OrgRoleName"[], 'ACTIVE', '{}'
      from generate_series(1, ${orgs - 1}) o, generate_series(0, ${MEMBERS_OF_OTHERS - 1}) m
      union all
      select ${idSql('org', 'o')}, ${ofManyOrgs(data)}, o, '{USER}', 'ACTIVE', '{}' from generate_series(1, ${memberships}) o
    ) member
    on conflict do nothing`)
  // Triggers do this otherwise.
  await client.query(`
    update org_user set sort_name = sort_name_of(name), search_text = member_search_text(name, email)
    from "user" where "user".id = user_id`)
  await client.query(`
    insert into app_role (id, key, name, permissions, assignable_by)
    select gen_random_uuid(), key, key, '{}', 'ADMIN' from unnest('{common,unused}'::text[]) key`)
}

/** SQL for the org of an invite: the large one has the first ones, and all others as many each. */
const orgOfInvite = ({ ownInvites, orgs }: LargeData) =>
  idSql('org', `case when n < ${ownInvites} then ${largeOrg} else 1 + (n - ${ownInvites}) % ${orgs - 1} end`)

async function seedInvites(client: PoolClient, data: LargeData): Promise<void> {
  const { users, orgs, ownInvites, invites, inbox } = data
  await client.query(`
    insert into org_invite (id, org_id, email, invited_by_id, roles, status, created_at, expires_at, resolved_at)
    select ${idSql('invite', 'n')}, ${orgOfInvite(data)},
      case when n >= ${invites - inbox} then '${largeEmail(muchInvited(data))}'
        else 'guest' || n || '@guests' || n % 1000 || '.example' end,
      case when n >= ${ownInvites} then ${idSql('user', `((1 + (n - ${ownInvites}) % ${orgs - 1}) * 7) % ${users}`)}
        when n % 1000 = 5 then ${idSql('user', `${seldomInviter}`)} else ${idSql('user', `${largeOwner}`)} end,
      '{USER}', status::"OrgInviteStatus", '2025-05-01Z'::timestamptz + n * interval '30 s',
      case when status = 'PENDING' then now() + interval '30 days' + n * interval '100 ms'
        else '2025-05-08Z'::timestamptz + n * interval '30 s' end,
      case when status <> 'PENDING' then '2025-05-08Z'::timestamptz + n * interval '30 s' end
    from generate_series(0, ${invites - 1}) n, lateral (
      select case when n >= ${invites - inbox} then 'DECLINED' else
        (array['PENDING','ACCEPTED','ACCEPTED','DECLINED','REVOKED','EXPIRED'])[1 + n % 6] end as status
    ) its`)
}

/** Most events are of invites. Those of the newest fifth have numbers in the order of all orgs. */
async function seedEvents(client: PoolClient, data: LargeData): Promise<void> {
  const { users, orgs, ownInvites, ownEvents, events, inbox, invites } = data
  const others = (events - ownEvents) / (orgs - 1)
  const org = `case when n < ${ownEvents} then ${largeOrg} else 1 + (n - ${ownEvents}) % ${orgs - 1} end`
  const seq = `case when n < ${ownEvents} then n + 1 else 1 + (n - ${ownEvents}) / ${orgs - 1} end`
  // An invite of the same org.
  const invite = `case when n < ${ownEvents} then n % ${ownInvites} else ${ownInvites} + (n - ${ownEvents}) % ${invites - ownInvites - ((invites - ownInvites) % (orgs - 1))} end`
  const isInvite = 'n % 10 < 6'
  const isMember = 'n % 10 between 6 and 8'
  await client.query(`
    insert into org_event (org_id, seq, kind, type, actor_id, occurred_at, org_invite_id, status, user_id, roles, previous_roles,
      summary, inbox_user_id, inbox_seq, transaction_id)
    select ${idSql('org', org)}, ${seq},
      (case when ${isInvite} then 'INVITE' when ${isMember} then 'USER' else 'CHANGE' end)::"OrgEventKind",
      case when ${isInvite} then 'CREATED' when ${isMember} then 'JOINED' else 'RENAMED' end,
      ${idSql('user', `n % ${users}`)}, '2025-02-01Z'::timestamptz + (${seq})::float8 / ${Math.ceil(others)} * interval '300 days',
      case when ${isInvite} then ${idSql('invite', invite)} end,
      case when ${isInvite} then 'PENDING'::"OrgInviteStatus" end,
      case when ${isMember} then ${idSql('user', `n % ${users}`)} end,
      '{USER}', '{}', case when n % 10 = 9 then 'Renamed' end,
      case when n >= ${events - inbox} then ${idSql('user', `${muchInvited(data)}`)} end,
      case when n >= ${events - inbox} then n - ${events - inbox} + 1 end, null
    from generate_series(0, ${events - 1}) n`)
  await client.query(`
    insert into instance_event (number, org_id, seq)
    select n - ${events * 0.8} + 1, ${idSql('org', org)}, ${seq} from generate_series(${events * 0.8}, ${events - 1}) n`)
  await client.query(`update instance_log set number = ${events * 0.2},
    next_transaction = pg_snapshot_xmax(pg_current_snapshot())::text::bigint, running = '{}'`)
  await client.query(
    `update "user" set inbox_seq = ${inbox} where id = '${largeId('user', muchInvited(data))}'`,
  )
}

/** Other things of the large org, and some in every org. */
async function seedOthers(client: PoolClient, data: LargeData): Promise<void> {
  const { orgs, users, members, joinRequests, deliveries } = data
  const large = `'${largeId('org', largeOrg)}'::uuid`
  const org = `case when n < 20 then ${deliveringOrg} else ${largeOrg} end`
  await client.query(`
    insert into org_join_request (id, org_id, user_id, status, created_at, resolved_at)
    select ${idSql('request', 'n')}, ${large}, ${idSql('user', `${members} + n % ${users - members - 2}`)},
      'DECLINED', '2025-06-01Z'::timestamptz + n * interval '1 s', '2025-07-01Z' from generate_series(0, ${joinRequests - 1}) n`)
  await client.query(`
    insert into org_email_domain (id, org_id, domain, status, join_mode, challenge)
    select gen_random_uuid(), ${idSql('org', 'o')}, 'domain' || o || '.example', 'VERIFIED'::"EmailDomainStatus", 'AUTO'::"EmailDomainJoinMode", 'x'
    from generate_series(0, ${orgs - 1}) o
    union all
    select gen_random_uuid(), ${large}, 'people' || n || '.example', 'VERIFIED', 'REQUEST', 'x' from generate_series(0, 96) n`)
  await client.query(`
    insert into webhook (id, org_id, url, enabled, sealed_secret, created_at)
    select ${idSql('webhook', 'o')}, ${idSql('org', 'o')}, 'https://hooks.example/' || o, o = ${deliveringOrg}, ''::bytea, '2025-06-01Z'
    from generate_series(0, ${orgs - 1}) o`)
  await client.query(`
    insert into webhook_filter (webhook_id, number, from_seq, at, snapshot, event_types)
    select id, 1, 1, created_at, pg_current_snapshot()::text, '{}' from webhook`)
  await client.query(`
    insert into webhook_place (webhook_id, org_id, seq) select id, org_id, 1000000 from webhook`)
  await client.query(`
    insert into webhook_delivery (id, webhook_id, org_id, seq, message_id, event_type, status, attempts, first_attempt_at,
      last_attempt_at, created_at)
    select ${idSql('delivery', 'n')}, ${idSql('webhook', org)}, ${idSql('org', org)}, n + 1, 'm' || n, 'org_user.joined',
      case when n % 100 = 0 then 'FAILED' else 'DELIVERED' end::"WebhookDeliveryStatus", 1, at, at, at
    from generate_series(0, ${deliveries - 1}) n, lateral (select now() - n * interval '1 s' as at) its`)
}

/** The newest event of each org, as `seedEvents` numbers them. */
async function numberOrgs(client: PoolClient, { ownEvents, events, orgs }: LargeData): Promise<void> {
  const others = Math.floor((events - ownEvents) / (orgs - 1))
  const rest = (events - ownEvents) % (orgs - 1)
  await client.query(`
    update org set event_seq = case when id = '${largeId('org', largeOrg)}' then ${ownEvents}
      when id <= '${largeId('org', rest)}' then ${others + 1} else ${others} end`)
}
