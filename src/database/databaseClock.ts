import { performance } from 'node:perf_hooks'
import sql from 'sql-template-tag'
import type { Queryable } from './database.js'

/** The database's clock as this process knows it, for conditions that are not built in SQL. */
export interface DatabaseClock {
  now(): Date
  stop(): void
}

/** The difference between the database's clock and this process's monotonic clock, and its possible error, in ms. */
export interface ClockReading {
  offset: number
  error: number
  /** When it was taken, by the monotonic clock. */
  at: number
}

const SYNC_EVERY_MS = 5_000
/** Readings at the start. The quickest is the best. */
const FIRST_READINGS = 5
/** The most by which two clocks drift apart, as NTP allows. */
const DRIFT = 500e-6

/**
 * Reads the database's clock every 5 s. In between it adds the time of the process's monotonic clock, so a jump of this
 * machine's wall clock changes nothing.
 * @throws if the database doesn't answer at the start
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
 * Chooses between two readings. The older one stays while its error is smaller, so that a slow answer of a busy machine
 * changes nothing. If both can't be true, the database's clock was set, and the newer reading counts.
 */
export function betterOf(older: ClockReading, newer: ClockReading): ClockReading {
  const error = older.error + DRIFT * (newer.at - older.at)
  const bothTrue = Math.abs(newer.offset - older.offset) <= newer.error + error
  return bothTrue && error < newer.error ? older : newer
}

/** The clock was read at some time between the question and the answer. */
async function read(database: Queryable): Promise<ClockReading> {
  const before = performance.now()
  const [row] = await database.query<{ ms: number }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
  )
  const after = performance.now()
  if (!row) throw new Error('a select without a table returned no row')
  return { offset: row.ms - (before + after) / 2, error: (after - before) / 2, at: after }
}
