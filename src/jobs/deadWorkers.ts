import type { Pool } from 'pg'
import sql, { raw } from 'sql-template-tag'
import { lifeLock } from './liveness.js'

/**
 * How long a lock has to be seen free before its worker's jobs are taken away, in ms. A worker that lost
 * only its session has as long to end what it is running; it takes nothing new.
 */
const GRACE_MS = 3_000

/**
 * Looks for workers that hold jobs but whose lock nobody holds, and unlocks the jobs of those that had
 * none for `GRACE_MS`. A worker's id is never used again and its lock never taken again, so a free lock
 * stays free, and any number of servers may look at once.
 *
 * Returns the look to be repeated; it resolves with the ids of the workers whose jobs it unlocked.
 */
export const lookForDeadWorkers = (pool: Pool, now: () => number = () => performance.now()) => {
  let firstSeen = new Map<string, number>()
  return async (): Promise<readonly string[]> => {
    const { rows } = await pool.query<{ id: string }>(sql`
      -- A standby knows no locks of other servers' sessions: there every worker would seem dead.
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
