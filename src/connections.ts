import type { Settings } from './settings.js'

/** Beside its pool: one for each of two proofs that jobs are run, one to hear hints and one to send them. */
const BESIDE_THE_POOL = 4
/** For those who start while others end, and for whoever looks inside. */
const SPARE = 20

/** Connections to PostgreSQL that all workers of these settings may hold, and some to spare. */
export function connectionsOf({ workers, database }: Settings): number {
  return workers * (database.poolSize + BESIDE_THE_POOL) + SPARE
}
