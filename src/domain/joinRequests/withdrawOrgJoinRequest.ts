import { type Actor, eventActorOf, userIdOf } from '../core/actor.js'
import { refuseIf } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { enterRequest } from './enterRequest.js'
import { whyNotWithdraw } from './joinRequestActions.js'
import { endRequest, type OrgJoinRequest } from './orgJoinRequest.js'

/**
 * Withdraws one's own request, whatever the status of the org is.
 * @throws {NotFoundError | OrgJoinRequestNotPendingError}
 */
export async function withdrawOrgJoinRequest(
  tx: Tx,
  actor: Actor,
  requestId: string | null,
): Promise<OrgJoinRequest> {
  const { org, request } = await enterRequest(tx, actor, requestId)
  refuseIf(whyNotWithdraw(request, userIdOf(actor)))
  return endRequest(tx, org, eventActorOf(actor), request, 'withdraw')
}
