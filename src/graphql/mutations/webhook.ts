import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
} from '../../domain/core/refusal.js'
import { createWebhook, repeatCreateWebhook } from '../../domain/webhooks/createWebhook.js'
import { deleteWebhook } from '../../domain/webhooks/deleteWebhook.js'
import { pingWebhook } from '../../domain/webhooks/pingWebhook.js'
import { redeliverWebhookDelivery } from '../../domain/webhooks/redeliverWebhookDelivery.js'
import { rotateWebhookSecret } from '../../domain/webhooks/rotateWebhookSecret.js'
import { updateWebhook } from '../../domain/webhooks/updateWebhook.js'
import { WebhookDisabledError } from '../../domain/webhooks/webhook.js'
import { MAX_WEBHOOK_URL } from '../../domain/webhooks/webhookTerms.js'
import { problemOfUrl } from '../../webhooks/addressGuard.js'
import type { Context } from '../context.js'
import { exposeId, optionalId, requiredId } from '../idField.js'
import { mayManageWebhooks, orgOfWebhook } from '../loaders/webhook.js'
import { mutation } from '../mutation.js'
import { WebhookDeliveryType, WebhookType } from '../types/webhook.js'

const urlDescription =
  'Where to post: https, at most 2,048 characters, without user and password. Addresses of private networks and other special ones are refused. Outside production http is allowed too, but only to this machine itself.'
const eventTypesDescription =
  'The types of events to get, such as `org_invite.accepted`: kind and type of the event in lower case. Empty: all.'
const webhookIdDescription = 'Global id of the webhook.'

/**
 * Asks the address guard about a URL, before the transaction, because it may ask the DNS. It does so only for viewers
 * who seem to have the permission.
 */
async function checked<Input extends { url?: string | null | undefined }>(
  input: Input,
  orgId: string | null | undefined,
  context: Context,
): Promise<Input & { urlProblem?: string | null }> {
  const { url } = input
  if (url == null || url.length > MAX_WEBHOOK_URL || orgId === undefined) return input
  if (!(await mayManageWebhooks(context, orgId))) return input
  return { ...input, urlProblem: await problemOfUrl(context.app.webhookGuard, url) }
}

mutation('createWebhook', {
  description:
    'Creates a webhook (WEBHOOK_MANAGE): it gets the events that are committed from now on. An org and the instance have at most 10 each.',
  input: (t) => ({
    orgId: optionalId(
      t,
      'Org',
      'Global id of the org. If left out, the webhook gets the events of every org, and only an instance token can create it.',
    ),
    url: t.string({ required: true, description: urlDescription }),
    eventTypes: t.stringList({ defaultValue: [], description: eventTypesDescription }),
  }),
  refusals: [NotFoundError, PermissionDeniedError, InvalidInputError, LimitReachedError, OrgNotActiveError],
  // An id that names no org is refused before the URL is looked at.
  prepare: (input, context) =>
    checked(input, input.orgId === undefined ? null : (input.orgId ?? undefined), context),
  operation: (tx, actor, input) => createWebhook(tx, actor, input),
  repeat: repeatCreateWebhook,
  payload: (t) => ({
    webhook: t.expose('webhook', { type: WebhookType, description: 'The webhook.' }),
    secret: t.exposeString('secret', {
      nullable: true,
      description:
        'The secret that signs its messages, `whsec_…`. It is shown only here: null if an idempotency key is used again.',
    }),
  }),
})

mutation('updateWebhook', {
  description:
    'Changes a webhook (WEBHOOK_MANAGE). Events that are committed before keep their filter. Switched on again, it goes on with what it has not delivered.',
  input: (t) => ({
    webhookId: requiredId(t, 'Webhook', webhookIdDescription),
    url: t.string({ description: `${urlDescription} If left out or null, it stays.` }),
    eventTypes: t.stringList({ description: `${eventTypesDescription} If left out or null, they stay.` }),
    enabled: t.boolean({ description: 'Whether it is switched on. If left out or null, it stays.' }),
  }),
  refusals: [NotFoundError, PermissionDeniedError, InvalidInputError, OrgNotActiveError],
  prepare: async (input, context) => {
    if (input.url == null || input.webhookId === null) return input
    return checked(input, await orgOfWebhook(context, input.webhookId), context)
  },
  operation: async (tx, actor, input) => ({ webhook: await updateWebhook(tx, actor, input) }),
  payload: (t) => ({
    webhook: t.expose('webhook', { type: WebhookType, description: 'The webhook as it is now.' }),
  }),
})

mutation('deleteWebhook', {
  description:
    'Deletes a webhook with its deliveries (WEBHOOK_MANAGE). Events that it has not delivered are not sent any more.',
  input: (t) => ({ webhookId: requiredId(t, 'Webhook', webhookIdDescription) }),
  refusals: [NotFoundError, PermissionDeniedError],
  operation: async (tx, actor, { webhookId }) => ({ webhookId: await deleteWebhook(tx, actor, webhookId) }),
  payload: (t) => ({ webhookId: exposeId(t, 'Webhook', 'webhookId', 'Global id of the webhook that was.') }),
})

mutation('rotateWebhookSecret', {
  description:
    'Makes a new secret for a webhook (WEBHOOK_MANAGE). For a day the old one signs too. The next attempt at what an org’s webhook has not delivered comes at once.',
  input: (t) => ({ webhookId: requiredId(t, 'Webhook', webhookIdDescription) }),
  refusals: [NotFoundError, PermissionDeniedError],
  operation: (tx, actor, { webhookId }) => rotateWebhookSecret(tx, actor, webhookId),
  payload: (t) => ({
    webhook: t.expose('webhook', { type: WebhookType, description: 'The webhook.' }),
    secret: t.exposeString('secret', { description: 'The new secret, `whsec_…`. It is shown only here.' }),
  }),
})

mutation('pingWebhook', {
  description:
    'Sends a message of type `ping` to a webhook, once and at once (WEBHOOK_MANAGE). It is not one of the deliveries, and does not wait for events.',
  input: (t) => ({ webhookId: requiredId(t, 'Webhook', webhookIdDescription) }),
  refusals: [NotFoundError, PermissionDeniedError, WebhookDisabledError],
  operation: async (tx, actor, { webhookId }) => ({ webhook: await pingWebhook(tx, actor, webhookId) }),
  payload: (t) => ({ webhook: t.expose('webhook', { type: WebhookType, description: 'The webhook.' }) }),
})

mutation('redeliverWebhookDelivery', {
  description:
    'Sends a message once more, at once and with the same `webhook-id` (WEBHOOK_MANAGE). A PENDING one is tried now instead of later.',
  input: (t) => ({
    webhookDeliveryId: requiredId(t, 'WebhookDelivery', 'Global id of the delivery.'),
  }),
  refusals: [NotFoundError, PermissionDeniedError, WebhookDisabledError],
  operation: async (tx, actor, { webhookDeliveryId }) => ({
    webhookDelivery: await redeliverWebhookDelivery(tx, actor, webhookDeliveryId),
  }),
  payload: (t) => ({
    webhookDelivery: t.expose('webhookDelivery', {
      type: WebhookDeliveryType,
      description: 'The delivery as it was before this attempt.',
    }),
  }),
})
