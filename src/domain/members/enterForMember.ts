import { allOf } from '../../database/transaction.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from '../core/actor.js'
import { approachOrg, type Entry, requirePermission } from '../core/enterOrg.js'
import { membershipOf, type OrgUser } from '../core/membership.js'
import { NotFoundError } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'

/**
 * The door for those who act on a member: locks the org, proves the permission, reads the membership.
 * Whoever may see the members is told that one isn't there before they are told that they may not act.
 * @param userId null: an id that names no user
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
    approachOrg(tx, actor, orgId),
    orgId === null ? null : membershipOf(tx, orgId, userId),
  ])
  if (!member && entry.authority.permissions.has('MEMBER_READ')) throw new NotFoundError()
  requirePermission(entry.authority, permission)
  if (!member) throw new NotFoundError()
  return { ...entry, member }
}
