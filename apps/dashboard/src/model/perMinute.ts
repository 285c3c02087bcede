import type { OrgEvent } from './types.js'

export interface Minute {
  /** Start of the minute, ms since the epoch. */
  readonly start: number
  readonly invited: number
  readonly accepted: number
  readonly declined: number
  /** False if events of this minute may not be loaded. */
  readonly known: boolean
}

const MINUTE = 60_000

/**
 * Counts the invites made and answered in each of the last `minutes` minutes. The last one contains `now`.
 * @param knownSince events before this time (ms since the epoch) are not loaded; −Infinity if all are
 */
export function perMinute(
  events: readonly OrgEvent[],
  now: number,
  minutes: number,
  knownSince: number,
): Minute[] {
  const first = Math.floor(now / MINUTE) * MINUTE - (minutes - 1) * MINUTE
  const buckets = Array.from({ length: minutes }, (_, index) => ({
    start: first + index * MINUTE,
    invited: 0,
    accepted: 0,
    declined: 0,
    known: first + index * MINUTE >= knownSince,
  }))
  for (const event of events) {
    if (event.__typename !== 'OrgInviteEvent') continue
    // If our clock is behind the server's, the newest events count in the last minute.
    const index = Math.min(minutes - 1, Math.floor((Date.parse(event.occurredAt) - first) / MINUTE))
    const bucket = buckets[index]
    if (!bucket) continue
    if (event.inviteEventType === 'CREATED') bucket.invited++
    else if (event.inviteEventType === 'ACCEPTED') bucket.accepted++
    else if (event.inviteEventType === 'DECLINED') bucket.declined++
  }
  return buckets
}
