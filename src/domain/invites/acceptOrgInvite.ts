import type { Actor } from '../core/actor.js'
import { holdAppRolesByKey, keysOf } from '../core/appRole.js'
import { changeRoles, joinOrg } from '../core/joinOrg.js'
import type { OrgUser } from '../core/membership.js'
import { refuseIf } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { type AnswerCommand, answerInvite } from './answerInvite.js'
import { whyNotAccept } from './inviteActions.js'
import { type OrgInvite, outcomeOf } from './orgInvite.js'
import { resolveInvite } from './resolveInvite.js'

/**
 * Accepts an invite. The invitee becomes a member with its roles and app roles, or gets them if they are a member by
 * now. An app role that is deleted in the very moment when the invite expires is left out.
 * @throws {NotFoundError | PermissionDeniedError | OrgInviteForAnotherUserError | EmailNotVerifiedError
 *   | OrgNotActiveError | OrgInviteNotPendingError | OrgUserSuspendedError | LimitReachedError}
 */
export async function acceptOrgInvite(
  tx: Tx,
  actor: Actor,
  command: AnswerCommand,
): Promise<{ orgInvite: OrgInvite; orgUser: OrgUser }> {
  const { org, invite, lostSource, person, member, by } = await answerInvite(tx, actor, command)
  refuseIf(whyNotAccept(org, invite, member, org.now, lostSource))
  const appRoles = keysOf(await holdAppRolesByKey(tx, invite.appRoles))
  const orgInvite = resolveInvite(tx, org, invite, outcomeOf('accept', invite, org.now), by, person.id)
  const orgUser = member
    ? changeRoles(tx, org, by, member, [...member.roles, ...invite.roles], [...member.appRoles, ...appRoles])
    : joinOrg(tx, org, by, {
        userId: person.id,
        roles: invite.roles,
        appRoles,
        origin: 'INVITE',
        inviteId: invite.id,
      })
  return { orgInvite, orgUser }
}
