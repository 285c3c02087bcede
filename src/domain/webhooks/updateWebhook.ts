import sql from 'sql-template-tag'
import { ofOneRow } from '../../database/transaction.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import type { InputIssue } from '../core/inputIssue.js'
import { requireActive } from '../core/org.js'
import { refuseIssues } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { enterWebhook } from './enterWebhook.js'
import { tryUndeliveredNow } from './undelivered.js'
import { hostOfWebhook, type Webhook } from './webhook.js'
import { parseEventTypes, type UrlProblem, urlIssues } from './webhookTerms.js'

export interface UpdateWebhookCommand {
  webhookId: string | null
  /** What is left out or null stays as it is. */
  url?: string | null | undefined
  eventTypes?: readonly string[] | null | undefined
  enabled?: boolean | null | undefined
  urlProblem?: UrlProblem
}

/**
 * Changes a webhook. Events that are committed before keep their filter. Switched on again, it goes on with what it has
 * not delivered. Without a change it does nothing.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNotActiveError}
 */
export async function updateWebhook(
  tx: Tx,
  actor: Actor,
  { webhookId, ...command }: UpdateWebhookCommand,
): Promise<Webhook> {
  const { webhook, org } = await enterWebhook(tx, actor, webhookId)
  const after = parseChange(tx, webhook, command)
  if (org) requireActive(org)
  const isFiltered = after.eventTypes.join() !== webhook.eventTypes.join()
  const isSwitched = after.enabled !== webhook.enabled
  if (after.url === webhook.url && !isFiltered && !isSwitched) return webhook
  tx.write(
    ofOneRow(sql`
      update webhook set url = ${after.url}, event_types = ${after.eventTypes}, enabled = ${after.enabled},
        disabled_reason = ${after.disabledReason}
      where id = ${webhook.id}
    `),
  )
  if (isFiltered) setFilter(tx, after, org)
  if (after.enabled && (isSwitched || after.url !== webhook.url)) beginAnew(tx, after)
  tx.wakeWebhooks()
  if (org)
    tx.record(org, eventActorOf(actor), {
      kind: 'CHANGE',
      type: 'WEBHOOK_UPDATED',
      summary: summaryOf(webhook, after, isFiltered),
      subjectId: webhook.id,
    })
  return after
}

/** @throws {InvalidInputError} */
function parseChange(
  tx: Tx,
  webhook: Webhook,
  { url: text, eventTypes: types, enabled, urlProblem }: Omit<UpdateWebhookCommand, 'webhookId'>,
): Webhook {
  const after = { ...webhook }
  const issues: InputIssue[] = []
  if (text != null) {
    const given = urlIssues(text, tx.rules.production, urlProblem)
    issues.push(...given.issues)
    after.url = given.url
  }
  if (types != null) {
    const given = parseEventTypes(types)
    issues.push(...given.issues)
    after.eventTypes = given.eventTypes
  }
  refuseIssues(issues)
  if (enabled != null) after.enabled = enabled
  if (after.enabled) after.disabledReason = null
  return after
}

function setFilter(tx: Tx, { id, eventTypes }: Webhook, org: LockedOrg | null): void {
  // It counts from the event that records this change.
  const fromSeq = org ? org.eventSeq + 1 : null
  tx.write(
    ofOneRow(sql`
      insert into webhook_filter (webhook_id, number, from_seq, at, snapshot, event_types)
      select ${id}::uuid, max(number) + 1, ${fromSeq}::int, clock_timestamp(), pg_current_snapshot()::text,
        ${eventTypes}::text[]
      from webhook_filter where webhook_id = ${id}
    `),
  )
}

/** The attempts at what is not delivered begin anew. */
function beginAnew(tx: Tx, webhook: Webhook): void {
  tx.write(sql`
    update webhook_delivery set first_attempt_at = clock_timestamp()
    where webhook_id = ${webhook.id} and status <> 'DELIVERED'
  `)
  tryUndeliveredNow(tx, webhook)
}

function summaryOf(before: Webhook, after: Webhook, isFiltered: boolean): string {
  const changes = [
    ...(after.url === before.url ? [] : ['another URL']),
    ...(isFiltered ? ['other event types'] : []),
    ...(after.enabled === before.enabled ? [] : [after.enabled ? 'switched on' : 'switched off']),
  ]
  return `The webhook to ${hostOfWebhook(after)} was changed: ${changes.join(', ')}.`
}
