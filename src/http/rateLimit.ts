import { isIP } from 'node:net'
import { LRUCache } from 'lru-cache'

const WINDOW_MS = 60_000
/** Addresses counted at once. Beyond it the longest silent is forgotten, so that no flood fills the memory. */
const MAX_ADDRESSES = 50_000

/** One household or server has a whole /64 of IPv6: its addresses count as one. */
const sourceOf = (address: string) => {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right]
  return groups.slice(0, 4).join(':')
}

/** Counts one request of this address. Answers how long to wait in ms, or 0 where it may go on. */
export type RateLimit = (address: string) => number

/** At most `perMinute` requests of one address in a minute that begins with its first; 0 sets no limit. */
export const rateLimit = (perMinute: number, now: () => number = () => performance.now()): RateLimit => {
  if (perMinute === 0) return () => 0
  const windows = new LRUCache<string, { endsAt: number; count: number }>({ max: MAX_ADDRESSES })
  return (address) => {
    const source = sourceOf(address)
    const time = now()
    const window = windows.get(source)
    if (window === undefined || window.endsAt <= time) {
      windows.set(source, { endsAt: time + WINDOW_MS, count: 1 })
      return 0
    }
    window.count++
    return window.count > perMinute ? window.endsAt - time : 0
  }
}
