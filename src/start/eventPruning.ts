import type { Queryable } from '../database/database.js'
import type { DatabaseClock } from '../database/databaseClock.js'
import type { Jobs } from '../domain/core/transact.js'
import { pruneEvents } from '../domain/orgs/pruneEvents.js'
import { type Job, jobSql, type Tasks, UNLIMITED_ATTEMPTS } from '../jobs/jobs.js'
import type { Log } from '../lib/log.js'

const ROUND_EVERY_MS = 60 * 60 * 1000

/**
 * The next run of the job that deletes old events. A round through all orgs is many short runs, so that it never holds up
 * the other jobs of the queue for long.
 * @param from the org with which it begins. Null: a new round
 */
export const nextPruning = (from: string | null, runAt?: Date): Job<Jobs> => ({
  name: 'pruneEvents',
  payload: { from },
  key: 'pruneEvents',
  maxAttempts: UNLIMITED_ATTEMPTS,
  ...(runAt && { runAt }),
})

/** @param keptMs how long events are kept. Undefined: for ever */
export function eventPruning(
  { database, clock, log }: { database: Queryable; clock: DatabaseClock; log: Log },
  keptMs: number | undefined,
): Tasks<Jobs>['pruneEvents'] {
  return async ({ from }, { signal }) => {
    // Another server, or this one before its restart, had the setting.
    if (keptMs === undefined) return
    const now = clock.now().getTime()
    const { events, next } = await pruneEvents(database, { before: new Date(now - keptMs), from, signal })
    if (events > 0) log.debug({ events }, 'deleted events that are older than EVENT_RETENTION_D')
    const runAt = next === null ? new Date(now + ROUND_EVERY_MS) : undefined
    await database.query(jobSql<Jobs>(nextPruning(next, runAt)))
  }
}
