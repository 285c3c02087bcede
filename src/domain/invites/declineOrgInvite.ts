import type { Actor } from '../core/actor.js'
import type { Tx } from '../core/transact.js'
import { type AnswerCommand, answerInvite } from './answerInvite.js'
import { resolveInvite } from './endInvites.js'
import { type OrgInvite, outcomeOf } from './orgInvite.js'

/**
 * Turns an invite down, which its person can do whatever the org's status.
 * @throws {NotFoundError | PermissionDeniedError | OrgInviteForAnotherUserError | EmailNotVerifiedError
 *   | OrgInviteNotPendingError}
 */
export async function declineOrgInvite(tx: Tx, actor: Actor, command: AnswerCommand): Promise<OrgInvite> {
  const { org, invite, actorId } = await answerInvite(tx, actor, command)
  return resolveInvite(tx, org, invite, outcomeOf('decline', invite, org.now), actorId)
}
