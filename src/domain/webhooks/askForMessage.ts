import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { Tx } from '../core/transact.js'

/** So often one message can wait to be sent. Endpoints that answer get it at once, so it hardly ever waits twice. */
const MOST_WAITING = 100

/**
 * Lets a message be sent at once and outside of the order. If it waits as often as it can already, nothing is added: what
 * waits is sent. So nobody can use the server to send messages to somebody for days. Lock the webhook first.
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
