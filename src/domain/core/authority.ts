import type { OrgRoleName, OrgUserStatus, Permission } from '../../generated/prisma/enums.js'
import type { Actor } from './actor.js'
import type { MemberStanding } from './membership.js'
import {
  type Authority,
  authorityOfMember,
  authorityOfToken,
  isInstanceOnly,
  noAuthority,
} from './permission.js'

/** What the database says about an actor. Whoever asks for an authority reads it first. */
export interface Standing {
  /** The person's membership of the org. Null for a person who is no member. */
  member?: MemberStanding | null | undefined
  /** What the API token may do today. Left out: what it could do when the actor signed in. */
  permissions?: ReadonlySet<Permission> | undefined
}

/**
 * What an actor may do in an org: the only place that decides it. Operations ask it under the org's lock, reads
 * without the lock, and streams again after each event that could change the answer.
 * @param orgId null for every org: only an instance token has rights there
 */
export function authorityIn(
  orgId: string | null,
  actor: Actor,
  { member, permissions }: Standing = {},
): Authority {
  switch (actor.kind) {
    case 'nobody':
      return noAuthority
    case 'person':
      return authorityOfMember(member)
    case 'token':
      return reachesOrg(actor, orgId) ? authorityOfToken(permissions ?? actor.permissions) : noAuthority
  }
}

/** False for a token of another org, whatever it may do there. */
export function reachesOrg(actor: Actor, orgId: string | null): boolean {
  return actor.kind !== 'token' || actor.orgId === null || actor.orgId === orgId
}

/**
 * What an actor may do outside of every org. Only instance tokens may do anything.
 * @param today what the token may do today; left out, what it could do when the actor signed in
 */
export function instancePermissions(actor: Actor, today?: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return isInstanceToken(actor) ? (today ?? actor.permissions) : noAuthority.permissions
}

export function isInstanceToken(actor: Actor): actor is Actor & { kind: 'token'; orgId: null } {
  return actor.kind === 'token' && actor.orgId === null
}

/** Whether somebody may know that the org exists. Every right to see or change something there is enough. */
export function mayKnowOrg({ permissions }: Authority): boolean {
  return [...permissions].some((permission) => actsOnOrgs.has(permission) || !isInstanceOnly(permission))
}

/** Permissions for instance tokens only that change orgs. */
const actsOnOrgs: ReadonlySet<Permission> = new Set(['ORG_MANAGE', 'MEMBER_ADD'])

/**
 * Whether an actor shares the org with its members, and so may read their addresses: as one of them, or as an API
 * token of the org that may read its members. An instance token needs USER_READ instead.
 */
export function sharesOrg(actor: Actor, { permissions }: Authority): boolean {
  return permissions.has('MEMBER_READ') && !isInstanceToken(actor)
}

/** A token, or a token that made it, and so on: one link of the chain up to the person or the INSTANCE_TOKEN. */
export interface ChainLink {
  /** As granted. */
  permissions: Permission[]
  /** Revoked or expired. */
  ended: boolean
  expiresAt: Date | null
  madeByPerson: boolean
  /** Today's membership of the person who made it, in the token's org. */
  makerRoles: OrgRoleName[]
  /** Null if they are no member. */
  makerStatus: OrgUserStatus | null
}

/**
 * The longest chain that is followed, and the greatest MAX_API_TOKEN_DEPTH. A token with a longer chain may do
 * nothing: it was made before there was a limit. So the cost of reading a token has a limit.
 */
export const LONGEST_CHAIN = 32

/**
 * What an API token may do today: the permissions that every link of its chain still has.
 * @param chain the token itself first
 */
export function tokenPermissions(chain: readonly ChainLink[]): Set<Permission> {
  const [token] = chain
  if (!token || chain.length > LONGEST_CHAIN || chain.some(({ ended }) => ended)) return new Set()
  const has = (link: ChainLink, permission: Permission) =>
    link.permissions.includes(permission) &&
    (!link.madeByPerson || authorityOfMember(makerOf(link)).permissions.has(permission))
  return new Set(token.permissions.filter((permission) => chain.every((link) => has(link, permission))))
}

function makerOf({ makerRoles: roles, makerStatus: status }: ChainLink): MemberStanding | null {
  return status === null ? null : { roles, status }
}
