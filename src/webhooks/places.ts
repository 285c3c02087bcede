import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { type OrgEventRow, orgEventColumns } from '../domain/core/orgEvent.js'
import type { WebhookDeliveryStatus } from '../generated/prisma/enums.js'

/*
 * The places of webhooks in the database (docs/decisions/032-webhooks.md). A server that delivers a place holds a lease
 * of it: it is the owner until `wake_at`. So no two servers deliver the same place at once.
 */

/** How far a webhook has read the history of an org. */
export interface Place {
  webhookId: string
  orgId: string
}

/** A place that may have something to deliver. */
export interface Candidate extends Place {
  url: string
  /** Failed attempts at its next event. */
  failures: number
  /** Whether a server delivers it at the moment. */
  leased: boolean
}

/** How long a lease is, ms. A dead server's is over after it, and another server finds it within a second. */
export const LEASE_MS = 6_000
const leaseEnd = sql`clock_timestamp() + ${LEASE_MS} * interval '1 ms'`

const CANDIDATES_AT_ONCE = 200
const ORGS_BEHIND_AT_ONCE = 200
/** Orgs that one round looks at for webhooks of the instance, so that its cost does not grow with the number of orgs. */
const ORGS_AT_ONCE = 5_000

/** The most that a transaction can take. An event whose time is older was committed before. */
const LONGEST_TRANSACTION = sql`interval '150 seconds'`

/**
 * Whether the event `e` was committed after the filter `f` of a webhook of the instance. Orgs have no common order of
 * events, so it asks whether the event's transaction was over when the filter was set.
 */
const isAfter = sql`(
  e.occurred_at > f.at
  or (e.occurred_at > f.at - ${LONGEST_TRANSACTION} and not pg_visible_in_snapshot(
    ((pg_snapshot_xmax(f.snapshot::pg_snapshot)::text::bigint & -4294967296) + e.xmin::text::bigint)::text::xid8,
    f.snapshot::pg_snapshot
  ))
)`

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

/** The places of these orgs that are behind. */
export function candidatesOf(db: Queryable, orgIds: readonly string[]): Promise<Candidate[]> {
  return db.query(sql`
    select w.id as webhook_id, o.id as org_id, w.url, coalesce(p.failures, 0) as failures,
      coalesce(p.owner is not null and p.wake_at > clock_timestamp(), false) as leased
    from org o
      join webhook w on w.org_id = o.id or w.org_id is null
      left join webhook_place p on p.webhook_id = w.id and p.org_id = o.id
    where o.id = any(${orgIds}::uuid[]) and w.enabled
      and (p.seq is null or p.seq < o.event_seq)
      and (p.wake_at is null or p.wake_at <= clock_timestamp() or p.owner is not null)
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

/**
 * Takes the leases of these places, if nobody has them. A place of a webhook of the instance is made here, at the last
 * event that was committed before the webhook was made. It leaves out a webhook that is being deleted, and an org: their
 * rows are locked first, or the foreign keys would refuse all places.
 */
export function claimPlaces(
  db: Queryable,
  owner: string,
  places: readonly Place[],
): Promise<Array<Place & { seq: number }>> {
  return db.query(sql`
    insert into webhook_place (webhook_id, org_id, seq, owner, wake_at)
    select w.id, o.id,
      coalesce(
        (select p.seq from webhook_place p where p.webhook_id = w.id and p.org_id = o.id),
        (
          select e.seq from webhook_filter f join org_event e on e.org_id = o.id
          where f.webhook_id = w.id and f.number = 1 and not ${isAfter}
          order by e.seq desc limit 1
        ),
        0
      ),
      ${owner}, ${leaseEnd}
    from unnest(${places.map(({ webhookId }) => webhookId)}::uuid[], ${places.map(({ orgId }) => orgId)}::uuid[])
        as c(webhook_id, org_id)
      join webhook w on w.id = c.webhook_id
      join org o on o.id = c.org_id
    order by w.id, o.id
    for key share of w, o
    on conflict (webhook_id, org_id) do update set owner = excluded.owner, wake_at = excluded.wake_at
    where webhook_place.wake_at is null or webhook_place.wake_at <= clock_timestamp()
    returning webhook_id, org_id, seq
  `)
}

/**
 * Locks the webhooks of these places before the places themselves, as their deletion does. Otherwise a statement that
 * holds a place, and a deletion that waits for it, could wait for each other.
 */
function kept(places: readonly Place[]): Sql {
  const ids = [...new Set(places.map(({ webhookId }) => webhookId))]
  return sql`kept as materialized (select id from webhook where id = any(${ids}::uuid[]) order by id for key share)`
}

/** @returns the places that are still this server's */
export function renewLeases(db: Queryable, owner: string, places: readonly Place[]): Promise<Place[]> {
  return db.query(sql`
    with ${kept(places)}
    update webhook_place p set wake_at = ${leaseEnd}
    from unnest(${places.map(({ webhookId }) => webhookId)}::uuid[], ${places.map(({ orgId }) => orgId)}::uuid[])
      as c(webhook_id, org_id)
      join kept on kept.id = c.webhook_id
    where p.webhook_id = c.webhook_id and p.org_id = c.org_id and p.owner = ${owner}
    returning p.webhook_id, p.org_id
  `)
}

/** An event that is next at a place, and what is known of its delivery. */
export interface NextEvent {
  event: OrgEventRow
  /** The filter that was in force when it was committed. Empty: all types. */
  eventTypes: string[]
  delivered: boolean
  /** Of the first attempt. Null if there was none. */
  firstAttemptAt: Date | null
}

export interface NextEvents {
  url: string
  enabled: boolean
  ofInstance: boolean
  sealedSecret: Uint8Array
  /** The secret before, while it goes on signing. */
  previousSecret: Uint8Array | null
  /** Failed attempts at the first of them. */
  failures: number
  events: NextEvent[]
  /** Whether there are more events after these. */
  hasMore: boolean
}

type NextRow = Omit<NextEvents, 'events' | 'hasMore'> &
  OrgEventRow & {
    /** Where it stands in what was asked, from 1. */
    number: number
    filter: string[] | null
    deliveryStatus: WebhookDeliveryStatus | null
    firstAttemptAt: Date | null
  }

/** What is asked of one place: the next events after `after`, at most `limit`. */
export interface NextAsked extends Place {
  after: number
  limit: number
}

/**
 * Reads the webhooks of some places and their next events, with one statement.
 * @returns in the order of `asked`. Null for a place that is not this server's any more
 */
export async function readNext(
  db: Queryable,
  owner: string,
  asked: readonly NextAsked[],
): Promise<Array<NextEvents | null>> {
  const rows = await db.query<NextRow>(sql`
    select asked.number::int, w.url, w.enabled, w.org_id is null as of_instance, w.sealed_secret,
      case when w.previous_until > clock_timestamp() then w.previous_secret end as previous_secret, p.failures,
      next.*
    from unnest(
        ${asked.map(({ webhookId }) => webhookId)}::uuid[], ${asked.map(({ orgId }) => orgId)}::uuid[],
        ${asked.map(({ after }) => after)}::int[], ${asked.map(({ limit }) => limit)}::int[]
      ) with ordinality as asked(webhook_id, org_id, after, at_most, number)
      join webhook_place p on p.webhook_id = asked.webhook_id and p.org_id = asked.org_id and p.owner = ${owner}
      join webhook w on w.id = p.webhook_id
      left join lateral (
        select ${orgEventColumns}, filter.event_types as filter, d.status as delivery_status, d.first_attempt_at
        from org_event
          left join webhook_delivery d
            on d.webhook_id = w.id and d.org_id = org_event.org_id and d.seq = org_event.seq
          cross join lateral ${filterSql}
        where org_event.org_id = p.org_id and org_event.seq > asked.after
        order by org_event.seq limit asked.at_most
      ) next on true
    order by asked.number, next.seq
  `)
  const ofPlaces = asked.map((): NextRow[] => [])
  for (const row of rows) ofPlaces[row.number - 1]?.push(row)
  return ofPlaces.map((ofPlace, index) => nextEventsOf(ofPlace, asked[index]?.limit ?? 0))
}

function nextEventsOf(rows: readonly NextRow[], limit: number): NextEvents | null {
  const [first] = rows
  if (!first) return null
  const { url, enabled, ofInstance, sealedSecret, previousSecret, failures } = first
  const events = rows.flatMap(({ number: _, filter, deliveryStatus, firstAttemptAt, ...row }): NextEvent[] =>
    filter === null
      ? []
      : [{ event: row, eventTypes: filter, delivered: deliveryStatus === 'DELIVERED', firstAttemptAt }],
  )
  const hasMore = events.length === limit
  return { url, enabled, ofInstance, sealedSecret, previousSecret, failures, events, hasMore }
}

/** The filter that was in force when an event was committed. The first one counts for everything before the others. */
const filterSql: Sql = sql`(
  select f.event_types from webhook_filter f
    join org_event e on e.org_id = org_event.org_id and e.seq = org_event.seq
  where f.webhook_id = w.id
    and (f.number = 1 or case when w.org_id is null then ${isAfter} else f.from_seq <= e.seq end)
  order by f.number desc limit 1
) filter`

/** What became of a place: how far it is, what was tried, and whether its lease ends. */
export interface Progress extends Place {
  seq: number
  /** Set if the lease ends. `wakeInMs`: when the place needs attention again; null if at its next event. */
  release?: { wakeInMs: number | null }
  failures: number
  /** One attempt at an event. */
  delivery?: {
    id: string
    seq: number
    messageId: string
    eventType: string
    status: WebhookDeliveryStatus
    responseStatus: number | null
    error: string | null
    nextInMs: number | null
  }
}

/**
 * Writes what became of places, many at once.
 * @returns the places that were still this server's. Of the others nothing was written.
 */
export function writeProgress(db: Queryable, owner: string, progress: readonly Progress[]): Promise<Place[]> {
  const places = new Map<string, Progress>()
  // The last one of each place counts.
  for (const one of progress) places.set(`${one.webhookId} ${one.orgId}`, one)
  const moves = [...places.values()].map(({ webhookId, orgId, seq, failures, release }) => ({
    webhookId,
    orgId,
    seq,
    failures,
    released: release !== undefined,
    wakeInMs: release?.wakeInMs ?? null,
  }))
  const deliveries = progress.flatMap(({ webhookId, orgId, delivery }) =>
    delivery ? [{ webhookId, orgId, ...delivery }] : [],
  )
  return db.query(sql`
    with ${kept(progress)},
    moved as (
      update webhook_place p set
        seq = greatest(p.seq, m.seq),
        failures = m.failures,
        owner = case when m.released then null else p.owner end,
        wake_at = case when m.released then clock_timestamp() + m."wakeInMs" * interval '1 ms' else p.wake_at end
      from jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as m(
        "webhookId" uuid, "orgId" uuid, seq int, failures int, released boolean, "wakeInMs" float8
      )
        join kept on kept.id = m."webhookId"
      where p.webhook_id = m."webhookId" and p.org_id = m."orgId" and p.owner = ${owner}
      returning p.webhook_id, p.org_id
    ),
    clock as materialized (select clock_timestamp() as now),
    written as (
      insert into webhook_delivery (
        id, webhook_id, org_id, seq, message_id, event_type, status, attempts, first_attempt_at, last_attempt_at,
        next_attempt_at, response_status, error, created_at
      )
      select d.id, moved.webhook_id, moved.org_id, d.seq, d."messageId", d."eventType", d.status, 1, clock.now, clock.now,
        clock.now + d."nextInMs" * interval '1 ms', d."responseStatus", d.error, clock.now
      from jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) as d(
        id uuid, "webhookId" uuid, "orgId" uuid, seq int, "messageId" text, "eventType" text,
        status "WebhookDeliveryStatus", "responseStatus" int, error text, "nextInMs" float8
      )
        join moved on moved.webhook_id = d."webhookId" and moved.org_id = d."orgId"
        cross join clock
      order by d.seq
      on conflict (webhook_id, org_id, seq) do update set
        status = excluded.status,
        attempts = webhook_delivery.attempts + 1,
        last_attempt_at = excluded.last_attempt_at,
        next_attempt_at = excluded.next_attempt_at,
        response_status = excluded.response_status,
        error = excluded.error
    )
    select webhook_id, org_id from moved
  `)
}

/** Ends all leases of a server that stops, so that another one goes on at once. */
export async function releaseAll(db: Queryable, owner: string): Promise<void> {
  await db.query(sql`
    update webhook_place set owner = null, wake_at = clock_timestamp() where wake_at is not null and owner = ${owner}
  `)
}
