import { type Actor, eventActorOf } from '../core/actor.js'
import { refuseIf } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { enterRequestToAnswer } from './enterRequest.js'
import { tooLate } from './joinRequestActions.js'
import { endRequest, type OrgJoinRequest } from './orgJoinRequest.js'

/**
 * Declines a request, whatever the status of the org is. The person can ask again after a day.
 * @throws {NotFoundError | PermissionDeniedError | OrgJoinRequestNotPendingError}
 */
export async function declineOrgJoinRequest(
  tx: Tx,
  actor: Actor,
  requestId: string | null,
): Promise<OrgJoinRequest> {
  const { org, request } = await enterRequestToAnswer(tx, actor, requestId)
  refuseIf(tooLate('decline', request))
  return endRequest(tx, org, eventActorOf(actor), request, 'decline')
}
