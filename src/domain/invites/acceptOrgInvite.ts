import type { Actor } from '../core/actor.js'
import { changeRoles, joinOrg } from '../core/joinOrg.js'
import type { OrgUser } from '../core/membership.js'
import { requireActive } from '../core/org.js'
import type { Tx } from '../core/transact.js'
import { type AnswerCommand, answerInvite } from './answerInvite.js'
import { resolveInvite } from './endInvites.js'
import { type OrgInvite, OrgInviteNotPendingError, outcomeOf } from './orgInvite.js'

/**
 * Takes an invite up: its person becomes a member with its roles, or gains them where they are one by now.
 * @throws {NotFoundError | PermissionDeniedError | OrgInviteForAnotherUserError | EmailNotVerifiedError
 *   | OrgNotActiveError | OrgInviteNotPendingError | LimitReachedError}
 */
export async function acceptOrgInvite(
  tx: Tx,
  actor: Actor,
  command: AnswerCommand,
): Promise<{ orgInvite: OrgInvite; orgUser: OrgUser }> {
  const { org, invite, lostSource, person, member, actorId } = await answerInvite(tx, actor, command)
  requireActive(org)
  const status = outcomeOf('accept', invite, org.now)
  if (lostSource) throw new OrgInviteNotPendingError('REVOKED')
  const orgInvite = resolveInvite(tx, org, invite, status, actorId)
  const orgUser = member
    ? changeRoles(tx, org, actorId, member, [...member.roles, ...invite.roles])
    : joinOrg(tx, org, actorId, {
        userId: person.id,
        roles: invite.roles,
        origin: 'INVITE',
        inviteId: invite.id,
      })
  return { orgInvite, orgUser }
}
