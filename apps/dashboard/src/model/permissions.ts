import type { Permission } from '../../../../operations/generated/graphql.js'
import type { Words } from '../words/words.js'

type Group = keyof Words['permissions']['groups']

const groupOf: Record<Permission, Group> = {
  ORG_READ: 'org',
  ORG_UPDATE: 'org',
  ORG_DELETE: 'org',
  MEMBER_READ: 'members',
  MEMBER_UPDATE_ROLES: 'members',
  MEMBER_REMOVE: 'members',
  INVITE_READ: 'invites',
  INVITE_CREATE: 'invites',
  INVITE_RESEND: 'invites',
  INVITE_REVOKE: 'invites',
  INVITE_DELETE: 'invites',
  EMAIL_DOMAIN_READ: 'domains',
  EMAIL_DOMAIN_MANAGE: 'domains',
  EVENT_READ: 'events',
  API_TOKEN_READ: 'tokens',
  API_TOKEN_MANAGE: 'tokens',
  WEBHOOK_READ: 'webhooks',
  WEBHOOK_MANAGE: 'webhooks',
  INVITE_RESPOND: 'instance',
  INVITE_LINK: 'instance',
  ORG_CREATE: 'instance',
  ORG_MANAGE: 'instance',
  MEMBER_ADD: 'instance',
  APP_ROLE_MANAGE: 'instance',
  USER_READ: 'instance',
  USER_MANAGE: 'instance',
}

const inOrder = Object.keys(groupOf) as Permission[]

/** The permissions by what they are about, always in the same order. Groups without one are left out. */
export function groupPermissions(
  permissions: readonly Permission[],
): ReadonlyArray<readonly [Group, readonly Permission[]]> {
  const held = inOrder.filter((permission) => permissions.includes(permission))
  return [...new Set(held.map((permission) => groupOf[permission]))].map((group) => [
    group,
    held.filter((permission) => groupOf[permission] === group),
  ])
}
