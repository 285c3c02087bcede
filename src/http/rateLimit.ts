import { minuteLimit } from '../lib/minuteLimit.js'
import { sourceOf } from './address.js'

/** Limits requests per address. */
export interface RateLimit {
  /** Counts one request. Returns 0 if it may go on, or else how long to wait, ms. */
  count(address: string): number
  /** Undoes one count: the request turned out to be exempt. */
  takeBack(address: string): void
}

/**
 * Allows `perMinute` requests per address in a window of one minute. 0 sets no limit.
 * @param onRefused is called for each refused request
 */
export const rateLimit = (
  perMinute: number,
  now?: () => number,
  onRefused: (source: string) => void = () => {},
): RateLimit => {
  const limit = minuteLimit(perMinute, now)
  return {
    count(address) {
      const source = sourceOf(address)
      const waitMs = limit.count(source)
      if (waitMs > 0) onRefused(source)
      return waitMs
    },
    takeBack: (address) => limit.takeBack(sourceOf(address)),
  }
}
