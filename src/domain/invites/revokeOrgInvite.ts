import { type Actor, eventActorOf } from '../core/actor.js'
import { refuseIf } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { enterInvite } from './enterInvite.js'
import { whyNotRevoke } from './inviteActions.js'
import { type OrgInvite, outcomeOf } from './orgInvite.js'
import { resolveInvite } from './resolveInvite.js'

/**
 * Revokes a pending invite. Its link becomes invalid.
 * @throws {NotFoundError | PermissionDeniedError | RoleNotGrantableError | OrgInviteNotPendingError}
 */
export async function revokeOrgInvite(tx: Tx, actor: Actor, inviteId: string | null): Promise<OrgInvite> {
  const { org, authority, invite } = await enterInvite(tx, actor, inviteId, 'INVITE_REVOKE')
  refuseIf(whyNotRevoke(authority, invite, org.now))
  return resolveInvite(tx, org, invite, outcomeOf('revoke', invite, org.now), eventActorOf(actor))
}
