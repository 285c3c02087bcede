import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { Tx } from '../core/transact.js'

/** How often the same message may wait at once. An endpoint that answers gets it soon, so it hardly ever waits twice. */
const MOST_WAITING = 100

/**
 * Lets a message be sent soon, outside of the order of events. If it already waits as often as it may, nothing is added.
 * So nobody can make the server send messages to an endpoint for days. Lock the webhook first.
 * @param deliveryId null for a ping
 */
export function askForMessage(tx: Tx, webhookId: string, deliveryId: string | null): void {
  const same = deliveryId === null ? sql`delivery_id is null` : sql`delivery_id = ${deliveryId}`
  tx.write(sql`
    insert into webhook_request (id, webhook_id, delivery_id, wake_at)
    select ${uuidv7()}::uuid, ${webhookId}::uuid, ${deliveryId}::uuid, clock_timestamp()
    where ${MOST_WAITING} > (select count(*) from (
      select from webhook_request where webhook_id = ${webhookId} and ${same} limit ${MOST_WAITING}
    ) waiting)
  `)
}
