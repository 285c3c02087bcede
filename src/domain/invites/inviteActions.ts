import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type AppRole, rankTooLowForApp } from '../core/appRole.js'
import { isSuspended, type OrgUser } from '../core/membership.js'
import { notActive, type Org } from '../core/org.js'
import type { Authority } from '../core/permission.js'
import { lacksPermission, type WhyNot } from '../core/refusal.js'
import { rankTooLow } from '../core/requireRank.js'
import { type OrgInvite, OrgInviteNotPendingError, statusAt, tooLate } from './orgInvite.js'

/*
 * What can be done with an invite. Each function returns a refusal or undefined. The operations call it after they have
 * checked who is asking, and throw the refusal. `viewerCanAccept` and similar fields call the same function, and are
 * true if there is no refusal.
 */

type Invite = Pick<OrgInvite, 'status' | 'expiresAt' | 'roles'>

const gone = (
  { status, expiresAt, email }: Pick<OrgInvite, 'status' | 'expiresAt'> & { email: string | null },
  now: Date,
): WhyNot =>
  email === null ? () => new OrgInviteNotPendingError(statusAt({ status, expiresAt }, now)) : null

/**
 * @param member the membership of whoever accepts, suspended or not; null if they are no member
 * @param lostSource whether the invite's sender has lost the right to send it; then it will be revoked soon
 */
export function whyNotAccept(
  org: Pick<Org, 'status'>,
  invite: Invite,
  member: Pick<OrgUser, 'status'> | null,
  now: Date,
  lostSource = false,
): WhyNot {
  return (
    notActive(org) ??
    tooLate('accept', invite, now) ??
    (lostSource ? () => new OrgInviteNotPendingError('REVOKED') : null) ??
    isSuspended(member)
  )
}

/** An invite can be declined whatever the status of its org. */
export function whyNotDecline(invite: Invite, now: Date): WhyNot {
  return tooLate('decline', invite, now)
}

export function whyNotRevoke(authority: Authority, invite: Invite, now: Date): WhyNot {
  return (
    lacksPermission(authority.permissions, 'INVITE_REVOKE') ??
    rankTooLow(authority, invite.roles) ??
    tooLate('revoke', invite, now)
  )
}

/**
 * @param appRoles the app roles of the invite, and the new ones if it gets any
 * @param roles the new roles of the invite, if it gets any
 */
export function whyNotResend(
  org: Pick<Org, 'status'>,
  authority: Authority,
  invite: Invite & { email: string | null },
  now: Date,
  appRoles: readonly AppRole[],
  roles: readonly OrgRoleName[] = [],
): WhyNot {
  return (
    lacksPermission(authority.permissions, 'INVITE_RESEND') ??
    rankTooLow(authority, [...invite.roles, ...roles]) ??
    rankTooLowForApp(authority, appRoles) ??
    notActive(org) ??
    tooLate('resend', invite, now) ??
    gone(invite, now)
  )
}
