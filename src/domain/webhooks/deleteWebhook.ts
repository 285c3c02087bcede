import sql from 'sql-template-tag'
import { ofOneRow } from '../../database/transaction.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import type { Tx } from '../core/transact.js'
import { enterWebhook } from './enterWebhook.js'
import { hostOfWebhook } from './webhook.js'

/**
 * Deletes a webhook with its deliveries. What it has not delivered is not sent any more.
 * @throws {NotFoundError | PermissionDeniedError}
 */
export async function deleteWebhook(tx: Tx, actor: Actor, webhookId: string | null): Promise<string> {
  const { webhook, org } = await enterWebhook(tx, actor, webhookId)
  tx.write(ofOneRow(sql`delete from webhook where id = ${webhook.id}`))
  tx.wakeWebhooks()
  if (org)
    tx.record(org, eventActorOf(actor), {
      kind: 'CHANGE',
      type: 'WEBHOOK_DELETED',
      summary: `The webhook to ${hostOfWebhook(webhook)} was deleted.`,
      subjectId: webhook.id,
    })
  return webhook.id
}
