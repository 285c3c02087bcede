import { type Actor, eventActorOf } from '../core/actor.js'
import { requireSeat, setStatus } from '../core/joinOrg.js'
import type { OrgUser } from '../core/membership.js'
import { requireActive } from '../core/org.js'
import { InvalidInputError } from '../core/refusal.js'
import { requireRank } from '../core/requireRank.js'
import type { Tx } from '../core/transact.js'
import { enterForMember } from './enterForMember.js'

/**
 * Ends a member's suspension: their roles and their API tokens count again. It needs a free seat. The invites that were
 * revoked stay revoked.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError | OrgNotActiveError
 *   | LimitReachedError}
 */
export async function reinstateOrgUser(
  tx: Tx,
  actor: Actor,
  orgId: string | null,
  userId: string | null,
): Promise<OrgUser> {
  const { org, authority, member } = await enterForMember(tx, actor, orgId, userId, 'MEMBER_REMOVE')
  if (member.status === 'ACTIVE')
    throw new InvalidInputError([{ path: 'userId', message: 'This member is not suspended.' }])
  requireRank(authority, member.roles)
  requireActive(org)
  requireSeat(tx, org)
  return setStatus(tx, org, eventActorOf(actor), member, 'ACTIVE')
}
