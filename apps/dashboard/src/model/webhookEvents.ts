import type {
  OrgChangeEventType,
  OrgInviteEventType,
  OrgJoinRequestEventType,
  OrgUserEventType,
} from '../../../../operations/generated/graphql.js'
import { allWords } from '../words/allWords.js'

/** The type of an event, as webhooks name it. */
export type WebhookEventType =
  | `org_invite.${Lowercase<OrgInviteEventType>}`
  | `org_user.${Lowercase<OrgUserEventType>}`
  | `org_join_request.${Lowercase<OrgJoinRequestEventType>}`
  | `org.${Lowercase<OrgChangeEventType>}`

/** All types of a kind. The compiler says which is missing. */
type Complete<Type extends string> = Record<Lowercase<Type>, true>

const inviteTypes: Complete<OrgInviteEventType> = {
  created: true,
  sent: true,
  send_failed: true,
  resent: true,
  accepted: true,
  declined: true,
  revoked: true,
  expired: true,
  renewal_requested: true,
  deleted: true,
}

const userTypes: Complete<OrgUserEventType> = {
  joined: true,
  roles_changed: true,
  suspended: true,
  reinstated: true,
  left: true,
  removed: true,
}

const joinRequestTypes: Complete<OrgJoinRequestEventType> = {
  requested: true,
  approved: true,
  declined: true,
  withdrawn: true,
}

const changeTypes: Complete<OrgChangeEventType> = {
  created: true,
  renamed: true,
  profile_changed: true,
  status_changed: true,
  tier_changed: true,
  limits_changed: true,
  email_domain_bound: true,
  email_domain_verified: true,
  email_domain_join_mode_changed: true,
  email_domain_unbound: true,
  invite_link_created: true,
  invite_link_revoked: true,
  api_token_created: true,
  api_token_revoked: true,
  webhook_created: true,
  webhook_updated: true,
  webhook_disabled: true,
  webhook_deleted: true,
}

const named = <Kind extends string, Type extends string>(kind: Kind, types: Record<Type, true>) =>
  (Object.keys(types) as Type[]).map((type): `${Kind}.${Type}` => `${kind}.${type}`)

type Group = 'invites' | 'members' | 'requests' | 'org'

/** The types of events that a webhook can ask for, by what they are about. */
export const webhookEventTypes: ReadonlyArray<readonly [Group, readonly WebhookEventType[]]> = [
  ['invites', named('org_invite', inviteTypes)],
  ['members', named('org_user', userTypes)],
  ['requests', named('org_join_request', joinRequestTypes)],
  ['org', named('org', changeTypes)],
]

/** The name of a type of event. A type that this page doesn't know yet is shown as it is. */
export function eventTypeName(type: string): string {
  const names: Record<string, string> = allWords().webhooks.eventTypes
  return names[type] ?? type
}
