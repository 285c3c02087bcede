import { type Actor, userIdOf } from '../core/actor.js'
import { requireRank } from '../core/requireRank.js'
import type { Tx } from '../core/transact.js'
import { resolveInvite } from './endInvites.js'
import { enterInvite } from './enterInvite.js'
import { type OrgInvite, outcomeOf } from './orgInvite.js'

/**
 * Takes a pending invite back; its link is dead.
 * @throws {NotFoundError | PermissionDeniedError | RoleNotGrantableError | OrgInviteNotPendingError}
 */
export async function revokeOrgInvite(tx: Tx, actor: Actor, inviteId: string | null): Promise<OrgInvite> {
  const { org, authority, invite } = await enterInvite(tx, actor, inviteId, 'INVITE_REVOKE')
  requireRank(authority, invite.roles)
  return resolveInvite(tx, org, invite, outcomeOf('revoke', invite, org.now), userIdOf(actor))
}
