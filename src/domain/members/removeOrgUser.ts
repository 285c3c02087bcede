import { type Actor, eventActorOf } from '../core/actor.js'
import { refuseIf } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { endMembership } from './endMembership.js'
import { enterForMember } from './enterForMember.js'
import { whyNotRemove } from './memberActions.js'
import { requireOwnerLeft } from './orgUser.js'

/**
 * Removes a member from an org, whatever its status is.
 * @throws {NotFoundError | PermissionDeniedError | RoleNotGrantableError | LastOwnerError}
 */
export async function removeOrgUser(
  tx: Tx,
  actor: Actor,
  orgId: string | null,
  userId: string | null,
): Promise<LockedOrg> {
  const { org, authority, member } = await enterForMember(tx, actor, orgId, userId, 'MEMBER_REMOVE')
  refuseIf(whyNotRemove(authority, member))
  await requireOwnerLeft(tx, org, member, [])
  await endMembership(tx, org, eventActorOf(actor), member, 'REMOVED')
  return org
}
