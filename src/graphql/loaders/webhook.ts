import { instancePermissions } from '../../domain/core/authority.js'
import type { Context } from '../context.js'
import { authorityIn } from '../viewer.js'
import { loadById } from './loadById.js'

const webhooksById = loadById('webhook')
const deliveriesById = loadById('webhookDelivery')

/** A webhook by id, or null if the viewer may not read it. */
export async function visibleWebhook(context: Context, id: string) {
  const webhook = await webhooksById(context).load(id)
  return webhook && (await mayReadWebhooks(context, webhook.orgId)) ? webhook : null
}

/** A delivery by id, or null if the viewer may not read its webhook. */
export async function visibleDelivery(context: Context, id: string) {
  const delivery = await deliveriesById(context).load(id)
  return delivery && (await visibleWebhook(context, delivery.webhookId)) ? delivery : null
}

/** @param orgId null for webhooks of the instance */
export async function mayReadWebhooks(context: Context, orgId: string | null): Promise<boolean> {
  if (orgId !== null) return (await authorityIn(context, orgId)).permissions.has('WEBHOOK_READ')
  return instancePermissions(context.actor).has('WEBHOOK_READ')
}

/** Whether the viewer may change webhooks, as far as it is known without a lock. The operation checks it again. */
export async function mayManageWebhooks(context: Context, orgId: string | null): Promise<boolean> {
  if (orgId !== null) return (await authorityIn(context, orgId)).permissions.has('WEBHOOK_MANAGE')
  return instancePermissions(context.actor).has('WEBHOOK_MANAGE')
}

/** The org of a webhook. Undefined if there is no such webhook. */
export async function orgOfWebhook(context: Context, id: string): Promise<string | null | undefined> {
  return (await webhooksById(context).load(id))?.orgId
}
