import { LRUCache } from 'lru-cache'
import { sourceOf } from './address.js'

const WINDOW_MS = 60_000
/** Addresses counted at once. Beyond it the longest silent is forgotten, so that no flood fills the memory. */
const MAX_ADDRESSES = 50_000

/** Counts requests by address. */
export interface RateLimit {
  /** Counts one. Answers how long to wait in ms, or 0 where it may go on. */
  count(address: string): number
  /** One that was counted turned out not to be of those that are. */
  takeBack(address: string): void
}

/**
 * At most `perMinute` requests of one address in a minute that begins with its first; 0 sets no limit.
 * @param onRefused is told of each that may not go on
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
