import { type Actor, eventActorOf } from '../core/actor.js'
import { setStatus } from '../core/joinOrg.js'
import type { OrgUser } from '../core/membership.js'
import { refuseIf } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { enterForMember } from './enterForMember.js'
import { whyNotSuspend } from './memberActions.js'
import { requireOwnerLeft } from './orgUser.js'
import { withdrawAuthority } from './withdrawAuthority.js'

/**
 * Suspends a member: they keep their roles, but may do nothing in the org and take no seat. The pending invites that they or
 * their API tokens sent are revoked. Their tokens are not: these may do nothing until the member is reinstated.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError | LastOwnerError}
 */
export async function suspendOrgUser(
  tx: Tx,
  actor: Actor,
  orgId: string | null,
  userId: string | null,
): Promise<OrgUser> {
  const { org, authority, member } = await enterForMember(tx, actor, orgId, userId, 'MEMBER_REMOVE')
  refuseIf(whyNotSuspend(actor, authority, member))
  await requireOwnerLeft(tx, org, member, [])
  const by = eventActorOf(actor)
  const suspended = setStatus(tx, org, by, member, 'SUSPENDED')
  await withdrawAuthority(tx, org, by, member.userId, 'suspended')
  return suspended
}
