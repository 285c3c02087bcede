import type { Actor } from '../core/actor.js'
import { refuseIf } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { type AnswerCommand, answerInvite } from './answerInvite.js'
import { whyNotDecline } from './inviteActions.js'
import { type OrgInvite, outcomeOf } from './orgInvite.js'
import { resolveInvite } from './resolveInvite.js'

/**
 * Declines an invite. The invitee can do so whatever the org's status is.
 * @throws {NotFoundError | PermissionDeniedError | OrgInviteForAnotherUserError | EmailNotVerifiedError
 *   | OrgInviteNotPendingError}
 */
export async function declineOrgInvite(tx: Tx, actor: Actor, command: AnswerCommand): Promise<OrgInvite> {
  const { org, invite, by } = await answerInvite(tx, actor, command)
  refuseIf(whyNotDecline(invite, org.now))
  return resolveInvite(tx, org, invite, outcomeOf('decline', invite, org.now), by)
}
