import { MAX_WEBHOOKS, webhookEventTypes } from '../../domain/webhooks/webhook.js'
import { MAX_WEBHOOK_URL } from '../../domain/webhooks/webhookTerms.js'
import { forbidden, unauthenticated } from '../../errors.js'
import { builder } from '../builder.js'
import { decodeId, encodeId } from '../globalId.js'
import { connectionOf } from '../lists/connection.js'
import { deliveriesOfWebhook } from '../lists/webhookDelivery.js'
import { mayReadWebhooks, visibleDelivery, visibleWebhook } from '../loaders/webhook.js'
import { reachableAsNode } from '../node.js'
import { createdBy } from './createdBy.js'

const WebhookDeliveryStatusType = builder.enumType('WebhookDeliveryStatus', {
  description: 'Whether a message to a webhook has arrived.',
  values: {
    PENDING: { description: 'Not yet. It is tried again.' },
    DELIVERED: { description: 'The endpoint has accepted it.' },
    FAILED: { description: 'It was given up, and the webhook was switched off.' },
  },
} as const)

export const WebhookDeliveryType = builder.prismaNode('WebhookDelivery', {
  id: { field: 'id', description: 'Global id.' },
  description: 'A message to a webhook that was tried at least once. It is kept for 30 days.',
  fields: (t) => ({
    messageId: t.exposeString('messageId', {
      description: 'The message’s own id, the same at every attempt: the header `webhook-id`.',
    }),
    eventType: t.exposeString('eventType', {
      description: 'Type of the event, such as `org_invite.accepted`.',
    }),
    orgId: t.id({
      description: 'Global id of the event’s org.',
      resolve: ({ orgId }) => encodeId('Org', orgId),
    }),
    seq: t.exposeInt('seq', { description: 'Number of the event in its org.' }),
    status: t.field({
      type: WebhookDeliveryStatusType,
      description: 'Whether it has arrived.',
      resolve: ({ status }) => status,
    }),
    attempts: t.exposeInt('attempts', { description: 'How often it was tried.' }),
    lastAttemptAt: t.expose('lastAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was tried last.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried next. Null unless it is PENDING.',
    }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'HTTP status of the answer to the last attempt. Null if there was no answer.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why the last attempt failed, in words. Null if it did not.',
    }),
  }),
})

const WebhookDeliveryConnectionType = connectionOf('WebhookDelivery', WebhookDeliveryType, 'deliveries', {
  counted: false,
})

export const WebhookType = builder.prismaNode('Webhook', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'Posts events to an address: in order, and signed as the Standard Webhooks specification says. Visible to viewers with WEBHOOK_READ.',
  fields: (t) => ({
    org: t.relation('org', {
      nullable: true,
      description:
        'The org whose events it gets. Null for a webhook of the instance, which gets those of every org, and if the viewer lacks ORG_READ.',
      authScopes: ({ orgId }) => orgId === null || { permission: { orgId, permission: 'ORG_READ' } },
      unauthorizedResolver: () => null,
    }),
    url: t.exposeString('url', {
      extensions: { maxLength: MAX_WEBHOOK_URL },
      description: 'The address to which it posts.',
    }),
    eventTypes: t.exposeStringList('eventTypes', {
      extensions: { maxItems: webhookEventTypes.length },
      description: 'The types of events that it gets, sorted. Empty: all.',
    }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether it is switched on.' }),
    disabledReason: t.exposeString('disabledReason', {
      nullable: true,
      description: 'Why the server has switched it off. Null if it is on, or if somebody switched it off.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    createdBy: t.field(createdBy('an API token')),
    deliveries: t.field({
      type: WebhookDeliveryConnectionType,
      args: {
        ...t.arg.connectionArgs(),
        statuses: t.arg({
          type: [WebhookDeliveryStatusType],
          description: 'Deliveries with one of these statuses. If left out: all.',
        }),
      },
      description: 'Its messages of the last 30 days, newest first.',
      resolve: (webhook, args, context, info) => deliveriesOfWebhook(context, info, webhook, args),
    }),
  }),
})

builder.queryField('webhooks', (t) =>
  t.prismaField({
    type: ['Webhook'],
    extensions: { maxItems: MAX_WEBHOOKS },
    args: {
      orgId: t.arg.id({ description: 'Global id of the org. If left out: webhooks of the instance.' }),
    },
    description:
      'Webhooks of one org, or of the instance, oldest first. FORBIDDEN without WEBHOOK_READ, and if there is no such org.',
    resolve: async (query, _root, args, context) => {
      if (context.actor.kind === 'nobody') throw unauthenticated()
      const orgId = args.orgId == null ? null : decodeId('Org', args.orgId)
      if ((args.orgId != null && orgId === null) || !(await mayReadWebhooks(context, orgId)))
        throw forbidden()
      return context.app.prisma.webhook.findMany({
        ...query,
        where: { orgId },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      })
    },
  }),
)

reachableAsNode('Webhook', visibleWebhook)
reachableAsNode('WebhookDelivery', visibleDelivery)
