import type { Log } from '../../lib/log.js'
import { type Hints, inProcessHints } from './hints.js'
import { postgresHints } from './postgresHints.js'
import { redisHints } from './redisHints.js'

export interface HintsOptions {
  /** A Redis server for hints between servers, instead of PostgreSQL. */
  redisUrl: string | undefined
  /** A PostgreSQL that several servers may share. Undefined if only this server uses the database. */
  databaseUrl: string | undefined
  log: Log
}

/** Opens the hints that the settings ask for. */
export function openHints({ redisUrl, databaseUrl, log }: HintsOptions): Hints {
  if (redisUrl !== undefined) return redisHints({ url: redisUrl, log })
  if (databaseUrl !== undefined) return postgresHints({ connectionString: databaseUrl, log })
  return inProcessHints()
}
