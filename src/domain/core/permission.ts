import type { OrgRoleName, Permission } from '../../generated/prisma/enums.js'

/** What each role grants (contract §3). The one source: operations, reads and streams all ask it. */
export const rolePermissions = {
  USER: ['ORG_READ', 'MEMBER_READ'],
  ADMIN: [
    'ORG_READ',
    'ORG_UPDATE',
    'MEMBER_READ',
    'MEMBER_UPDATE_ROLES',
    'MEMBER_REMOVE',
    'INVITE_READ',
    'INVITE_CREATE',
    'INVITE_RESEND',
    'INVITE_REVOKE',
    'INVITE_DELETE',
    'EMAIL_DOMAIN_READ',
    'EVENT_READ',
  ],
  OWNER: [
    'ORG_READ',
    'ORG_UPDATE',
    'ORG_DELETE',
    'MEMBER_READ',
    'MEMBER_UPDATE_ROLES',
    'MEMBER_REMOVE',
    'INVITE_READ',
    'INVITE_CREATE',
    'INVITE_RESEND',
    'INVITE_REVOKE',
    'INVITE_DELETE',
    'EMAIL_DOMAIN_READ',
    'EMAIL_DOMAIN_MANAGE',
    'EVENT_READ',
    'API_TOKEN_READ',
    'API_TOKEN_MANAGE',
  ],
} as const satisfies Record<OrgRoleName, readonly Permission[]>

/** What only tokens of the instance may hold (contract §3). */
export const instanceOnlyPermissions = [
  'INVITE_RESPOND',
  'INVITE_LINK',
  'ORG_CREATE',
  'ORG_MANAGE',
  'USER_READ',
  'USER_MANAGE',
] as const satisfies readonly Permission[]

export const allPermissions: readonly Permission[] = [...rolePermissions.OWNER, ...instanceOnlyPermissions]

/** Lowest first. Roles are stored and shown in this order. */
export const rolesByRank = ['USER', 'ADMIN', 'OWNER'] as const satisfies readonly OrgRoleName[]

/** What somebody may do in one org, and up to which rank: what every check is asked of. */
export interface Authority {
  readonly permissions: ReadonlySet<Permission>
  /** Nobody acts above it. Null: no standing at all. */
  readonly rank: OrgRoleName | null
}

export const noAuthority: Authority = { permissions: new Set(), rank: null }

/** One for each combination of roles, of which there are few. */
const authorities = new Map<string, Authority>()

/** The authority of a member: the union of what their roles grant. */
export function authorityOfRoles(roles: readonly OrgRoleName[]): Authority {
  if (roles.length === 0) return noAuthority
  const key = normalRoles(roles).join()
  let authority = authorities.get(key)
  if (!authority) {
    authority = { permissions: new Set(roles.flatMap((role) => rolePermissions[role])), rank: highest(roles) }
    authorities.set(key, authority)
  }
  return authority
}

/** The authority of an API token: its own permissions; OWNER if it may delete the org, else ADMIN (contract §3). */
export function authorityOfToken(permissions: Iterable<Permission>): Authority {
  const held = new Set(permissions)
  if (held.size === 0) return noAuthority
  return { permissions: held, rank: held.has('ORG_DELETE') ? 'OWNER' : 'ADMIN' }
}

/** Whether somebody of this rank may grant a role, take it away, or touch one who holds it. */
export function outranks(authority: Authority, role: OrgRoleName): boolean {
  return authority.rank !== null && rankOf(role) <= rankOf(authority.rank)
}

/** The roles that somebody may grant or take away, lowest first; none without a permission that grants. */
export function assignableRoles(authority: Authority): OrgRoleName[] {
  const grants =
    authority.permissions.has('INVITE_CREATE') || authority.permissions.has('MEMBER_UPDATE_ROLES')
  return grants ? rolesByRank.filter((role) => outranks(authority, role)) : []
}

/** Roles without repeats, lowest first. */
export function normalRoles(roles: Iterable<OrgRoleName>): OrgRoleName[] {
  const held = new Set(roles)
  return rolesByRank.filter((role) => held.has(role))
}

function rankOf(role: OrgRoleName): number {
  return rolesByRank.indexOf(role)
}

function highest(roles: readonly OrgRoleName[]): OrgRoleName {
  return roles.reduce((best, role) => (rankOf(role) > rankOf(best) ? role : best))
}
