import { allOf } from '../../database/transaction.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from '../core/actor.js'
import { type Entry, lockOrgWithAuthority, requirePermission } from '../core/enterOrg.js'
import { membershipOf, type OrgUser } from '../core/membership.js'
import { NotFoundError } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'

/**
 * The first line of operations on a member. It locks the org, reads the membership and requires the permission. If there
 * is no such member, actors who may list the members get NotFoundError before any check of the permission.
 * @param userId null if the id names no user
 * @throws {NotFoundError | PermissionDeniedError}
 */
export async function enterForMember(
  tx: Tx,
  actor: Actor,
  orgId: string | null,
  userId: string | null,
  permission: Permission,
): Promise<Entry & { member: OrgUser }> {
  const [entry, member] = await allOf([
    lockOrgWithAuthority(tx, actor, orgId),
    orgId === null ? null : membershipOf(tx, orgId, userId),
  ])
  if (!member && entry.authority.permissions.has('MEMBER_READ')) throw new NotFoundError()
  requirePermission(entry.authority, permission)
  if (!member) throw new NotFoundError()
  return { ...entry, member }
}
