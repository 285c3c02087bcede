import type { Org } from './org.js'
import type { OrgCounts } from './orgEvent.js'
import type { Rules } from './transact.js'

export interface OrgLimits {
  /** The most members who are not suspended. */
  seats: number
  pendingInvites: number
}

/** What an org may have at most: its own limits, and for the rest those of its tier. The only place that says it. */
export function limitsOf(
  { tiers }: Pick<Rules, 'tiers'>,
  { tier, seatLimit, pendingInviteLimit }: Pick<Org, 'tier' | 'seatLimit' | 'pendingInviteLimit'>,
): OrgLimits {
  const { seats, pendingInvites } = tiers[tier]
  return { seats: seatLimit ?? seats, pendingInvites: pendingInviteLimit ?? pendingInvites }
}

/** How many members take a seat. */
export function seatsUsed({
  memberCount,
  suspendedCount,
}: Pick<OrgCounts, 'memberCount' | 'suspendedCount'>) {
  return memberCount - suspendedCount
}
