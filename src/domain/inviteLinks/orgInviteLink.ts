import { columnsOf, type Row } from '../../database/rows.js'
import type { AppRole } from '../core/appRole.js'
import { notActive, type Org } from '../core/org.js'
import { type Authority, outranks } from '../core/permission.js'
import { lacksPermission, Refusal, RoleNotGrantableError, refuseIf, type WhyNot } from '../core/refusal.js'
import { rankTooLow } from '../core/requireRank.js'

/** A link by which many can join an org. Nothing stores its status: ask `linkStatusAt`. */
export type OrgInviteLink = Omit<Row<'OrgInviteLink'>, 'hash'>

export const orgInviteLinkColumns = columnsOf('OrgInviteLink', { except: ['hash'] })

export const orgInviteLinkStatuses = ['ACTIVE', 'REVOKED', 'EXPIRED', 'USED_UP'] as const
export type OrgInviteLinkStatus = (typeof orgInviteLinkStatuses)[number]

/** `joinLast` is the join that reaches `maxUses`. */
export type OrgInviteLinkAction = 'join' | 'joinLast' | 'revoke' | 'expire'

/** The life of a link (contract §9): its status after every action for every status. Operations and tests read it. */
export const orgInviteLinkLife = {
  ACTIVE: { join: 'ACTIVE', joinLast: 'USED_UP', revoke: 'REVOKED', expire: 'EXPIRED' },
  REVOKED: { join: 'REFUSED', joinLast: 'REFUSED', revoke: 'REFUSED', expire: 'REFUSED' },
  EXPIRED: { join: 'REFUSED', joinLast: 'REFUSED', revoke: 'REFUSED', expire: 'REFUSED' },
  USED_UP: { join: 'REFUSED', joinLast: 'REFUSED', revoke: 'REFUSED', expire: 'REFUSED' },
} as const satisfies Record<OrgInviteLinkStatus, Record<OrgInviteLinkAction, OrgInviteLinkStatus | 'REFUSED'>>

type Life = Pick<OrgInviteLink, 'revokedAt' | 'usedUp' | 'expiresAt'>

/** A link's status at a time of the database's clock. An ended link never changes. `activeLinkSql` is the same as SQL. */
export function linkStatusAt({ revokedAt, usedUp, expiresAt }: Life, now: Date): OrgInviteLinkStatus {
  if (revokedAt !== null) return 'REVOKED'
  if (usedUp) return 'USED_UP'
  return expiresAt <= now ? orgInviteLinkLife.ACTIVE.expire : 'ACTIVE'
}

/** The use of a link that a join by it would be. */
export function joinActionOf({
  uses,
  maxUses,
}: Pick<OrgInviteLink, 'uses' | 'maxUses'>): 'join' | 'joinLast' {
  return maxUses !== null && uses + 1 >= maxUses ? 'joinLast' : 'join'
}

/** Whether an action comes too late for a link. */
function tooLate(action: OrgInviteLinkAction, link: Life, now: Date): WhyNot {
  const status = linkStatusAt(link, now)
  return orgInviteLinkLife[status][action] === 'REFUSED' ? () => new OrgInviteLinkEndedError(status) : null
}

/**
 * A link's status after an action.
 * @throws {OrgInviteLinkEndedError} with the link's status, if the action comes too late
 */
export function linkStatusAfter(action: OrgInviteLinkAction, link: Life, now: Date): OrgInviteLinkStatus {
  refuseIf(tooLate(action, link, now))
  return orgInviteLinkLife.ACTIVE[action]
}

/** @param lostSource whether its maker has lost the right to make it; then it will be revoked soon */
export function whyNotJoin(
  org: Pick<Org, 'status'>,
  link: Life & Pick<OrgInviteLink, 'uses' | 'maxUses'>,
  now: Date,
  lostSource: boolean,
): WhyNot {
  return (
    notActive(org) ??
    tooLate(joinActionOf(link), link, now) ??
    (lostSource ? () => new OrgInviteLinkEndedError('REVOKED') : null)
  )
}

/** @param appRoles the app roles of the link. Revoking needs the rank for them too. */
export function whyNotRevokeLink(
  authority: Authority,
  link: Life & Pick<OrgInviteLink, 'roles'>,
  appRoles: readonly AppRole[],
  now: Date,
): WhyNot {
  const above = appRoles.find(({ assignableBy }) => !outranks(authority, assignableBy))
  return (
    lacksPermission(authority.permissions, 'INVITE_REVOKE') ??
    rankTooLow(authority, link.roles) ??
    (above ? () => new RoleNotGrantableError(above.assignableBy) : null) ??
    tooLate('revoke', link, now)
  )
}

/** The page on which a person who has the token joins. */
export function joinUrlOf(appUrl: string, token: string): string {
  return `${appUrl}/join/${token}`
}

export class OrgInviteLinkEndedError extends Refusal {
  constructor(readonly linkStatus: OrgInviteLinkStatus) {
    super(`The invite link is ${linkStatus}: ask for another one.`)
  }
}
