import type { OrgEvent } from './types.js'

export interface Minute {
  /** Start of the minute, milliseconds since the epoch. */
  readonly start: number
  readonly invited: number
  readonly accepted: number
  readonly declined: number
  /** False where events of this minute may not have been read. */
  readonly known: boolean
}

const MINUTE = 60_000

/**
 * Invites made and answered in each of the last `minutes` minutes, the one that `now` is in last.
 * `knownSince`: events before this time (ms) were not read; −Infinity when all were.
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
    // A clock a little behind the server's must not lose the newest: it belongs to the last minute.
    const index = Math.min(minutes - 1, Math.floor((Date.parse(event.occurredAt) - first) / MINUTE))
    const bucket = buckets[index]
    if (!bucket) continue
    if (event.inviteEventType === 'CREATED') bucket.invited++
    else if (event.inviteEventType === 'ACCEPTED') bucket.accepted++
    else if (event.inviteEventType === 'DECLINED') bucket.declined++
  }
  return buckets
}
