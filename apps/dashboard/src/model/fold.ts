import type { Glance, OrgEvent } from './types.js'

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

/**
 * An org's counts after one more event. Because every change is an event, counts follow from events, and a page
 * that watches needs no further request to keep them right.
 */
export function fold(glance: Glance, event: OrgEvent): Glance {
  switch (event.__typename) {
    case 'OrgInviteEvent':
      return foldInvite(glance, event)
    case 'OrgUserEvent':
      return foldMember(glance, event)
    case 'OrgChangeEvent':
      return glance
  }
}

/** An org read anew, but with the counts as they were followed so far. */
export function withCountsOf(org: Glance, followed: Glance): Glance {
  const { seatsUsed, pendingInvitesUsed } = followed.limits
  return {
    ...org,
    limits: { ...org.limits, seatsUsed, pendingInvitesUsed },
    inviteCounts: org.inviteCounts && (followed.inviteCounts ?? org.inviteCounts),
    owners: org.owners && (followed.owners ?? org.owners),
    admins: org.admins && (followed.admins ?? org.admins),
    plainUsers: org.plainUsers && (followed.plainUsers ?? org.plainUsers),
  }
}

function foldInvite(glance: Glance, event: Extract<OrgEvent, { __typename: 'OrgInviteEvent' }>): Glance {
  if (!glance.inviteCounts) return glance
  const counts = { ...glance.inviteCounts }
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
  return { ...glance, inviteCounts: counts, limits: { ...glance.limits, pendingInvitesUsed: counts.pending } }
}

function foldMember(glance: Glance, event: Extract<OrgEvent, { __typename: 'OrgUserEvent' }>): Glance {
  const gone = event.memberEventType === 'REMOVED' || event.memberEventType === 'LEFT'
  const before: readonly Role[] = event.memberEventType === 'JOINED' ? [] : event.previousRoles
  const after: readonly Role[] = gone ? [] : event.roles
  const next = { ...glance }
  for (const role of ['OWNER', 'ADMIN', 'USER'] as const) {
    const by = Number(after.includes(role)) - Number(before.includes(role))
    const key = countOfRole[role]
    const held = glance[key]
    if (held && by !== 0) next[key] = { totalCount: Math.max(0, held.totalCount + by) }
  }
  const seats = Number(event.memberEventType === 'JOINED') - Number(gone)
  if (seats !== 0) next.limits = { ...glance.limits, seatsUsed: Math.max(0, glance.limits.seatsUsed + seats) }
  return next
}
