import sql from 'sql-template-tag'
import { columnsOf, type Row } from '../../database/rows.js'
import type { Actor } from '../core/actor.js'
import { NotFoundError } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { askForMessage } from './askForMessage.js'
import { enterWebhook } from './enterWebhook.js'
import { WebhookDisabledError } from './webhook.js'

export type WebhookDelivery = Omit<Row<'WebhookDelivery'>, 'firstAttemptAt'>

const deliveryColumns = columnsOf('WebhookDelivery', { except: ['firstAttemptAt'] })

/**
 * Asks for a message once more, at once and with the same id. One that is still being tried is the next in its order:
 * its next attempt comes now.
 * @throws {NotFoundError | PermissionDeniedError | WebhookDisabledError}
 */
export async function redeliverWebhookDelivery(
  tx: Tx,
  actor: Actor,
  deliveryId: string | null,
): Promise<WebhookDelivery> {
  if (deliveryId === null) throw new NotFoundError()
  const [delivery] = await tx.query<WebhookDelivery & { hasEvent: boolean }>(sql`
    select ${deliveryColumns}, exists (
      select from org_event where org_event.org_id = webhook_delivery.org_id and org_event.seq = webhook_delivery.seq
    ) as has_event
    from webhook_delivery where id = ${deliveryId}
  `)
  if (!delivery) throw new NotFoundError()
  const { hasEvent, ...row } = delivery
  const { webhook } = await enterWebhook(tx, actor, delivery.webhookId)
  // The org was deleted with its events.
  if (!hasEvent) throw new NotFoundError()
  if (!webhook.enabled) throw new WebhookDisabledError()
  if (delivery.status === 'PENDING')
    tx.write(sql`
      update webhook_place set wake_at = clock_timestamp()
      where webhook_id = ${webhook.id} and org_id = ${delivery.orgId} and seq < ${delivery.seq} and owner is null
    `)
  else askForMessage(tx, webhook.id, delivery.id)
  tx.wakeWebhooks()
  return row
}
