import type { Actor } from '../core/actor.js'
import type { Tx } from '../core/transact.js'
import { askForMessage } from './askForMessage.js'
import { enterWebhook } from './enterWebhook.js'
import { type Webhook, WebhookDisabledError } from './webhook.js'

/**
 * Asks for a message of type `ping`. It is sent once, at once and outside of the order.
 * @throws {NotFoundError | PermissionDeniedError | WebhookDisabledError}
 */
export async function pingWebhook(tx: Tx, actor: Actor, webhookId: string | null): Promise<Webhook> {
  const { webhook } = await enterWebhook(tx, actor, webhookId)
  if (!webhook.enabled) throw new WebhookDisabledError()
  askForMessage(tx, webhook.id, null)
  tx.wakeWebhooks()
  return webhook
}
