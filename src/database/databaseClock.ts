import { performance } from 'node:perf_hooks'
import sql from 'sql-template-tag'
import type { Queryable } from './database.js'

/** The database's clock as this process knows it, for reads that build their conditions outside SQL. */
export interface DatabaseClock {
  now(): Date
  stop(): void
}

/** How far the database's clock is from this process's monotonic one, and how far that may be wrong; ms. */
export interface ClockReading {
  offset: number
  error: number
  /** When it was taken, by the monotonic clock. */
  at: number
}

const SYNC_EVERY_MS = 5_000
/** Taken at the start: the quickest is the best. */
const FIRST_READINGS = 5
/** By how much two clocks drift apart at most, as NTP lets them. */
const DRIFT = 500e-6

/**
 * Reads the database's clock and carries it on by the process's monotonic clock, so that a jump of this
 * machine's wall clock changes nothing. Read again every 5 s.
 * @throws where the database doesn't answer at the start
 */
export async function followDatabaseClock(database: Queryable): Promise<DatabaseClock> {
  let best = await read(database)
  const sync = async () => {
    best = betterOf(best, await read(database))
  }
  for (let count = 1; count < FIRST_READINGS; count++) await sync()
  const timer = setInterval(() => sync().catch(() => {}), SYNC_EVERY_MS)
  timer.unref()
  return {
    now: () => new Date(performance.now() + best.offset),
    stop: () => clearInterval(timer),
  }
}

/**
 * The reading to go on by. The older one as long as it is surer, so that an answer which a busy machine
 * delayed moves nothing; but where the two can't both be true the clock was set, and the newer one is.
 */
export function betterOf(older: ClockReading, newer: ClockReading): ClockReading {
  const error = older.error + DRIFT * (newer.at - older.at)
  const bothTrue = Math.abs(newer.offset - older.offset) <= newer.error + error
  return bothTrue && error < newer.error ? older : newer
}

/** The clock was read somewhere between the question and the answer. */
async function read(database: Queryable): Promise<ClockReading> {
  const before = performance.now()
  const [row] = await database.query<{ ms: number }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
  )
  const after = performance.now()
  if (!row) throw new Error('a select without a table returned no row')
  return { offset: row.ms - (before + after) / 2, error: (after - before) / 2, at: after }
}
