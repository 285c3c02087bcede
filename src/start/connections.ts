import type { Settings } from '../settings/settings.js'

/** Beside its pool: one for each of two proofs that jobs are run, two for hints, one to watch the database. */
const BESIDE_THE_POOL = 5
/** For those who start while others end, and for whoever looks inside. */
const SPARE = 20

/** Connections to PostgreSQL that all workers of these settings may hold, and some to spare. */
export function connectionsOf({ workers, database }: Settings): number {
  return workers * (database.poolSize + BESIDE_THE_POOL) + SPARE
}
