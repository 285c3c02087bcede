import type { Pool, PoolClient } from 'pg'
import { countOrgs } from './countOrgs.js'

/** The invites of the org with many invites. */
export const INVITES = 100_000
/** The members of the org with many members. */
export const MEMBERS = 10_000
export const OTHER_ORGS = 3_000
const USERS = 12_000
export const EVENTS = 20_000

type Kind = 'user' | 'org' | 'appRole'
const digits: Record<Kind, string> = { user: 'aa', org: 'bb', appRole: 'cc' }

/** Ids are computed from numbers, so that tests know them. */
export const uuid = (kind: Kind, number: number) =>
  `00000000-0000-7000-8000-${digits[kind]}${number.toString(16).padStart(10, '0')}`
const uuidSql = (kind: Kind, number: string) =>
  `('00000000-0000-7000-8000-${digits[kind]}' || lpad(to_hex(${number}), 10, '0'))::uuid`

export const subjectOf = (user: number) => `big|${user}`
export const emailOf = (user: number) => `member${user}@people${user % 97}.example`

/** Numbers of orgs: with many invites, and with many members. */
export const ofInvites = 0
export const ofMembers = 1
/** Numbers of users: the owner of both orgs, and a member who sent few invites. */
export const owner = 0
export const seldomInviter = 7
/** A user with many memberships. */
export const ofManyOrgs = 11_999
export const MEMBERSHIPS = 1_000
/** Numbers of app roles: of every second member, of three members, and of nobody. */
export const commonRole = 0
export const rareRole = 1
export const unusedRole = 2
/** The address of a hundred invites. */
export const asked = 'often@asked.example'
/** How many invites were created, and how many members joined, in the same millisecond. */
export const MADE_AT_ONCE = 10_000
export const JOINED_AT_ONCE = 3_000
export const madeAtOnce = new Date(Date.parse('2026-05-01T00:00:00Z') + 40_000 * 100_000)
export const joinedAtOnce = new Date(Date.parse('2026-03-01T00:00:00Z') + 4_000 * 1_000)

/**
 * Inserts an org with many invites and one with many members, among thousands of others. There is
 * no history, but the counters are right. Some invites have expired and are not marked yet.
 */
export async function seedBigOrgs(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    // The data satisfies the foreign keys, and checking each costs more than everything else.
    await client.query('set session_replication_role = replica')
    await client.query(`
      insert into "user" (id, subject, email, email_verified, name, created_at, claims_issued_at)
      select ${uuidSql('user', 'n')}, 'big|' || n, 'member' || n || '@people' || n % 97 || '.example', true,
        'Person ' || n, '2026-01-01Z'::timestamptz + n * interval '1 s', '2026-01-01Z'
      from generate_series(0, ${USERS - 1}) n`)
    await client.query(`
      insert into org (id, name, name_key, slug, tier, created_at, created_by_id, event_seq)
      select ${uuidSql('org', 'n')}, 'Org ' || n, 'org ' || n, 'org-' || n, 'PREMIUM',
        '2026-02-01Z'::timestamptz + n / 3 * interval '1 s', ${uuidSql('user', '0')},
        case when n = ${ofInvites} then ${EVENTS} else 0 end
      from generate_series(0, ${OTHER_ORGS + 1}) n`)
    await client.query(`
      insert into org_user (id, org_id, user_id, roles, joined_at, origin, app_roles)
      select gen_random_uuid(), ${uuidSql('org', 'o')}, ${uuidSql('user', `(o * 3 + m) % ${USERS}`)},
        (case when m = 0 then '{USER,OWNER}' else '{USER}' end)::"OrgRoleName"[],
        '2026-03-01Z'::timestamptz + o * interval '1 s', 'DIRECT'::"OrgUserOrigin", '{}'::text[]
      from generate_series(2, ${OTHER_ORGS + 1}) o, generate_series(0, 4) m
      union all
      select gen_random_uuid(), ${uuidSql('org', 'o')}, ${uuidSql('user', `${ofManyOrgs}`)}, '{USER}',
        '2026-03-02Z'::timestamptz + o * interval '1 s', 'DIRECT', '{}'
      from generate_series(2, ${MEMBERSHIPS + 1}) o
      union all
      select gen_random_uuid(), ${uuidSql('org', `${ofInvites}`)}, ${uuidSql('user', `${owner}`)}, '{USER,OWNER}'::"OrgRoleName"[], now(), 'CREATOR'::"OrgUserOrigin", '{}'
      union all
      select gen_random_uuid(), ${uuidSql('org', `${ofMembers}`)}, ${uuidSql('user', 'm')},
        (case when m = ${owner} then '{USER,OWNER}' when m in (5000, 9990) then '{USER,ADMIN}' when m = 9000 then '{ADMIN}'
          else '{USER}' end)::"OrgRoleName"[],
        '2026-03-01Z'::timestamptz + (case when m between 4000 and ${4_000 + JOINED_AT_ONCE - 1} then 4000 else m end) * interval '1 s', 'DIRECT'::"OrgUserOrigin",
        (case when m in (5000, 9000, 9990) then '{common,rare}' when m % 2 = 0 then '{common}' else '{}' end)::text[]
      from generate_series(0, ${MEMBERS - 1}) m`)
    // Triggers do this otherwise.
    await client.query(`
      update org_user set sort_name = sort_name_of(name), search_text = member_search_text(name, email)
      from "user" where "user".id = user_id`)
    // Every tenth plain member of the big org.
    await client.query(`
      update org_user set status = 'SUSPENDED'
      from generate_series(7, ${MEMBERS - 1}, 10) m
      where org_id = ${uuidSql('org', `${ofMembers}`)} and user_id = ${uuidSql('user', 'm')} and roles = '{USER}'`)
    await client.query(`
      insert into app_role (id, key, name, permissions, assignable_by)
      select ${uuidSql('appRole', 'n')}, key, key, '{}', 'ADMIN'
      from unnest('{common,rare,unused}'::text[]) with ordinality as role(key, nth), lateral (select (nth - 1)::int as n) number`)
    await client.query(`
      insert into org_invite (id, org_id, email, invited_user_id, invited_by_id, roles, status, created_at, expires_at)
      select gen_random_uuid(), ${uuidSql('org', `${ofInvites}`)},
        case when i % 50 = 0 then 'member' || 9500 + i / 100 || '@people' || (9500 + i / 100) % 97 || '.example'
          when i % 1000 = 999 then '${asked}'
          else 'guest' || i || '@guests' || i % 1000 || '.example' end,
        case when i % 100 = 0 then ${uuidSql('user', '9500 + i / 100')} end,
        case when i % 1000 = 5 then ${uuidSql('user', `${seldomInviter}`)} when i % 10 = 1 then ${uuidSql('user', '1')}
          else ${uuidSql('user', `${owner}`)} end,
        '{USER}'::"OrgRoleName"[], status::"OrgInviteStatus",
        '2026-05-01Z'::timestamptz
          + (case when i between 40000 and ${40_000 + MADE_AT_ONCE - 1} then 40000 else i end) * interval '100 s',
        case when status <> 'PENDING' then '2026-05-08Z'::timestamptz + i * interval '100 s'
          when i % 10000 = 507 then now() - interval '1 min' else now() + interval '5 days' end
      from generate_series(0, ${INVITES - 1}) i, lateral (
        select case when i % 1000 = 999 then 'DECLINED' when i % 20 = 7 then 'PENDING' when i % 20 < 12 then 'ACCEPTED'
          when i % 20 < 16 then 'REVOKED' when i < 90000 then 'EXPIRED' else 'REVOKED' end as status
      ) its
      union all
      select gen_random_uuid(), ${uuidSql('org', 'o')}, 'guest' || i || '.' || o || '@guests.example', null,
        ${uuidSql('user', `(o * 3) % ${USERS}`)}, '{USER}'::"OrgRoleName"[], 'PENDING'::"OrgInviteStatus",
        '2026-05-01Z'::timestamptz + (o * 10 + i) * interval '1 s', now() + interval '5 days'
      from generate_series(2, ${OTHER_ORGS + 1}) o, generate_series(0, 9) i`)
    await client.query(`
      insert into org_event (org_id, seq, kind, type, occurred_at, summary, roles, previous_roles)
      select ${uuidSql('org', `${ofInvites}`)}, n, 'CHANGE', 'RENAMED', '2026-05-01Z'::timestamptz + n * interval '1 s',
        'Renamed', '{}', '{}'
      from generate_series(1, ${EVENTS}) n`)
    await countOrgs(client)
    await settle(client)
  } finally {
    await client.query('reset session_replication_role')
    client.release()
  }
}

/** Deletes all orgs but the two big ones. */
export async function removeOtherOrgs(pool: Pool): Promise<void> {
  const client = await pool.connect()
  const big = `('${uuid('org', ofInvites)}', '${uuid('org', ofMembers)}')`
  try {
    await client.query('set session_replication_role = replica')
    for (const table of ['org_invite', 'org_user'])
      await client.query(`delete from ${table} where org_id not in ${big}`)
    await client.query(`delete from org where id not in ${big}`)
    await client.query('vacuum full org, org_user, org_invite')
    await settle(client)
  } finally {
    await client.query('reset session_replication_role')
    client.release()
  }
}

/** Does at once what autovacuum does in time: statistics and the visibility map. */
async function settle(client: PoolClient): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    await client.query('vacuum analyze')
    // Pages that an open transaction might not see yet are left for another run.
    const { rows } = await client.query<{ left: number }>(
      `select sum(relpages - relallvisible)::int as left from pg_class
       where relname in ('user', 'org', 'org_user', 'org_invite', 'org_event') and relkind = 'r'`,
    )
    if (rows[0]?.left === 0) return
  }
  throw new Error('somebody keeps a transaction open')
}
