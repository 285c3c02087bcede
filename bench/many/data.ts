import pg from 'pg'
import { cursorCodec } from '../../src/domain/core/cursor.js'
import { orgEventList } from '../../src/domain/core/orgEvent.cursors.js'
import { idOf, ORGS, seed, USERS } from '../seed.js'
import { globalId } from '../workloads.js'

/** How much of everything there is. */
export interface Size {
  sockets: number
  reconnecting: number
  followed: number
  writesPerSecond: number
  /** Orgs that are written to, each with a subscriber. */
  written: number
  quiet: number
  due: number
  /** Of one measurement, ms. */
  ms: number
  rounds: number
}

export const whole: Size = {
  sockets: 20_000,
  reconnecting: 5_000,
  followed: 50_000,
  writesPerSecond: 1_000,
  written: ORGS,
  quiet: 100,
  due: 20_000,
  ms: 10_000,
  rounds: 3,
}

/** For a trial: shows that all parts work, and nothing about speed. */
export const quick: Size = {
  sockets: 60,
  reconnecting: 40,
  followed: 200,
  writesPerSecond: 20,
  written: 20,
  quiet: 5,
  due: 100,
  ms: 1_000,
  rounds: 1,
}

/** The org that all users are members of. */
export const CROWDED = 2_000
/** The first of the orgs that are only followed. */
const FOLLOWED = 10_000
/** As many subscriptions as one socket may have. */
export const FOLLOWED_BY_ONE = 100

export const followedOrg = (n: number) => FOLLOWED + n
export const followerOf = (n: number) => Math.floor(n / FOLLOWED_BY_ONE) % USERS
/** An owner of one of the first orgs. */
export const ownerOf = (org: number) => (org * 20) % USERS

const id = (kind: 'aa' | 'bb', number: string) =>
  `('00000000-0000-7000-8000-${kind}' || lpad(to_hex(${number}), 10, '0'))::uuid`

/** The data of the other benchmarks, an org that everybody is in, and orgs to follow. Each org has one event. */
export async function seedMany(pool: pg.Pool, { sockets, followed }: Size): Promise<void> {
  await seed(pool)
  const owner = `${id('aa', `(n / ${FOLLOWED_BY_ONE}) % ${USERS}`)}`
  await pool.query(`
    insert into org (id, name, name_key, tier, created_at, member_count)
    values (${id('bb', `${CROWDED}`)}, 'Crowded', 'crowded', 'PREMIUM', '2026-02-01Z', ${sockets})`)
  await pool.query(`
    insert into org_user (id, org_id, user_id, roles, joined_at, origin)
    select gen_random_uuid(), ${id('bb', `${CROWDED}`)}, ${id('aa', 'n')},
      (case when n = 0 then '{USER,ADMIN,OWNER}' else '{USER,ADMIN}' end)::"OrgRoleName"[],
      '2026-03-01Z'::timestamptz + n * interval '1 s', 'DIRECT'
    from generate_series(0, ${sockets - 1}) n`)
  await pool.query(`
    insert into org (id, name, name_key, tier, created_at, created_by_id, member_count)
    select ${id('bb', `${FOLLOWED} + n`)}, 'Followed ' || n, 'followed ' || n, 'PREMIUM', '2026-02-01Z', ${owner}, 1
    from generate_series(0, ${followed - 1}) n`)
  await pool.query(`
    insert into org_user (id, org_id, user_id, roles, joined_at, origin)
    select gen_random_uuid(), ${id('bb', `${FOLLOWED} + n`)}, ${owner}, '{USER,OWNER}', '2026-03-01Z', 'DIRECT'
    from generate_series(0, ${followed - 1}) n`)
  await pool.query(`
    insert into org_event (org_id, seq, kind, type, occurred_at, summary)
    select id, 1, 'CHANGE', 'RENAMED', '2026-03-01Z', 'It was renamed.' from org`)
  await pool.query('update org set event_seq = 1')
  await pool.query('vacuum analyze')
}

/** Invites that all expire at one instant, in equal numbers over the first orgs. @returns the instant */
export async function insertDue(pool: pg.Pool, count: number, name: string, inMs: number): Promise<Date> {
  const orgs = Math.min(ORGS, count)
  const { rows } = await pool.query<{ due: Date }>(
    `with due as (select date_trunc('milliseconds', clock_timestamp()) + $3 * interval '1 ms' as at),
     invites as (
       insert into org_invite (id, org_id, email, invited_by_id, roles, created_at, expires_at)
       select gen_random_uuid(), ${id('bb', `n % ${orgs}`)}, $2 || n || '@guests.example',
         ${id('aa', `(n % ${orgs} * 20) % ${USERS}`)}, '{USER}', now(), due.at
       from due, generate_series(0, $1::int - 1) n
       returning org_id
     ),
     counts as (select org_id, count(*)::int as invites from invites group by org_id),
     counted as (update org set pending_count = pending_count + invites from counts where id = org_id)
     select at as due from due`,
    [count, name, inMs],
  )
  const [row] = rows
  if (!row) throw new Error('no instant')
  return row.due
}

export const orgIdOf = (org: number): string => globalId('Org', idOf('org', org))

/** Makes cursors from before the only event of an org. A subscriber that continues there gets this event first. */
export async function cursorsBefore(databaseUrl: string): Promise<(org: number) => string> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query(`select value from instance_key where name = 'cursor'`)
  await client.end()
  const codec = cursorCodec(rows[0].value)
  return (org) => codec.encodeSeq(orgEventList(idOf('org', org)), 0)
}
