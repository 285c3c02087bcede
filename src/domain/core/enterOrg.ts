import type { IdSql } from '../../database/database.js'
import { allOf } from '../../database/transaction.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from './actor.js'
import { holdPermissions } from './effectivePermissions.js'
import { lockOrg } from './lockOrg.js'
import { membershipOf, type OrgUser } from './membership.js'
import {
  type Authority,
  authorityOfRoles,
  authorityOfToken,
  instanceOnlyPermissions,
  noAuthority,
} from './permission.js'
import { NotFoundError, PermissionDeniedError } from './refusal.js'
import type { LockedOrg, Tx } from './transact.js'

/** What an operation is handed at the org's door. */
export interface Entry {
  org: LockedOrg
  authority: Authority
  /** The actor's own membership, if any. */
  self: OrgUser | null
}

/**
 * The first line of every operation on an org: locks it and proves the actor's authority, read under the lock,
 * so that a right lost a moment ago is lost.
 * @throws {NotFoundError} where there is no such org or the actor may not know of it
 * @throws {PermissionDeniedError} where they may know of it and lack the permission
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
 * As `enterOrg`, for operations that must look before they ask for a permission.
 * @throws {NotFoundError} where there is no such org
 */
export async function approachOrg(tx: Tx, actor: Actor, orgId: IdSql | null): Promise<Entry> {
  if (orgId === null) throw new NotFoundError()
  // Asked at once and run one after the other: the authority is read when the lock is had.
  const [org, self, held] = await allOf([
    lockOrg(tx, orgId),
    actor.kind === 'person' ? membershipOf(tx, orgId, actor.userId) : null,
    actor.kind === 'token' && actor.tokenId !== null ? holdPermissions(tx, actor.tokenId) : null,
  ])
  return { org, authority: authorityIn(org.id, actor, self, held), self }
}

/** @throws {NotFoundError | PermissionDeniedError} as contract §3 tells outsiders from members */
export function requirePermission(authority: Authority, permission: Permission): void {
  if (authority.permissions.has(permission)) return
  throw mayKnowOrg(authority) ? new PermissionDeniedError(permission) : new NotFoundError()
}

/** Whether somebody may know that the org exists: any standing there is enough. */
export function mayKnowOrg(authority: Authority): boolean {
  for (const permission of authority.permissions)
    if (permission === 'ORG_MANAGE' || !instanceOnly.has(permission)) return true
  return false
}

const instanceOnly: ReadonlySet<Permission> = new Set(instanceOnlyPermissions)

/** @param held what a token of the table may do now; the instance's own secret may what it says */
function authorityIn(
  orgId: string,
  actor: Actor,
  self: OrgUser | null,
  held: ReadonlySet<Permission> | null,
): Authority {
  switch (actor.kind) {
    case 'nobody':
      return noAuthority
    case 'person':
      return authorityOfRoles(self?.roles ?? [])
    case 'token':
      if (actor.orgId !== null && actor.orgId !== orgId) return noAuthority
      return authorityOfToken(held ?? actor.permissions)
  }
}
