import { performance } from 'node:perf_hooks'
import sql from 'sql-template-tag'
import type { Queryable } from './database.js'

/** The database's clock as this process knows it, for reads that build their conditions outside SQL. */
export interface DatabaseClock {
  now(): Date
  stop(): void
}

const CLOCK_SYNC_EVERY_MS = 5_000

/**
 * Reads the database's clock once and carries it on by the process's monotonic clock, so that a jump of
 * this machine's wall clock changes nothing. Read again every 5 s; off by half a round trip at most.
 */
export async function followDatabaseClock(database: Queryable): Promise<DatabaseClock> {
  let databaseTime = 0
  let monotonicTime = 0
  async function sync() {
    const before = performance.now()
    const [row] = await database.query<{ now: Date }>(sql`select clock_timestamp() as now`)
    const after = performance.now()
    if (!row) return
    databaseTime = row.now.getTime()
    monotonicTime = (before + after) / 2
  }
  await sync()
  const timer = setInterval(() => sync().catch(() => {}), CLOCK_SYNC_EVERY_MS)
  timer.unref()
  return {
    now: () => new Date(databaseTime + performance.now() - monotonicTime),
    stop: () => clearInterval(timer),
  }
}
