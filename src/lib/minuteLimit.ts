import { LRUCache } from 'lru-cache'

const WINDOW_MS = 60_000
/** The most keys that are counted. Beyond it the least recently used is dropped, to bound the memory. */
const MAX_KEYS = 50_000

/** Limits how often something happens per key, such as an address or a user. It counts in memory. */
export interface MinuteLimit {
  /** Counts one case. Returns 0 if it may go on, or else how long to wait, ms. */
  count(key: string): number
  /** Undoes one count: the case turned out to be exempt. */
  takeBack(key: string): void
}

/**
 * Allows `perMinute` cases per key in a window of one minute. The window starts with the key's first case. 0 sets no
 * limit.
 */
export function minuteLimit(perMinute: number, now: () => number = () => performance.now()): MinuteLimit {
  if (perMinute === 0) return { count: () => 0, takeBack: () => {} }
  const windows = new LRUCache<string, { endsAt: number; count: number }>({ max: MAX_KEYS })
  return {
    count(key) {
      const time = now()
      const window = windows.get(key)
      if (window === undefined || window.endsAt <= time) {
        windows.set(key, { endsAt: time + WINDOW_MS, count: 1 })
        return 0
      }
      window.count++
      return window.count <= perMinute ? 0 : window.endsAt - time
    },
    takeBack(key) {
      const window = windows.get(key)
      if (window && window.count > 0) window.count--
    },
  }
}
