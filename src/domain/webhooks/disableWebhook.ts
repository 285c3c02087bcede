import sql from 'sql-template-tag'
import { ofOneRow } from '../../database/transaction.js'
import { theServer } from '../core/actor.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import type { Tx } from '../core/transact.js'
import { hostOfWebhook, type Webhook, webhookColumns } from './webhook.js'

/**
 * Switches a webhook off because the endpoint at `url` does not take its messages. If the webhook has another URL by now,
 * it does nothing.
 * @returns whether the webhook is off, or gone
 */
export async function disableWebhook(
  tx: Tx,
  { id, orgId, url }: Pick<Webhook, 'id' | 'orgId' | 'url'>,
  reason: string,
): Promise<boolean> {
  const org = orgId === null ? null : await lockOrgIfThere(tx, orgId)
  const [webhook] = await tx.query<Webhook>(
    sql`select ${webhookColumns} from webhook where id = ${id} for no key update`,
  )
  if (!webhook?.enabled) return true
  if (webhook.url !== url) return false
  tx.write(ofOneRow(sql`update webhook set enabled = false, disabled_reason = ${reason} where id = ${id}`))
  tx.wakeWebhooks()
  if (org)
    tx.record(org, theServer, {
      kind: 'CHANGE',
      type: 'WEBHOOK_DISABLED',
      summary: `The webhook to ${hostOfWebhook(webhook)} was switched off. ${reason}`,
      subjectId: id,
    })
  return true
}
