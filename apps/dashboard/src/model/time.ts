const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * "just now", "12 s ago", "in 3 days": the distance from `now` to `at`, both in ms since the epoch. A past time is
 * rounded down. A future time is rounded to the nearest unit, so that a week that just began is still 7 days.
 */
export function relativeTime(at: number, now: number): string {
  if (Math.abs(now - at) < 2 * SECOND) return 'just now'
  if (at < now) return `${span(now - at)} ago`
  const left = at - now
  return `in ${span(left + (left < MINUTE ? 0 : left < HOUR ? MINUTE : left < DAY ? HOUR : DAY) / 2)}`
}

/** One unit, rounded down. */
function span(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`
  const days = Math.floor(ms / DAY)
  if (days < 60) return days === 1 ? '1 day' : `${days} days`
  const months = Math.floor(days / 30.44)
  if (months < 24) return `${months} months`
  return `${Math.floor(days / 365.25)} years`
}

/** A length of time in its two largest units: "4 h 12 min", "38 s", "2 days 3 h". Below a second: "a second". */
export function duration(ms: number): string {
  const units = [
    [DAY, (n: number) => (n === 1 ? '1 day' : `${n} days`)],
    [HOUR, (n: number) => `${n} h`],
    [MINUTE, (n: number) => `${n} min`],
    [SECOND, (n: number) => `${n} s`],
  ] as const
  const from = units.findIndex(([size]) => ms >= size)
  if (from === -1) return 'a second'
  const parts: string[] = []
  let rest = ms
  for (const [size, words] of units.slice(from, from + 2)) {
    const n = Math.floor(rest / size)
    rest -= n * size
    if (n > 0) parts.push(words(n))
  }
  return parts.join(' ')
}
