import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { Queryable } from '../../database/database.js'
import type { Tx } from '../core/transact.js'
import type { Webhook } from './webhook.js'

/** How long deliveries are kept. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000
const FORGOTTEN_AT_ONCE = 1_000

/** The most that a transaction can take. An event whose time is older was committed before. */
export const LONGEST_TRANSACTION = sql`interval '150 seconds'`

/** Up to where all webhooks have heard the org `o`: its lowest place. Null if there is no place in it. */
export const lowestPlaceSql = sql`(select min(place.seq) from webhook_place place where place.org_id = o.id)`

/**
 * A webhook of the instance gets its place in an org when the org has news for it. Until then it has to deliver all events
 * since about this time. Null if each has its place.
 */
export const heldSinceSql = sql`(
  select min(webhook.created_at) - ${LONGEST_TRANSACTION} from webhook
  where webhook.org_id is null and not exists (
    select from webhook_place place where place.webhook_id = webhook.id and place.org_id = o.id
  )
)`

/** Whether a webhook still has to deliver an event of this org. Events that a webhook does not want count until it has passed them. */
export async function hasUndelivered(db: Queryable, orgId: string): Promise<boolean> {
  const [waiting] = await db.query(sql`
    select from org
      join webhook on webhook.enabled and (webhook.org_id = org.id or webhook.org_id is null)
      left join webhook_place place on place.webhook_id = webhook.id and place.org_id = org.id
    where org.id = ${orgId} and (place.seq is null or place.seq < org.event_seq)
    limit 1
  `)
  return waiting !== undefined
}

/**
 * Lets the servers try at once what an org's webhook has not delivered, with the shortest waits afterwards. A webhook of
 * the instance may wait in many orgs, so its next attempts stay when they are.
 */
export function tryUndeliveredNow(tx: Tx, { id, orgId }: Pick<Webhook, 'id' | 'orgId'>): void {
  if (orgId === null) return
  tx.write(sql`
    update webhook_place set wake_at = clock_timestamp(), failures = 0
    where webhook_id = ${id} and org_id = ${orgId} and owner is null
  `)
}

/** Deletes old deliveries, few at a time, so that no delivery waits for it. Their ids begin with the time. */
export async function forgetDeliveries(db: Queryable, now: Date): Promise<void> {
  const oldest = firstIdOf(now.getTime() - KEPT_MS)
  for (;;) {
    const forgotten = await db.query(sql`
      with over as materialized (
        select id from webhook_delivery where id < ${oldest}::uuid order by id
        limit ${FORGOTTEN_AT_ONCE} for update skip locked
      )
      delete from webhook_delivery using over where webhook_delivery.id = over.id
      returning 1
    `)
    if (forgotten.length < FORGOTTEN_AT_ONCE) return
  }
}

/** The least UUID (version 7) of a time. */
function firstIdOf(ms: number): string {
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}

/** An id that `forgetDeliveries` can sort by its time. */
export const newDeliveryId = uuidv7
