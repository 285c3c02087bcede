import { runMigrations } from 'graphile-worker'
import { Client, type Pool } from 'pg'
import sql from 'sql-template-tag'
import { type JobLog, queueLog } from './queueLog.js'

/** Any number that no other advisory lock of this database has. */
const MIGRATION_LOCK = 4_758_201_663

/**
 * Makes the queue's tables or brings them up to date. Safe when several servers start at once: they take
 * turns, and whoever comes later finds nothing to do.
 *
 * @throws where the tables were made by a newer release that this one can't work with
 */
export const migrateJobs = async (pool: Pool, log: JobLog): Promise<void> => {
  const turn = new Client(pool.options)
  turn.on('error', (err) => log.warn({ err }, 'lost the turn to migrate the job queue'))
  await turn.connect()
  try {
    await turn.query(sql`select set_config('statement_timeout', '0', false)`)
    await turn.query(sql`select pg_advisory_lock(${MIGRATION_LOCK})`)
    await runMigrations({ pgPool: pool, schema: 'graphile_worker', logger: queueLog(log) })
    // Finds the few jobs that are running among any number that wait: every server asks each second.
    const { rows } = await turn.query<{ missing: boolean }>(
      sql`select to_regclass('graphile_worker.jobs_locked_by') is null as missing`,
    )
    if (rows[0]?.missing)
      await turn.query(
        sql`create index jobs_locked_by on graphile_worker._private_jobs (locked_by) where locked_by is not null`,
      )
  } finally {
    await turn.end()
  }
}
