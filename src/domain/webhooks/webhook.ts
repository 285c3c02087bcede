import { columnsOf, type Row } from '../../database/rows.js'
import type { OrgEventKind } from '../../generated/prisma/enums.js'
import {
  type OrgEventRow,
  orgChangeEventTypes,
  orgInviteEventTypes,
  orgJoinRequestEventTypes,
  orgUserEventTypes,
} from '../core/orgEvent.js'
import { Refusal } from '../core/refusal.js'

/** A webhook without its secrets. */
export type Webhook = Omit<Row<'Webhook'>, (typeof secrets)[number]>

const secrets = ['sealedSecret', 'previousSecret', 'previousUntil'] as const

export const webhookColumns = columnsOf('Webhook', { except: secrets })

/** The most webhooks of an org, and of the instance. */
export const MAX_WEBHOOKS = 10

/** How an event's kind is called in its type for webhooks. */
const kinds = {
  INVITE: 'org_invite',
  USER: 'org_user',
  CHANGE: 'org',
  JOIN_REQUEST: 'org_join_request',
} as const satisfies Record<OrgEventKind, string>

const typesOfKind = {
  INVITE: orgInviteEventTypes,
  USER: orgUserEventTypes,
  CHANGE: orgChangeEventTypes,
  JOIN_REQUEST: orgJoinRequestEventTypes,
} as const satisfies Record<OrgEventKind, readonly string[]>

/** The type of an event as webhooks name it, such as `org_invite.accepted`. */
export function webhookEventType({ kind, type }: Pick<OrgEventRow, 'kind' | 'type'>): string {
  return `${kinds[kind]}.${type.toLowerCase()}`
}

/** Every type of event that a webhook can ask for. */
export const webhookEventTypes: readonly string[] = (Object.keys(kinds) as OrgEventKind[]).flatMap((kind) =>
  typesOfKind[kind].map((type) => webhookEventType({ kind, type })),
)

export class WebhookDisabledError extends Refusal {
  constructor() {
    super('The webhook is switched off: switch it on first.')
  }
}

/** The secrets of webhooks can't be encrypted or decrypted on this server. */
export class WebhookSecretsUnavailable extends Error {
  override readonly name = 'WebhookSecretsUnavailable'
}

/** The host of a webhook's URL, for the org's history. The rest of the URL may hold a secret. */
export function hostOfWebhook({ url }: Pick<Webhook, 'url'>): string {
  return new URL(url).host
}
