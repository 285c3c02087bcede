import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { decodeId, encodeId } from '../../src/graphql/globalId.js'
import { mutate } from './mutate.js'
import type { Client, TestServer } from './testServer.js'

export interface TestWebhook {
  /** Global id. */
  id: string
  secret: string
}

/** Creates a webhook of an org, or of the instance without `orgId`. */
export async function createWebhook(
  by: Client,
  orgId: string | undefined,
  url: string,
  input: Record<string, unknown> = {},
): Promise<TestWebhook> {
  const made = await mutate(
    by,
    'createWebhook',
    { ...(orgId && { orgId }), url, ...input },
    'webhook { id } secret',
  )
  if (!made.webhook) throw new Error(`no webhook: ${JSON.stringify(made)}`)
  return { id: made.webhook.id, secret: made.secret }
}

export const updateWebhook = (by: Client, { id }: { id: string }, input: Record<string, unknown>) =>
  mutate(
    by,
    'updateWebhook',
    { webhookId: id, ...input },
    'webhook { id url eventTypes enabled disabledReason }',
  )

/** Reads a webhook with its newest deliveries. */
export async function readWebhook(viewer: Client, { id }: { id: string }, args = '(first: 100)') {
  const { data, errors } = await viewer.ask(
    `query($id: ID!) { node(id: $id) { ... on Webhook {
      id url eventTypes enabled disabledReason createdAt createdBy { id } org { id }
      deliveries${args} { pageInfo { hasNextPage endCursor } nodes {
        id messageId eventType orgId seq status attempts lastAttemptAt nextAttemptAt responseStatus error
      } }
    } } }`,
    { id },
  )
  if (!data?.node) throw new Error(`no webhook: ${JSON.stringify(errors)}`)
  return data.node
}

/** An address at which nobody listens. */
export const NOWHERE = 'https://127.0.0.1:9/hook'

/** What few orgs have, so that a webhook has nothing to do. */
export const QUIET = { eventTypes: ['org.tier_changed'] }

/** Stores a delivery of an org's first event. Returns its global id. */
export async function insertDelivery(
  { server }: TestServer,
  orgId: string,
  webhook: { id: string },
): Promise<string> {
  const id = uuidv7()
  await server.app.database.query(sql`
    insert into webhook_delivery (
      id, webhook_id, org_id, seq, message_id, event_type, status, attempts, first_attempt_at, last_attempt_at, created_at
    ) values (
      ${id}, ${decodeId('Webhook', webhook.id)}, ${decodeId('Org', orgId)}, 1, 'msg_test', 'org.created', 'DELIVERED', 1,
      now(), now(), now()
    )
  `)
  return encodeId('WebhookDelivery', id)
}
