import { refuseWithinADay } from '../core/dailyLimit.js'
import { isSuspended, type OrgUser } from '../core/membership.js'
import { notActive, type Org } from '../core/org.js'
import type { Authority } from '../core/permission.js'
import { lacksPermission, NotFoundError, type WhyNot } from '../core/refusal.js'
import { AlreadyOrgUserError } from '../invites/orgInvite.js'
import {
  type OrgJoinRequest,
  type OrgJoinRequestAction,
  OrgJoinRequestAlreadyPendingError,
  OrgJoinRequestNotPendingError,
  orgJoinRequestLife,
} from './orgJoinRequest.js'

/*
 * What can be done with a request. The operations and `viewerCanApprove` and the like ask the same functions.
 */

/** Whether an action comes too late for a request. */
export function tooLate(
  action: Exclude<OrgJoinRequestAction, 'ask'>,
  { status }: Pick<OrgJoinRequest, 'status'>,
): WhyNot {
  return orgJoinRequestLife[status][action] === 'REFUSED'
    ? () => new OrgJoinRequestNotPendingError(status)
    : null
}

/**
 * Why a person can't ask to join an org that they may ask.
 * @param member their membership, suspended or not
 * @param earlier their earlier requests to the org: the pending one, and those that were declined not long ago
 */
export function whyNotAsk(
  org: Pick<Org, 'status'>,
  member: OrgUser | null,
  earlier: readonly OrgJoinRequest[],
  now: Date,
): WhyNot {
  const [obstacle] = earlier.flatMap((request) => whyNotAskAgain(request, now) ?? [])
  return (
    notActive(org) ??
    isSuspended(member) ??
    (member ? () => new AlreadyOrgUserError(member.id) : null) ??
    obstacle ??
    null
  )
}

function whyNotAskAgain(request: OrgJoinRequest, now: Date): WhyNot {
  const { status, resolvedAt } = request
  const outcome = orgJoinRequestLife[status].ask
  if (outcome === 'REFUSED') return () => new OrgJoinRequestAlreadyPendingError(request)
  if (outcome === 'ANOTHER' || resolvedAt === null) return null
  return refuseWithinADay(resolvedAt, now, 'requests to join this org')
}

/**
 * Whether somebody may answer a request. For their own one it is as if it were not there.
 * @param userId who answers. Null for an API token.
 */
export function isOwnRequest(
  { userId: asker }: Pick<OrgJoinRequest, 'userId'>,
  userId: string | null,
): WhyNot {
  return asker === userId ? () => new NotFoundError() : null
}

/** The ranks of the roles to grant are checked apart, because whoever approves chooses them. */
export function whyNotApprove(
  org: Pick<Org, 'status'>,
  authority: Authority,
  request: Pick<OrgJoinRequest, 'status' | 'userId'>,
  userId: string | null,
): WhyNot {
  return (
    isOwnRequest(request, userId) ??
    lacksPermission(authority.permissions, 'INVITE_CREATE') ??
    notActive(org) ??
    tooLate('approve', request)
  )
}

/** A request can be withdrawn whatever the status of its org, and by a member who is suspended too. */
export function whyNotWithdraw(
  request: Pick<OrgJoinRequest, 'status' | 'userId'>,
  userId: string | null,
): WhyNot {
  return request.userId === userId ? tooLate('withdraw', request) : () => new NotFoundError()
}
