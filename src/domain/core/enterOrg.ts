import type { IdSql } from '../../database/database.js'
import { allOf } from '../../database/transaction.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from './actor.js'
import { authorityIn, mayKnowOrg } from './authority.js'
import { holdPermissions } from './effectivePermissions.js'
import { lockOrg } from './lockOrg.js'
import { membershipOf, type OrgUser } from './membership.js'
import type { Authority } from './permission.js'
import { NotFoundError, PermissionDeniedError } from './refusal.js'
import type { LockedOrg, Tx } from './transact.js'

/** What an operation gets when it has entered an org. */
export interface Entry {
  org: LockedOrg
  authority: Authority
  /** The actor's own membership. Null if they have none. */
  self: OrgUser | null
}

/**
 * The first line of every operation on an org. It locks the org, reads the actor's authority under the lock, and
 * requires the permission. So a right that was just taken away does not count any more.
 * @throws {NotFoundError} if there is no such org, or the actor may not know of it
 * @throws {PermissionDeniedError} if they may know of it and lack the permission
 */
export async function enterOrg(
  tx: Tx,
  actor: Actor,
  orgId: string | null,
  permission: Permission,
): Promise<Entry> {
  const entry = await approachOrg(tx, actor, orgId)
  requirePermission(entry.authority, permission)
  return entry
}

/**
 * `enterOrg` for operations that choose the permission later: it requires none.
 * @throws {NotFoundError} if there is no such org
 */
export async function approachOrg(tx: Tx, actor: Actor, orgId: IdSql | null): Promise<Entry> {
  if (orgId === null) throw new NotFoundError()
  // Sent together and run one after the other: the authority is read once the lock is held.
  const [org, self, held] = await allOf([
    lockOrg(tx, orgId),
    actor.kind === 'person' ? membershipOf(tx, orgId, actor.userId) : null,
    actor.kind === 'token' && actor.tokenId !== null ? holdPermissions(tx, actor.tokenId) : null,
  ])
  const authority = authorityIn(org.id, actor, { roles: self?.roles, permissions: held ?? undefined })
  return { org, authority, self }
}

/** @throws {NotFoundError | PermissionDeniedError} NotFoundError if the actor may not even know of the org (contract §3) */
export function requirePermission(authority: Authority, permission: Permission): void {
  if (authority.permissions.has(permission)) return
  throw mayKnowOrg(authority) ? new PermissionDeniedError(permission) : new NotFoundError()
}
