import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { type OrgEventRow, orgEventColumns } from '../domain/core/orgEvent.js'

/** A message that somebody asked for: a ping, or a delivery once more. */
export interface MessageRequest {
  id: string
  webhookId: string
  url: string
  enabled: boolean
  ofInstance: boolean
  orgId: string | null
  sealedSecret: Uint8Array
  previousSecret: Uint8Array | null
  /** Null for a ping. */
  delivery: { id: string; messageId: string } | null
  /** The event of the delivery. Null for a ping, and if it is gone. */
  event: OrgEventRow | null
}

/** Longer than an attempt takes, so nobody renews it. */
const LEASE = sql`interval '12 seconds'`

/**
 * Takes some requests, so that no other server sends them. If this server dies, another one does later. Of one webhook it
 * takes one at a time, the oldest: whoever asks a slow endpoint for many messages holds up nobody else. For this it reads only
 * the first and the last request of each webhook. A request that is being sent has a lease, so it is the last one.
 */
export async function claimRequests(db: Queryable, limit: number): Promise<MessageRequest[]> {
  const rows = await db.query<
    Omit<MessageRequest, 'delivery' | 'event' | 'orgId'> &
      OrgEventRow & {
        requestId: string
        webhookOrgId: string | null
        deliveryId: string | null
        messageId: string | null
      }
  >(sql`
    with recursive waiting as (
      (select webhook_id from webhook_request order by webhook_id limit 1)
      union all
      select (
        select other.webhook_id from webhook_request other
        where other.webhook_id > waiting.webhook_id order by other.webhook_id limit 1
      )
      from waiting where waiting.webhook_id is not null
    ),
    next as materialized (
      select oldest.id
      from waiting
        cross join lateral (
          select id, wake_at from webhook_request where webhook_id = waiting.webhook_id order by wake_at, id limit 1
        ) oldest
        cross join lateral (
          select wake_at from webhook_request where webhook_id = waiting.webhook_id order by wake_at desc limit 1
        ) newest
      where newest.wake_at <= clock_timestamp()
      order by oldest.wake_at limit ${limit}
    ),
    due as (
      select id from webhook_request where id in (select id from next) and wake_at <= clock_timestamp()
      for update skip locked
    ),
    taken as (
      update webhook_request r set wake_at = clock_timestamp() + ${LEASE} from due where r.id = due.id
      returning r.id, r.webhook_id, r.delivery_id
    )
    select ${orgEventColumns}, taken.id as request_id, w.id as webhook_id, w.org_id as webhook_org_id, w.url, w.enabled,
      w.org_id is null as of_instance, w.sealed_secret,
      case when w.previous_until > clock_timestamp() then w.previous_secret end as previous_secret,
      d.id as delivery_id, d.message_id
    from taken
      join webhook w on w.id = taken.webhook_id
      left join webhook_delivery d on d.id = taken.delivery_id
      left join org_event on org_event.org_id = d.org_id and org_event.seq = d.seq
  `)
  return rows.map(
    ({
      requestId,
      webhookId,
      webhookOrgId,
      url,
      enabled,
      ofInstance,
      sealedSecret,
      previousSecret,
      ...row
    }) => {
      const { deliveryId, messageId, ...event } = row
      return {
        id: requestId,
        webhookId,
        orgId: webhookOrgId,
        url,
        enabled,
        ofInstance,
        sealedSecret,
        previousSecret,
        delivery: deliveryId !== null && messageId !== null ? { id: deliveryId, messageId } : null,
        event: event.orgId === null ? null : event,
      }
    },
  )
}

/**
 * Ends a request. If it was a delivery, writes what became of it: one that was delivered before stays DELIVERED. It locks
 * the webhook first, as its deletion does.
 */
export async function endRequest(
  db: Queryable,
  { id, webhookId, delivery }: MessageRequest,
  outcome: { status: number | null; error: string | null } | null,
): Promise<void> {
  const written =
    delivery && outcome
      ? sql`
          update webhook_delivery set
            status = case when ${outcome.error === null} then 'DELIVERED' else status end,
            attempts = attempts + 1,
            last_attempt_at = clock_timestamp(),
            response_status = ${outcome.status},
            error = ${outcome.error}
          from kept
          where webhook_delivery.id = ${delivery.id}
          returning 1
        `
      : sql`select 1`
  await db.query(sql`
    with kept as materialized (select id from webhook where id = ${webhookId} for key share),
      written as (${written}),
      ended as (delete from webhook_request using kept where webhook_request.id = ${id} returning 1)
    select from written, ended
  `)
}
