import sql, { type Sql } from 'sql-template-tag'
import { allOf } from '../../database/transaction.js'
import { type Actor, userIdOf } from '../core/actor.js'
import { type Entry, lockOrgWithAuthority, requirePermission } from '../core/enterOrg.js'
import { NotFoundError, refuseIf } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { isOwnRequest } from './joinRequestActions.js'
import { type OrgJoinRequest, orgJoinRequestColumns } from './orgJoinRequest.js'

/** What an operation knows after it has locked the org of a request. */
export interface RequestEntry extends Entry {
  request: OrgJoinRequest
}

/** SQL for the id of a request's org. */
export function orgOfRequest(requestId: string): Sql {
  return sql`(select of_org.org_id from org_join_request of_org where of_org.id = ${requestId})`
}

/**
 * The first line of every operation on a request: locks its org and reads it under the lock. It checks no permission.
 * @throws {NotFoundError} if there is no such request
 */
export async function enterRequest(tx: Tx, actor: Actor, requestId: string | null): Promise<RequestEntry> {
  if (requestId === null) throw new NotFoundError()
  const [entry, [request]] = await allOf([
    lockOrgWithAuthority(tx, actor, orgOfRequest(requestId)),
    tx.query<OrgJoinRequest>(
      sql`select ${orgJoinRequestColumns} from org_join_request where id = ${requestId}`,
    ),
  ])
  if (!request) throw new NotFoundError()
  return { ...entry, request }
}

/**
 * `enterRequest` for whoever answers a request. Nobody answers their own.
 * @throws {NotFoundError | PermissionDeniedError}
 */
export async function enterRequestToAnswer(
  tx: Tx,
  actor: Actor,
  requestId: string | null,
): Promise<RequestEntry> {
  const entry = await enterRequest(tx, actor, requestId)
  refuseIf(isOwnRequest(entry.request, userIdOf(actor)))
  requirePermission(entry.authority, 'INVITE_CREATE')
  return entry
}
