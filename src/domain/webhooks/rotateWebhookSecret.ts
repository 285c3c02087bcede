import sql from 'sql-template-tag'
import { ofOneRow } from '../../database/transaction.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import type { Tx } from '../core/transact.js'
import { enterWebhook } from './enterWebhook.js'
import { tryUndeliveredNow } from './undelivered.js'
import { hostOfWebhook, type Webhook } from './webhook.js'
import { mintWebhookSecret, sealWebhookSecret } from './webhookSecret.js'

/** How long the old secret goes on signing beside the new one. */
const BOTH_SIGN = sql`interval '1 day'`

/**
 * Makes a new secret for a webhook. The one before it goes on signing for a day, and one before that ends.
 * @throws {NotFoundError | PermissionDeniedError | WebhookSecretsUnavailable}
 */
export async function rotateWebhookSecret(
  tx: Tx,
  actor: Actor,
  webhookId: string | null,
): Promise<{ webhook: Webhook; secret: string }> {
  const { webhook, org } = await enterWebhook(tx, actor, webhookId)
  const secret = mintWebhookSecret()
  const sealed = sealWebhookSecret(tx.rules.keySecret, webhook.id, secret)
  tx.write(
    ofOneRow(sql`
      update webhook set sealed_secret = ${sealed}, previous_secret = sealed_secret,
        previous_until = clock_timestamp() + ${BOTH_SIGN}
      where id = ${webhook.id}
    `),
  )
  // What failed because of the old secret is not left to wait for an hour.
  tryUndeliveredNow(tx, webhook)
  tx.wakeWebhooks()
  if (org)
    tx.record(org, eventActorOf(actor), {
      kind: 'CHANGE',
      type: 'WEBHOOK_UPDATED',
      summary: `The webhook to ${hostOfWebhook(webhook)} was changed: a new secret.`,
      subjectId: webhook.id,
    })
  return { webhook, secret }
}
