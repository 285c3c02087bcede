import sql from 'sql-template-tag'
import { columnsOf, type Row } from '../../database/rows.js'
import { ofOneRow } from '../../database/transaction.js'
import type { OrgJoinRequestStatus } from '../../generated/prisma/enums.js'
import type { EventActor } from '../core/actor.js'
import { Refusal } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'

/** A person's request to join an org. */
export type OrgJoinRequest = Row<'OrgJoinRequest'>

export const orgJoinRequestColumns = columnsOf('OrgJoinRequest')

/** The most code points of a request's message. */
export const MAX_REQUEST_MESSAGE = 500

/** `approveMember`: to approve the request of somebody who is a member by now. `ask`: the person asks once more. */
export type OrgJoinRequestAction = 'approve' | 'approveMember' | 'decline' | 'withdraw' | 'ask'

/** What an action does: the request's next status, another request (at once, or a day after the end), or a refusal. */
export type OrgJoinRequestOutcome = OrgJoinRequestStatus | 'ANOTHER' | 'ANOTHER_LATER' | 'REFUSED'

/** The life of a request (contract §9): the outcome of every action for every status. Operations and tests read it. */
export const orgJoinRequestLife = {
  PENDING: {
    approve: 'APPROVED',
    approveMember: 'WITHDRAWN',
    decline: 'DECLINED',
    withdraw: 'WITHDRAWN',
    ask: 'REFUSED',
  },
  APPROVED: {
    approve: 'REFUSED',
    approveMember: 'REFUSED',
    decline: 'REFUSED',
    withdraw: 'REFUSED',
    ask: 'ANOTHER',
  },
  DECLINED: {
    approve: 'REFUSED',
    approveMember: 'REFUSED',
    decline: 'REFUSED',
    withdraw: 'REFUSED',
    ask: 'ANOTHER_LATER',
  },
  WITHDRAWN: {
    approve: 'REFUSED',
    approveMember: 'REFUSED',
    decline: 'REFUSED',
    withdraw: 'REFUSED',
    ask: 'ANOTHER',
  },
} as const satisfies Record<OrgJoinRequestStatus, Record<OrgJoinRequestAction, OrgJoinRequestOutcome>>

/** How a pending request of a locked org ends. It records the event, and the request never changes again. */
export function endRequest(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  request: OrgJoinRequest,
  action: Exclude<OrgJoinRequestAction, 'ask'>,
): OrgJoinRequest {
  const status = orgJoinRequestLife.PENDING[action]
  tx.write(
    ofOneRow(sql`
      update org_join_request
      set status = ${status}::"OrgJoinRequestStatus", resolved_at = ${org.now}, resolved_by_id = ${by.userId}
      where id = ${request.id} and status = 'PENDING'
    `),
  )
  tx.record(org, by, { kind: 'JOIN_REQUEST', type: status, request })
  return { ...request, status, resolvedAt: org.now, resolvedById: by.userId }
}

export class OrgJoinRequestNotPendingError extends Refusal {
  constructor(readonly requestStatus: OrgJoinRequestStatus) {
    super(`The join request is ${requestStatus}, so this comes too late.`)
  }
}

export class OrgJoinRequestAlreadyPendingError extends Refusal {
  constructor(readonly pendingRequest: OrgJoinRequest) {
    super('You have asked to join this org already: wait for the answer, or withdraw that request.')
  }
}
