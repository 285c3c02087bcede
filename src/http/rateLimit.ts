import { LRUCache } from 'lru-cache'
import { sourceOf } from './address.js'

const WINDOW_MS = 60_000
/** The most addresses that are counted. Beyond it the least recently used is dropped, to bound the memory. */
const MAX_ADDRESSES = 50_000

/** Limits requests per address. */
export interface RateLimit {
  /** Counts one request. Returns 0 if it may go on, or else how long to wait, ms. */
  count(address: string): number
  /** Undoes one count: the request turned out to be exempt. */
  takeBack(address: string): void
}

/**
 * Allows `perMinute` requests per address in a window of one minute. The window starts with the address's first
 * request. 0 sets no limit.
 * @param onRefused is called for each refused request
 */
export const rateLimit = (
  perMinute: number,
  now: () => number = () => performance.now(),
  onRefused: (source: string) => void = () => {},
): RateLimit => {
  if (perMinute === 0) return { count: () => 0, takeBack: () => {} }
  const windows = new LRUCache<string, { endsAt: number; count: number }>({ max: MAX_ADDRESSES })
  return {
    count(address) {
      const source = sourceOf(address)
      const time = now()
      const window = windows.get(source)
      if (window === undefined || window.endsAt <= time) {
        windows.set(source, { endsAt: time + WINDOW_MS, count: 1 })
        return 0
      }
      window.count++
      if (window.count <= perMinute) return 0
      onRefused(source)
      return window.endsAt - time
    },
    takeBack(address) {
      const window = windows.get(sourceOf(address))
      if (window && window.count > 0) window.count--
    },
  }
}
