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
 * takes one at a time, the oldest: whoever asks a slow endpoint for many messages holds up nobody else.
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
    with due as (
      select id from webhook_request r
      where wake_at <= clock_timestamp() and not exists (
        select from webhook_request other
        where other.webhook_id = r.webhook_id
          and (other.wake_at > clock_timestamp() or (other.wake_at, other.id) < (r.wake_at, r.id))
      )
      order by wake_at limit ${limit}
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
