import type { OrgEvent, OrgSummary } from './types.js'

type Role = 'OWNER' | 'ADMIN' | 'USER'
type Status = 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'REVOKED' | 'EXPIRED'

const countOfStatus = {
  PENDING: 'pending',
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  REVOKED: 'revoked',
  EXPIRED: 'expired',
} as const satisfies Record<Status, string>

const countOfRole = { OWNER: 'owners', ADMIN: 'admins', USER: 'plainUsers' } as const satisfies Record<
  Role,
  string
>

/** Updates an org's counts by one event. Every change is an event, so the counts stay right without further requests. */
export function applyEvent(summary: OrgSummary, event: OrgEvent): OrgSummary {
  switch (event.__typename) {
    case 'OrgInviteEvent':
      return applyInviteEvent(summary, event)
    case 'OrgUserEvent':
      return applyMemberEvent(summary, event)
    case 'OrgJoinRequestEvent':
      return applyRequestEvent(summary, event)
    case 'OrgChangeEvent':
      return summary
  }
}

/** The newly loaded org, but with the counts that were kept up to date by events. */
export function withCurrentCounts(org: OrgSummary, current: OrgSummary): OrgSummary {
  const { seatsUsed, pendingInvitesUsed } = current.limits
  return {
    ...org,
    limits: { ...org.limits, seatsUsed, pendingInvitesUsed },
    inviteCounts: org.inviteCounts && (current.inviteCounts ?? org.inviteCounts),
    members: org.members && (current.members ?? org.members),
    owners: org.owners && (current.owners ?? org.owners),
    admins: org.admins && (current.admins ?? org.admins),
    plainUsers: org.plainUsers && (current.plainUsers ?? org.plainUsers),
    pendingRequests: org.pendingRequests && (current.pendingRequests ?? org.pendingRequests),
  }
}

function applyInviteEvent(
  summary: OrgSummary,
  event: Extract<OrgEvent, { __typename: 'OrgInviteEvent' }>,
): OrgSummary {
  if (!summary.inviteCounts) return summary
  const counts = { ...summary.inviteCounts }
  const add = (status: Status, by: 1 | -1) => {
    const key = countOfStatus[status]
    counts[key] = Math.max(0, counts[key] + by)
  }
  if (event.inviteEventType === 'DELETED') add(event.status, -1)
  else if (event.inviteEventType === 'CREATED') add(event.status, 1)
  else if (event.previousStatus && event.previousStatus !== event.status) {
    add(event.previousStatus, -1)
    add(event.status, 1)
  }
  return {
    ...summary,
    inviteCounts: counts,
    limits: { ...summary.limits, pendingInvitesUsed: counts.pending },
  }
}

function applyRequestEvent(
  summary: OrgSummary,
  event: Extract<OrgEvent, { __typename: 'OrgJoinRequestEvent' }>,
): OrgSummary {
  const held = summary.pendingRequests
  if (!held) return summary
  const by = event.joinRequestEventType === 'REQUESTED' ? 1 : -1
  return { ...summary, pendingRequests: { totalCount: Math.max(0, held.totalCount + by) } }
}

/** How an event changes the number of seats that are taken. A suspended member takes none. */
const seatsTaken: Record<Extract<OrgEvent, { __typename: 'OrgUserEvent' }>['memberEventType'], number> = {
  JOINED: 1,
  REINSTATED: 1,
  SUSPENDED: -1,
  REMOVED: -1,
  LEFT: -1,
  ROLES_CHANGED: 0,
}

function applyMemberEvent(
  summary: OrgSummary,
  event: Extract<OrgEvent, { __typename: 'OrgUserEvent' }>,
): OrgSummary {
  const gone = event.memberEventType === 'REMOVED' || event.memberEventType === 'LEFT'
  const before: readonly Role[] = event.memberEventType === 'JOINED' ? [] : event.previousRoles
  const after: readonly Role[] = gone ? [] : event.roles
  const next = { ...summary }
  for (const role of ['OWNER', 'ADMIN', 'USER'] as const) {
    const by = Number(after.includes(role)) - Number(before.includes(role))
    const key = countOfRole[role]
    const held = summary[key]
    if (held && by !== 0) next[key] = { totalCount: Math.max(0, held.totalCount + by) }
  }
  const members = gone ? -1 : event.memberEventType === 'JOINED' ? 1 : 0
  if (summary.members && members !== 0)
    next.members = { totalCount: Math.max(0, summary.members.totalCount + members) }
  const seats = seatsTaken[event.memberEventType]
  if (seats !== 0)
    next.limits = { ...summary.limits, seatsUsed: Math.max(0, summary.limits.seatsUsed + seats) }
  return next
}
