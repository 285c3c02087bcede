import { columnsOf, type Row } from '../../database/rows.js'
import type { OrgInviteStatus, OrgRoleName } from '../../generated/prisma/enums.js'
import type { MailProblem } from '../../mail/mailer.js'

export const orgInviteEventTypes = [
  'CREATED',
  'RESENT',
  'SENT',
  'SEND_FAILED',
  'ACCEPTED',
  'DECLINED',
  'REVOKED',
  'EXPIRED',
  'DELETED',
] as const
export const orgUserEventTypes = ['JOINED', 'ROLES_CHANGED', 'REMOVED', 'LEFT'] as const
export const orgChangeEventTypes = [
  'CREATED',
  'RENAMED',
  'STATUS_CHANGED',
  'TIER_CHANGED',
  'EMAIL_DOMAIN_BOUND',
  'EMAIL_DOMAIN_VERIFIED',
  'EMAIL_DOMAIN_UNBOUND',
  'API_TOKEN_CREATED',
  'API_TOKEN_REVOKED',
] as const

export type OrgInviteEventType = (typeof orgInviteEventTypes)[number]
export type OrgUserEventType = (typeof orgUserEventTypes)[number]
export type OrgChangeEventType = (typeof orgChangeEventTypes)[number]

/** What an invite's event says of the invite: how it was when it happened. */
export interface InviteInEvent {
  id: string
  email: string
  invitedUserId: string | null
  roles: OrgRoleName[]
  status: OrgInviteStatus
}

/** An event as an operation records it; number and time come from the org's lock. */
export type NewOrgEvent =
  | {
      kind: 'INVITE'
      type: OrgInviteEventType
      invite: InviteInEvent
      previousStatus: OrgInviteStatus | null
      /** Of a SEND_FAILED: why. */
      problem?: MailProblem
    }
  | {
      kind: 'USER'
      type: OrgUserEventType
      userId: string
      roles: OrgRoleName[]
      previousRoles: OrgRoleName[]
    }
  | { kind: 'CHANGE'; type: OrgChangeEventType; summary: string; subjectId?: string }

/** An event with who did it: null for the system itself and for API tokens. */
export interface RecordedEvent {
  actorId: string | null
  event: NewOrgEvent
}

/** An event as it stands in the table. */
export type OrgEventRow = Row<'OrgEvent'>

export const orgEventColumns = columnsOf('OrgEvent')

/** How many members an org has, and how many invites of each stored status. */
export type OrgCounts = Pick<
  Row<'Org'>,
  'memberCount' | 'pendingCount' | 'acceptedCount' | 'declinedCount' | 'revokedCount' | 'expiredCount'
>

/** Which counter an invite's stored status is counted in. */
export const countOf = {
  PENDING: 'pendingCount',
  ACCEPTED: 'acceptedCount',
  DECLINED: 'declinedCount',
  REVOKED: 'revokedCount',
  EXPIRED: 'expiredCount',
} as const satisfies Record<OrgInviteStatus, keyof OrgCounts>

/** The counts after an event: they are a fold of the org's history and of nothing else. */
export function countAfter(counts: OrgCounts, event: NewOrgEvent): OrgCounts {
  const next = { ...counts }
  if (event.kind === 'USER') {
    if (event.type === 'JOINED') next.memberCount += 1
    if (event.type === 'REMOVED' || event.type === 'LEFT') next.memberCount -= 1
  }
  if (event.kind === 'INVITE') {
    const { type, invite, previousStatus } = event
    if (type === 'DELETED') next[countOf[invite.status]] -= 1
    else if (invite.status !== previousStatus) {
      if (previousStatus) next[countOf[previousStatus]] -= 1
      next[countOf[invite.status]] += 1
    }
  }
  return next
}
