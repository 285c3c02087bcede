import { runMigrations } from 'graphile-worker'
import { Client, type Pool } from 'pg'
import sql from 'sql-template-tag'
import { type JobLog, queueLog } from './queueLog.js'

/** A number that no other advisory lock of this database uses. */
const MIGRATION_LOCK = 4_758_201_663

/**
 * Creates or migrates the queue's tables. Safe if several servers start at once: they run one after the other, and the
 * later ones find nothing to do.
 *
 * @throws if the tables were migrated by a newer release that this one can't work with
 */
export const migrateJobs = async (pool: Pool, log: JobLog): Promise<void> => {
  const client = new Client(pool.options)
  client.on('error', (err) =>
    log.warn({ err }, 'lost the connection that holds the job queue’s migration lock'),
  )
  await client.connect()
  try {
    await client.query(sql`select set_config('statement_timeout', '0', false)`)
    await client.query(sql`select pg_advisory_lock(${MIGRATION_LOCK})`)
    await runMigrations({ pgPool: pool, schema: 'graphile_worker', logger: queueLog(log) })
    // To find the few running jobs among many waiting ones: every server looks for them each second.
    const { rows } = await client.query<{ missing: boolean }>(
      sql`select to_regclass('graphile_worker.jobs_locked_by') is null as missing`,
    )
    if (rows[0]?.missing)
      await client.query(
        sql`create index jobs_locked_by on graphile_worker._private_jobs (locked_by) where locked_by is not null`,
      )
  } finally {
    await client.end()
  }
}
