import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { isAfter } from './filters.js'

/*
 * The places of webhooks in the database (docs/decisions/032-webhooks.md). A server that delivers a place holds a lease
 * of it: it is the owner until `wake_at`. So no two servers deliver the same place at once.
 */

/** How far a webhook has read the history of an org. */
export interface Place {
  webhookId: string
  orgId: string
}

/** How long a lease is, ms. A dead server's is over after it, and another server finds it within a second. */
export const LEASE_MS = 6_000
const leaseEnd = sql`clock_timestamp() + ${LEASE_MS} * interval '1 ms'`

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
export function kept(places: readonly Place[]): Sql {
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

/** Ends all leases of a server that stops, so that another one goes on at once. */
export async function releaseAll(db: Queryable, owner: string): Promise<void> {
  await db.query(sql`
    update webhook_place set owner = null, wake_at = clock_timestamp() where wake_at is not null and owner = ${owner}
  `)
}
