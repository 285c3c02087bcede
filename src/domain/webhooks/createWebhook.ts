import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { insertRow } from '../../database/rows.js'
import { allOf } from '../../database/transaction.js'
import { type Actor, eventActorOf, userIdOf } from '../core/actor.js'
import { enterOrg } from '../core/enterOrg.js'
import type { Repeat } from '../core/idempotency.js'
import { requireActive } from '../core/org.js'
import { LimitReachedError, NotFoundError, refuseIssues } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { requireInstance } from './enterWebhook.js'
import { hostOfWebhook, MAX_WEBHOOKS, type Webhook, webhookColumns } from './webhook.js'
import { mintWebhookSecret, sealWebhookSecret } from './webhookSecret.js'
import { parseEventTypes, type UrlProblem, urlIssues } from './webhookTerms.js'

export interface CreateWebhookCommand {
  /** Undefined for a webhook of the instance. Null if the id names no org. */
  orgId?: string | null | undefined
  url: string
  eventTypes?: readonly string[] | null | undefined
  urlProblem?: UrlProblem
}

export interface WebhookMade {
  webhook: Webhook
  /** Null unless it was made now. */
  secret: string | null
}

/** A number that no other advisory lock of this database has. */
const INSTANCE_WEBHOOKS_LOCK = 72707372

/**
 * Makes a webhook. It gets the events that are committed after it.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNotActiveError | LimitReachedError
 *   | WebhookSecretsUnavailable}
 */
export async function createWebhook(
  tx: Tx,
  actor: Actor,
  command: CreateWebhookCommand,
): Promise<WebhookMade> {
  return command.orgId === undefined
    ? createForInstance(tx, actor, command)
    : createForOrg(tx, actor, command.orgId, command)
}

async function createForOrg(tx: Tx, actor: Actor, orgId: string | null, command: CreateWebhookCommand) {
  const [{ org }, [counted]] = await allOf([
    enterOrg(tx, actor, orgId, 'WEBHOOK_MANAGE'),
    tx.query<{ count: number }>(sql`select count(*)::int as count from webhook where org_id = ${orgId}`),
  ])
  const terms = parseTerms(tx, command)
  requireActive(org)
  requireRoom(counted?.count ?? 0, 'The org')
  const made = insertWebhook(tx, actor, terms, org, org.now)
  const { webhook } = made
  // The next event is the webhook's own.
  const ownSeq = org.eventSeq + 1
  tx.write(
    insertRow('WebhookFilter', {
      webhookId: webhook.id,
      number: 1,
      fromSeq: ownSeq,
      at: org.now,
      snapshot: '',
      eventTypes: webhook.eventTypes,
    }),
  )
  tx.write(insertRow('WebhookPlace', { webhookId: webhook.id, orgId: org.id, seq: ownSeq }))
  tx.record(org, eventActorOf(actor), {
    kind: 'CHANGE',
    type: 'WEBHOOK_CREATED',
    summary: `A webhook to ${hostOfWebhook(webhook)} was created.`,
    subjectId: webhook.id,
  })
  return made
}

async function createForInstance(tx: Tx, actor: Actor, command: CreateWebhookCommand) {
  await requireInstance(tx, actor)
  const terms = parseTerms(tx, command)
  // The instance has no row to lock, so an advisory lock prevents that two requests take the last place.
  const [, [counted]] = await allOf([
    tx.query(sql`select pg_advisory_xact_lock(${INSTANCE_WEBHOOKS_LOCK})`),
    tx.query<{ count: number; now: Date }>(sql`
      select count(*)::int as count, date_trunc('milliseconds', clock_timestamp()) as now
      from webhook where org_id is null
    `),
  ])
  requireRoom(counted?.count ?? 0, 'The instance')
  const made = insertWebhook(tx, actor, terms, null, counted?.now ?? new Date())
  tx.write(sql`
    insert into webhook_filter (webhook_id, number, at, snapshot, event_types)
    values (${made.webhook.id}, 1, clock_timestamp(), pg_current_snapshot()::text, ${made.webhook.eventTypes})
  `)
  return made
}

interface Terms {
  url: string
  eventTypes: string[]
}

/** @throws {InvalidInputError} */
function parseTerms(tx: Tx, { url: text, eventTypes: types, urlProblem }: CreateWebhookCommand): Terms {
  const { url, issues } = urlIssues(text, tx.rules.production, urlProblem)
  const { eventTypes, issues: ofTypes } = parseEventTypes(types ?? [])
  refuseIssues([...issues, ...ofTypes])
  return { url, eventTypes }
}

/** @throws {LimitReachedError} */
function requireRoom(count: number, whose: string): void {
  if (count >= MAX_WEBHOOKS) throw new LimitReachedError(MAX_WEBHOOKS, 'webhooks', whose)
}

function insertWebhook(tx: Tx, actor: Actor, terms: Terms, org: LockedOrg | null, now: Date) {
  const secret = mintWebhookSecret()
  const webhook: Webhook = {
    id: uuidv7(),
    orgId: org?.id ?? null,
    ...terms,
    enabled: true,
    disabledReason: null,
    createdAt: now,
    createdById: userIdOf(actor),
  }
  const sealedSecret = new Uint8Array(sealWebhookSecret(tx.rules.keySecret, webhook.id, secret))
  tx.write(insertRow('Webhook', { ...webhook, sealedSecret }))
  tx.wakeWebhooks()
  return { webhook, secret }
}

/** How `createWebhook` answers a call that is repeated with the same idempotency key. */
export const repeatCreateWebhook: Repeat<CreateWebhookCommand, WebhookMade> = {
  compared: ({ orgId, url, eventTypes }) => ({ orgId, url, eventTypes: eventTypes ?? [] }),
  async authorize(tx, actor, { orgId }) {
    if (orgId === undefined) await requireInstance(tx, actor)
    else await enterOrg(tx, actor, orgId, 'WEBHOOK_MANAGE')
    return null
  },
  idOf: ({ webhook }) => webhook.id,
  async recall(tx, _actor, id) {
    const [webhook] = await tx.query<Webhook>(sql`select ${webhookColumns} from webhook where id = ${id}`)
    if (!webhook) throw new NotFoundError()
    return { webhook, secret: null }
  },
}
