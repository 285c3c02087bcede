import type { GraphQLResolveInfo } from 'graphql'
import type { ReadRow } from '../../database/omittedColumns.js'
import type { WebhookDeliveryStatus } from '../../generated/prisma/enums.js'
import type { Context } from '../context.js'
import { loadPage } from './list.js'
import { byTime } from './order.js'
import type { PageArgs } from './page.js'
import { countByParent } from './readPages.js'

/** The deliveries of a webhook, newest first. */
export function deliveriesOfWebhook(
  context: Context,
  info: GraphQLResolveInfo,
  webhook: { id: string },
  args: PageArgs & { statuses?: readonly WebhookDeliveryStatus[] | null | undefined },
) {
  const { cursors, prisma } = context.app
  const source = {
    model: 'webhookDelivery',
    parent: { key: 'webhookId', model: 'webhook', relation: 'deliveries' },
    where: args.statuses ? { status: { in: [...new Set(args.statuses)] } } : {},
  } as const
  return loadPage(context, info, webhook, args, {
    ...source,
    name: 'webhook.deliveries',
    typeName: 'WebhookDelivery',
    order: byTime<ReadRow<'WebhookDelivery'>>(cursors, { field: 'createdAt', direction: 'desc' }),
    count: (webhooks) => countByParent(prisma, source, webhooks),
  })
}
