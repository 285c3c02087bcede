import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { type OrgEventRow, orgEventColumns } from '../domain/core/orgEvent.js'
import type { WebhookDeliveryStatus } from '../generated/prisma/enums.js'
import { filterSql } from './filters.js'
import type { Place } from './places.js'

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
              -- Without it, a merge join begins at the first delivery of all.
              and d.seq > asked.after
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
  // The whole row is the event: a copy without the other columns costs more than all the rest here.
  const events = rows.flatMap((event): NextEvent[] => {
    const { filter, deliveryStatus, firstAttemptAt } = event
    const delivered = deliveryStatus === 'DELIVERED'
    return filter === null ? [] : [{ event, eventTypes: filter, delivered, firstAttemptAt }]
  })
  const hasMore = events.length === limit
  return { url, enabled, ofInstance, sealedSecret, previousSecret, failures, events, hasMore }
}
