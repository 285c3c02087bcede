import { createOrg } from '../../../../support/mutate.js'
import { createOrgWith } from '../../../../support/people.js'
import * as webhooks from '../../../../support/webhooks.js'
import {
  type Case,
  type Cases,
  deactivate,
  type Fixture,
  unknownDelivery,
  unknownOrg,
  unknownWebhook,
} from './fixture.js'

const { NOWHERE, QUIET } = webhooks

/** A call on a new webhook. */
async function onWebhook(
  { people }: Fixture,
  input: Record<string, unknown> = {},
  by: 'owner' | 'admin' = 'owner',
): Promise<Case> {
  const { id } = await webhooks.createWebhook(people.owner, await createOrgWith(people), NOWHERE, QUIET)
  return { client: people[by], input: { webhookId: id, ...input } }
}

const unknown = ({ people }: Fixture): Promise<Case> =>
  Promise.resolve({ client: people.owner, input: { webhookId: unknownWebhook } })

const denied = (fixture: Fixture) => onWebhook(fixture, {}, 'admin')

export const createWebhook = {
  CreateWebhookPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), url: NOWHERE, ...QUIET },
  }),
  NotFoundError: async ({ people }) => ({ client: people.owner, input: { orgId: unknownOrg, url: NOWHERE } }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.admin,
    input: { orgId: await createOrgWith(people), url: NOWHERE },
  }),
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), url: 'https://10.0.0.1/hook' },
  }),
  LimitReachedError: async ({ people }) => {
    const orgId = await createOrg(people.owner)
    for (let made = 0; made < 10; made++) await webhooks.createWebhook(people.owner, orgId, NOWHERE, QUIET)
    return { client: people.owner, input: { orgId, url: NOWHERE } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, url: NOWHERE } }
  },
  IdempotencyKeyReusedError: async ({ people }) => {
    const orgId = await createOrg(people.owner)
    const idempotencyKey = crypto.randomUUID()
    await webhooks.createWebhook(people.owner, orgId, NOWHERE, { ...QUIET, idempotencyKey })
    return { client: people.owner, input: { orgId, url: NOWHERE, idempotencyKey } }
  },
} satisfies Cases

export const updateWebhook = {
  UpdateWebhookPayload: (fixture) =>
    onWebhook(fixture, { url: `${NOWHERE}s`, eventTypes: [], enabled: false }),
  NotFoundError: unknown,
  PermissionDeniedError: denied,
  InvalidInputError: (fixture) => onWebhook(fixture, { eventTypes: ['org_invite.eaten'] }),
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const { id } = await webhooks.createWebhook(fixture.people.owner, orgId, NOWHERE, QUIET)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { webhookId: id, enabled: false } }
  },
} satisfies Cases

export const deleteWebhook = {
  DeleteWebhookPayload: (fixture) => onWebhook(fixture),
  NotFoundError: unknown,
  PermissionDeniedError: denied,
} satisfies Cases

export const rotateWebhookSecret = {
  RotateWebhookSecretPayload: (fixture) => onWebhook(fixture),
  NotFoundError: unknown,
  PermissionDeniedError: denied,
} satisfies Cases

async function disabled(fixture: Fixture): Promise<Case> {
  const { client, input } = await onWebhook(fixture)
  await webhooks.updateWebhook(client, { id: String(input.webhookId) }, { enabled: false })
  return { client, input }
}

export const pingWebhook = {
  PingWebhookPayload: (fixture) => onWebhook(fixture),
  NotFoundError: unknown,
  PermissionDeniedError: denied,
  WebhookDisabledError: disabled,
} satisfies Cases

async function onDelivery(fixture: Fixture, by: 'owner' | 'admin' = 'owner', enabled = true): Promise<Case> {
  const { people, server } = fixture
  const orgId = await createOrgWith(people)
  const webhook = await webhooks.createWebhook(people.owner, orgId, NOWHERE, QUIET)
  const webhookDeliveryId = await webhooks.insertDelivery(server, orgId, webhook)
  if (!enabled) await webhooks.updateWebhook(people.owner, webhook, { enabled })
  return { client: people[by], input: { webhookDeliveryId } }
}

export const redeliverWebhookDelivery = {
  RedeliverWebhookDeliveryPayload: (fixture) => onDelivery(fixture),
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { webhookDeliveryId: unknownDelivery },
  }),
  PermissionDeniedError: (fixture) => onDelivery(fixture, 'admin'),
  WebhookDisabledError: (fixture) => onDelivery(fixture, 'owner', false),
} satisfies Cases
