import { columnsOf, type Row } from '../../database/rows.js'
import type { OrgInviteStatus, OrgRoleName } from '../../generated/prisma/enums.js'
import type { MailProblem } from '../../mail/mailer.js'
import type { EventActor } from './actor.js'

export const orgInviteEventTypes = [
  'CREATED',
  'RESENT',
  'SENT',
  'SEND_FAILED',
  'ACCEPTED',
  'DECLINED',
  'REVOKED',
  'EXPIRED',
  'RENEWAL_REQUESTED',
  'DELETED',
] as const
export const orgUserEventTypes = [
  'JOINED',
  'ROLES_CHANGED',
  'REMOVED',
  'LEFT',
  'SUSPENDED',
  'REINSTATED',
] as const
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
  'PROFILE_CHANGED',
  'LIMITS_CHANGED',
  'EMAIL_DOMAIN_JOIN_MODE_CHANGED',
  'INVITE_LINK_CREATED',
  'INVITE_LINK_REVOKED',
  'WEBHOOK_CREATED',
  'WEBHOOK_UPDATED',
  'WEBHOOK_DELETED',
  'WEBHOOK_DISABLED',
] as const

export const orgJoinRequestEventTypes = ['REQUESTED', 'APPROVED', 'DECLINED', 'WITHDRAWN'] as const

export type OrgInviteEventType = (typeof orgInviteEventTypes)[number]
export type OrgUserEventType = (typeof orgUserEventTypes)[number]
export type OrgChangeEventType = (typeof orgChangeEventTypes)[number]
export type OrgJoinRequestEventType = (typeof orgJoinRequestEventTypes)[number]

/** The part of an invite that its event records, as it was at that time. */
interface InviteInEvent {
  id: string
  /** Null if the invitee's account is deleted. */
  email: string | null
  invitedUserId: string | null
  roles: OrgRoleName[]
  status: OrgInviteStatus
}

/** An event as an operation records it. Its number and time come from the locked org. */
export type NewOrgEvent =
  | {
      kind: 'INVITE'
      type: OrgInviteEventType
      invite: InviteInEvent
      previousStatus: OrgInviteStatus | null
      /** Why a mail failed, for SEND_FAILED. */
      problem?: MailProblem
      /** Who accepted it, for ACCEPTED. It is not the actor if a token answers for somebody. */
      acceptedById?: string
    }
  | {
      kind: 'USER'
      type: OrgUserEventType
      userId: string
      roles: OrgRoleName[]
      previousRoles: OrgRoleName[]
      /** Keys. */
      appRoles: string[]
      previousAppRoles: string[]
      /** For REMOVED: whether the member was suspended. */
      wasSuspended?: boolean
    }
  | { kind: 'CHANGE'; type: OrgChangeEventType; summary: string; subjectId?: string }
  | {
      kind: 'JOIN_REQUEST'
      type: OrgJoinRequestEventType
      /** `userId`: who asked. */
      request: { id: string; userId: string }
    }

/** An event and who caused it. */
export interface RecordedEvent {
  by: EventActor
  event: NewOrgEvent
}

/** An event as it is in the table. */
export interface OrgEventRow extends Omit<Row<'OrgEvent'>, 'transactionId'> {
  /** Its number among the events of all orgs. Only set if it was read in that order. */
  instanceNumber?: number
}

export const orgEventColumns = columnsOf('OrgEvent', { except: ['transactionId'] })

/** How many members an org has, how many of them are suspended, and how many invites it has with each stored status. */
export type OrgCounts = Pick<
  Row<'Org'>,
  | 'memberCount'
  | 'suspendedCount'
  | 'pendingCount'
  | 'acceptedCount'
  | 'declinedCount'
  | 'revokedCount'
  | 'expiredCount'
>

/** The counter of each stored status. */
export const countOf = {
  PENDING: 'pendingCount',
  ACCEPTED: 'acceptedCount',
  DECLINED: 'declinedCount',
  REVOKED: 'revokedCount',
  EXPIRED: 'expiredCount',
} as const satisfies Record<OrgInviteStatus, keyof OrgCounts>

/** The counts after an event. They follow from the org's events and from nothing else. */
export function countAfter(counts: OrgCounts, event: NewOrgEvent): OrgCounts {
  const next = { ...counts }
  if (event.kind === 'USER') {
    if (event.type === 'JOINED') next.memberCount += 1
    if (event.type === 'REMOVED' || event.type === 'LEFT') next.memberCount -= 1
    if (event.type === 'SUSPENDED') next.suspendedCount += 1
    if (event.type === 'REINSTATED' || event.wasSuspended) next.suspendedCount -= 1
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
