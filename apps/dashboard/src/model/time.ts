import { amounts, fromNow, type Unit } from '../words/format.js'
import { words } from '../words/words.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * "just now", "12 seconds ago", "in 3 days": the distance from `now` to `at`, both in ms since the epoch. A past time is
 * rounded down. A future time is rounded to the nearest unit, so that a week that just began is still 7 days.
 */
export function relativeTime(at: number, now: number): string {
  if (Math.abs(now - at) < 2 * SECOND) return words().time.justNow
  if (at < now) {
    const [count, unit] = span(now - at)
    return fromNow(-count, unit)
  }
  const left = at - now
  return fromNow(...span(left + (left < MINUTE ? 0 : left < HOUR ? MINUTE : left < DAY ? HOUR : DAY) / 2))
}

/** "in 5 minutes": when to try again, rounded up so that it isn't too early. */
export function inSeconds(seconds: number): string {
  if (seconds <= 90) return fromNow(Math.max(1, Math.ceil(seconds)), 'second')
  if (seconds <= 90 * 60) return fromNow(Math.ceil(seconds / 60), 'minute')
  return fromNow(Math.ceil(seconds / 3600), 'hour')
}

/** One unit, rounded down. */
function span(ms: number): [number, Unit] {
  if (ms < MINUTE) return [Math.floor(ms / SECOND), 'second']
  if (ms < HOUR) return [Math.floor(ms / MINUTE), 'minute']
  if (ms < DAY) return [Math.floor(ms / HOUR), 'hour']
  const days = Math.floor(ms / DAY)
  if (days < 60) return [days, 'day']
  const months = Math.floor(days / 30.44)
  if (months < 24) return [months, 'month']
  return [Math.floor(days / 365.25), 'year']
}

/** A length of time in its two largest units: "4 hours, 12 minutes". At least a second. */
export function duration(ms: number): string {
  const units: ReadonlyArray<readonly [number, Unit]> = [
    [DAY, 'day'],
    [HOUR, 'hour'],
    [MINUTE, 'minute'],
    [SECOND, 'second'],
  ]
  const from = units.findIndex(([size]) => ms >= size)
  if (from === -1) return amounts([[1, 'second']])
  const parts: Array<[number, Unit]> = []
  let rest = ms
  for (const [size, unit] of units.slice(from, from + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push([count, unit])
  }
  return amounts(parts)
}
