import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import type { WebhookDeliveryStatus } from '../generated/prisma/enums.js'
import { kept, type Place } from './places.js'

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
