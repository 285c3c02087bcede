import sql from 'sql-template-tag'
import type { EventActor } from '../core/actor.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { type OrgJoinRequest, orgJoinRequestLife } from './orgJoinRequest.js'

type ErasedRequest = Pick<OrgJoinRequest, 'id' | 'orgId' | 'userId' | 'status'>

/**
 * Erases the requests of an account that is being deleted. The orgs of the pending ones must be locked. `recordErased`
 * must follow.
 */
export function eraseRequestsOf(tx: Tx, userId: string): Promise<ErasedRequest[]> {
  return tx.query(sql`
    delete from org_join_request where user_id = ${userId} returning id, org_id, user_id, status
  `)
}

/** Records that the pending ones among these requests were withdrawn. */
export function recordErased(
  tx: Tx,
  orgs: ReadonlyMap<string, LockedOrg>,
  by: EventActor,
  erased: readonly ErasedRequest[],
): void {
  for (const request of erased) {
    if (request.status !== 'PENDING') continue
    const org = orgs.get(request.orgId)
    if (!org) throw new Error(`a request to the org ${request.orgId}, which is not locked`)
    tx.record(org, by, { kind: 'JOIN_REQUEST', type: orgJoinRequestLife.PENDING.withdraw, request })
  }
}
