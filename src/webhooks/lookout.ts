import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { LONGEST_TRANSACTION } from '../domain/webhooks/undelivered.js'
import type { Place } from './places.js'

/* Where there may be something to deliver. */

/** A place that may have something to deliver. */
export interface Candidate extends Place {
  url: string
  /** Failed attempts at its next event. */
  failures: number
  /** Whether a server delivers it at the moment. */
  leased: boolean
}

const CANDIDATES_AT_ONCE = 200
const ORGS_BEHIND_AT_ONCE = 200
/** Orgs that one round looks at for webhooks of the instance, so that its cost does not grow with the number of orgs. */
const ORGS_AT_ONCE = 5_000

/** What a server has to know of webhooks while nobody tells it anything. */
export interface Overview {
  /** The orgs that have webhooks of their own. Here and below, only webhooks that are switched on count. */
  orgs: ReadonlySet<string>
  /** Whether a webhook of the instance hears every org. */
  everybody: boolean
  /** Some orgs whose own webhooks are behind, and wait for no time. The hint of their events was lost. */
  behind: string[]
  /** When the next time has come for which a place or a request waits, ms from now. Null if none does. */
  wakeInMs: number | null
}

const wakeInMs = sql`1000 * extract(epoch from
  least((select min(wake_at) from webhook_place), (select min(wake_at) from webhook_request)) - clock_timestamp()
)::float8`

/** Reads the overview, with one statement. Its cost grows with the number of webhooks only. */
export async function readOverview(db: Queryable): Promise<Overview> {
  const rows = await db.query<{
    orgId: string | null
    isBehind: boolean | null
    wakeInMs: number | null
  }>(sql`
    select w.org_id, bool_or(p.wake_at is null and p.seq < o.event_seq) as is_behind, ${wakeInMs} as wake_in_ms
    from webhook w
      left join webhook_place p on p.webhook_id = w.id and p.org_id = w.org_id
      left join org o on o.id = w.org_id
    where w.enabled
    group by w.org_id
  `)
  const ofOrgs = rows.flatMap(({ orgId, isBehind }) => (orgId === null ? [] : [{ orgId, isBehind }]))
  return {
    orgs: new Set(ofOrgs.map(({ orgId }) => orgId)),
    everybody: rows.length > ofOrgs.length,
    behind: ofOrgs.flatMap(({ orgId, isBehind }) => (isBehind ? orgId : [])).slice(0, ORGS_BEHIND_AT_ONCE),
    wakeInMs: rows[0]?.wakeInMs ?? null,
  }
}

/** @returns when the next time has come for which a place or a request waits, ms from now. Null if none does. */
export async function readWakeInMs(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ wakeInMs: number | null }>(sql`select ${wakeInMs} as wake_in_ms`)
  return row?.wakeInMs ?? null
}

/** The places of these orgs that are behind: in the order of the orgs, and of one org those first that are furthest behind. */
export function candidatesOf(db: Queryable, orgIds: readonly string[]): Promise<Candidate[]> {
  return db.query(sql`
    select w.id as webhook_id, o.id as org_id, w.url, coalesce(p.failures, 0) as failures,
      coalesce(p.owner is not null and p.wake_at > clock_timestamp(), false) as leased
    from unnest(${orgIds}::uuid[]) with ordinality as asked(org_id, turn)
      join org o on o.id = asked.org_id
      join webhook w on w.org_id = o.id or w.org_id is null
      left join webhook_place p on p.webhook_id = w.id and p.org_id = o.id
    where w.enabled
      and (p.seq is null or p.seq < o.event_seq)
      and (p.wake_at is null or p.wake_at <= clock_timestamp() or p.owner is not null)
    order by asked.turn, p.seq nulls first
  `)
}

/**
 * The places whose time has come: of a next attempt, or of the end of a lease.
 * @param except webhooks that have no room on this server
 */
export function candidatesDue(db: Queryable, except: readonly string[]): Promise<Candidate[]> {
  return db.query(sql`
    select p.webhook_id, p.org_id, w.url, p.failures, false as leased
    from webhook_place p join webhook w on w.id = p.webhook_id
    where p.wake_at <= clock_timestamp() and p.webhook_id <> all(${except}::uuid[])
    order by p.wake_at limit ${CANDIDATES_AT_ONCE}
  `)
}

/**
 * Looks at some orgs at a time for places of the instance's webhooks that are behind, and wait for no time.
 * @param after the last org of the round before
 * @returns their orgs, and the last org of this round. Null: the next round begins anew.
 */
export async function orgsBehindInstance(
  db: Queryable,
  after: string | null,
): Promise<{ behind: string[]; last: string | null }> {
  const from = after ?? '00000000-0000-0000-0000-000000000000'
  const [found] = await db.query<{ behind: string[]; last: string | null }>(sql`
    with round as materialized (
      select id, event_seq from org where id > ${from}::uuid order by id limit ${ORGS_AT_ONCE}
    )
    select
      array(
        select distinct o.id
        from round o
          join webhook w on w.org_id is null and w.enabled
          left join webhook_place p on p.webhook_id = w.id and p.org_id = o.id
        where p.wake_at is null and (
          p.seq < o.event_seq
          or p.seq is null and exists (
            select from org_event e where e.org_id = o.id and e.seq = o.event_seq
              and e.occurred_at > w.created_at - ${LONGEST_TRANSACTION}
          )
        )
        limit ${ORGS_BEHIND_AT_ONCE}
      ) as behind,
      (select id from round order by id offset ${ORGS_AT_ONCE - 1} limit 1) as last
  `)
  return found ?? { behind: [], last: null }
}
