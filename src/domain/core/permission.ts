import type { OrgRoleName, OrgUserStatus, Permission } from '../../generated/prisma/enums.js'

/** What each role grants (contract §3). This is the only place that says it. */
const rolePermissions = {
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
    'WEBHOOK_READ',
    'WEBHOOK_MANAGE',
  ],
} as const satisfies Record<OrgRoleName, readonly Permission[]>

/** Permissions for instance tokens only (contract §3). */
const instanceOnlyPermissions = [
  'INVITE_RESPOND',
  'INVITE_LINK',
  'ORG_CREATE',
  'ORG_MANAGE',
  'MEMBER_ADD',
  'APP_ROLE_MANAGE',
  'USER_READ',
  'USER_MANAGE',
] as const satisfies readonly Permission[]

export function isInstanceOnly(permission: Permission): boolean {
  return instanceOnly.has(permission)
}

const instanceOnly: ReadonlySet<Permission> = new Set(instanceOnlyPermissions)

export const allPermissions: readonly Permission[] = [...rolePermissions.OWNER, ...instanceOnlyPermissions]

/** Lowest first. Roles are stored and shown in this order. */
export const rolesByRank = ['USER', 'ADMIN', 'OWNER'] as const satisfies readonly OrgRoleName[]

/** What somebody may do in one org, and up to which rank. Every check asks it; `authorityIn` makes it. */
export interface Authority {
  readonly permissions: ReadonlySet<Permission>
  /** The highest role that they may grant or act on. Null if they may do nothing. */
  readonly rank: OrgRoleName | null
}

export const noAuthority: Authority = { permissions: new Set(), rank: null }

/** By combination of roles. There are few. */
const authorities = new Map<string, Authority>()

/** Everything that any of these roles grants. Ask `authorityOfMember` what a member may do. */
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

/** What a membership permits: nothing while it is suspended. */
export function authorityOfMember(
  member: { roles: readonly OrgRoleName[]; status: OrgUserStatus } | null | undefined,
): Authority {
  return member?.status === 'ACTIVE' ? authorityOfRoles(member.roles) : noAuthority
}

/** A token's authority: its own permissions. Its rank is OWNER if it may delete the org, else ADMIN (contract §3). */
export function authorityOfToken(permissions: Iterable<Permission>): Authority {
  const held = new Set(permissions)
  if (held.size === 0) return noAuthority
  return { permissions: held, rank: held.has('ORG_DELETE') ? 'OWNER' : 'ADMIN' }
}

/** Whether somebody may grant a role, take it away, or act on a member or an invite with that role. */
export function outranks(authority: Authority, role: OrgRoleName): boolean {
  return authority.rank !== null && rankOf(role) <= rankOf(authority.rank)
}

/** Whether somebody may do a thing with these roles: they have the permission, and no role is above their rank. */
export function mayActOn(
  authority: Authority,
  permission: Permission,
  roles: readonly OrgRoleName[],
): boolean {
  return authority.permissions.has(permission) && roles.every((role) => outranks(authority, role))
}

/** The roles that somebody may grant or take away, lowest first. None without a permission to do so. */
export function assignableRoles(authority: Authority): OrgRoleName[] {
  const grants =
    authority.permissions.has('INVITE_CREATE') || authority.permissions.has('MEMBER_UPDATE_ROLES')
  return grants ? rolesByRank.filter((role) => outranks(authority, role)) : []
}

/** The roles without duplicates, lowest first. */
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
