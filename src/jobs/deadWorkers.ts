import type { Pool } from 'pg'
import sql, { raw } from 'sql-template-tag'
import { lifeLock } from './liveness.js'

/**
 * How long a worker's lock must be free before its jobs are unlocked, ms. A worker that only lost its session has this
 * long to finish its running jobs; it takes no new ones.
 */
const GRACE_MS = 3_000

/**
 * Returns a function that finds workers that have jobs but no longer hold their lock, and unlocks their jobs once the
 * lock was free for `GRACE_MS`. A worker's id and lock are never used again, so a free lock stays free, and any number
 * of servers may run this at the same time. The function resolves with the ids of the workers whose jobs it unlocked.
 */
export const deadWorkerCheck = (pool: Pool, now: () => number = () => performance.now()) => {
  let firstSeen = new Map<string, number>()
  return async (): Promise<readonly string[]> => {
    const { rows } = await pool.query<{ id: string }>(sql`
      -- A standby doesn't see the locks of the primary: there every worker would seem dead.
      with holder as materialized (
        select distinct locked_by as id from graphile_worker._private_jobs where locked_by is not null
      )
      select id from holder where not pg_is_in_recovery() and pg_try_advisory_xact_lock_shared(${lifeLock(raw('id'))})`)
    firstSeen = new Map(rows.map(({ id }) => [id, firstSeen.get(id) ?? now()]))
    const dead = [...firstSeen].filter(([, since]) => now() - since >= GRACE_MS).map(([id]) => id)
    if (dead.length > 0) await pool.query(sql`select graphile_worker.force_unlock_workers(${dead}::text[])`)
    return dead
  }
}
