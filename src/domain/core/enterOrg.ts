import type { IdSql } from '../../database/database.js'
import { allOf } from '../../database/transaction.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from './actor.js'
import { authorityIn, mayKnowOrg } from './authority.js'
import { holdPermissions } from './effectivePermissions.js'
import { lockOrg } from './lockOrg.js'
import { inForce, membershipOf, type OrgUser } from './membership.js'
import type { Authority } from './permission.js'
import { NotFoundError, PermissionDeniedError } from './refusal.js'
import type { LockedOrg, Tx } from './transact.js'

/** What an operation knows after it has locked an org. */
export interface Entry {
  org: LockedOrg
  authority: Authority
  /** The actor's own membership. Null if they have none, or if it is suspended. */
  self: OrgUser | null
  /** The actor's own membership if it is suspended. It permits nothing. */
  suspended: OrgUser | null
}

/**
 * The first line of every operation on an org. It locks the org, reads the actor's authority under the lock, and
 * requires the permission. So a right that was just taken away no longer counts.
 * @throws {NotFoundError} if the org doesn't exist, or if the actor may not know that it exists
 * @throws {PermissionDeniedError} if the actor may know the org but lacks the permission
 */
export async function enterOrg(
  tx: Tx,
  actor: Actor,
  orgId: IdSql | null,
  permission: Permission,
): Promise<Entry> {
  const entry = await lockOrgWithAuthority(tx, actor, orgId)
  requirePermission(entry.authority, permission)
  return entry
}

/**
 * Like `enterOrg`, but without a check of the permission, for operations that choose the permission later.
 * @throws {NotFoundError} if the org doesn't exist
 */
export async function lockOrgWithAuthority(tx: Tx, actor: Actor, orgId: IdSql | null): Promise<Entry> {
  if (orgId === null) throw new NotFoundError()
  // The statements are sent together and run one after another, so the authority is read under the lock.
  const [org, member, held] = await allOf([
    lockOrg(tx, orgId),
    actor.kind === 'person' ? membershipOf(tx, orgId, actor.userId) : null,
    actor.kind === 'token' && actor.tokenId !== null ? holdPermissions(tx, actor.tokenId) : null,
  ])
  const authority = authorityIn(org.id, actor, { member, permissions: held ?? undefined })
  const self = inForce(member)
  return { org, authority, self, suspended: self ? null : member }
}

/** @throws {NotFoundError | PermissionDeniedError} NotFoundError if the actor may not know that the org exists (contract §3) */
export function requirePermission(authority: Authority, permission: Permission): void {
  if (authority.permissions.has(permission)) return
  throw mayKnowOrg(authority) ? new PermissionDeniedError(permission) : new NotFoundError()
}
