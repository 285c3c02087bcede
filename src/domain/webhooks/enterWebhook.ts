import sql from 'sql-template-tag'
import { allOf } from '../../database/transaction.js'
import type { Actor } from '../core/actor.js'
import { instancePermissions, isInstanceToken } from '../core/authority.js'
import { holdPermissions } from '../core/effectivePermissions.js'
import { enterOrg } from '../core/enterOrg.js'
import { NotFoundError, PermissionDeniedError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { type Webhook, webhookColumns } from './webhook.js'

/** A webhook that nobody else changes until the transaction ends. */
export interface WebhookEntry {
  webhook: Webhook
  /** Null for a webhook of the instance. */
  org: LockedOrg | null
}

/**
 * The first line of every operation on a webhook: locks the webhook's org, or the webhook itself if it is the
 * instance's, and requires WEBHOOK_MANAGE.
 * @throws {NotFoundError | PermissionDeniedError}
 */
export async function enterWebhook(tx: Tx, actor: Actor, webhookId: string | null): Promise<WebhookEntry> {
  if (webhookId === null) throw new NotFoundError()
  const [found] = await tx.query<{ orgId: string | null }>(
    sql`select org_id from webhook where id = ${webhookId}`,
  )
  if (!found) throw new NotFoundError()
  const { orgId } = found
  const [org, [webhook]] = await allOf([
    orgId === null
      ? requireInstance(tx, actor, () => new NotFoundError())
      : enterOrg(tx, actor, orgId, 'WEBHOOK_MANAGE').then(({ org }) => org),
    tx.query<Webhook>(sql`select ${webhookColumns} from webhook where id = ${webhookId} for no key update`),
  ])
  if (!webhook) throw new NotFoundError()
  return { webhook, org }
}

/**
 * Requires an instance token with WEBHOOK_MANAGE.
 * @param outsider the refusal for everybody else who is no instance token
 * @throws {PermissionDeniedError} or what `outsider` makes
 */
export async function requireInstance(
  tx: Tx,
  actor: Actor,
  outsider: () => Error = () => new PermissionDeniedError('WEBHOOK_MANAGE'),
): Promise<null> {
  if (!isInstanceToken(actor)) throw outsider()
  const held = actor.tokenId === null ? undefined : await holdPermissions(tx, actor.tokenId)
  if (!instancePermissions(actor, held).has('WEBHOOK_MANAGE'))
    throw new PermissionDeniedError('WEBHOOK_MANAGE')
  return null
}
