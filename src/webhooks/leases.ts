import type { Queryable } from '../database/database.js'
import type { Outage } from '../lib/outage.js'
import { LEASE_MS, type Place, renewLeases } from './places.js'
import { keyOf, type ProgressWriter } from './progressWriter.js'

const RENEW_EVERY_MS = 1_500
/** A lease that was not renewed for so long may be over soon: its attempts are broken off. */
const LEASE_SAFE_MS = LEASE_MS - 1_000

/** A place whose lease this server has. */
export interface LeasedPlace extends Place {
  /** When the lease was taken or renewed, by the monotonic clock, ms. */
  leasedAt: number
  /** Breaks off its attempts. */
  abort: AbortController
}

export interface Leases {
  /** Renews those that it is time for, and breaks off what may have lost its lease. Call it often. */
  watch(): void
  /** Resolves when nothing is being renewed. */
  settled(): Promise<void>
}

/** @param held the places by `keyOf`. Others add and delete them. */
export function keepLeases(
  held: ReadonlyMap<string, LeasedPlace>,
  {
    database,
    owner,
    progress,
    outage,
  }: { database: Queryable; owner: string; progress: ProgressWriter; outage: Outage },
): Leases {
  let lastRenewal = performance.now()
  let renewing: Promise<void> | undefined

  async function renew(): Promise<void> {
    const places = [...held.values()]
    const at = performance.now()
    const own = new Set((await progress.apart(() => renewLeases(database, owner, places))).map(keyOf))
    for (const place of places)
      if (own.has(keyOf(place))) place.leasedAt = at
      else if (held.get(keyOf(place)) === place) place.abort.abort()
  }

  return {
    watch() {
      const now = performance.now()
      for (const place of held.values()) if (now - place.leasedAt > LEASE_SAFE_MS) place.abort.abort()
      if (held.size === 0 || renewing || now - lastRenewal < RENEW_EVERY_MS) return
      lastRenewal = now
      renewing = renew()
        .catch((error) => outage.report(error))
        .finally(() => {
          renewing = undefined
        })
    },
    settled: async () => await renewing,
  }
}
