import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { jobSql, migrateJobs, type RunningJobs, startJobs, type Tasks } from '../../src/jobs/jobs.js'
import type { JobLog } from '../../src/jobs/queueLog.js'
import { createDatabase } from './database.js'
import type { Jobs } from './jobsChild.js'
import { openPool } from './openPool.js'

export const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * A database with a job queue and a table `run` for results. Both are emptied before each test of
 * the file.
 */
export const useJobs = () => {
  let database: Awaited<ReturnType<typeof createDatabase>>
  let pool: Pool
  const servers = new Set<RunningJobs>()

  beforeAll(async () => {
    database = await createDatabase()
    pool = openPool(database.url)
    await migrateJobs(pool, silent)
    await pool.query('create table run (value int not null)')
  })
  beforeEach(() => pool.query('truncate run; truncate graphile_worker._private_jobs'))
  afterEach(async () => {
    await Promise.all([...servers].map((server) => server.stop()))
    servers.clear()
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  return {
    get url() {
      return database.url
    },
    /** Disconnects all sessions and refuses new connections until `comeBack`. */
    async goAway() {
      const client = await pool.connect()
      await database.allowConnections(false)
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      client.release(true)
    },
    comeBack: () => database.allowConnections(true),
    get pool() {
      return pool
    },
    /** Starts a job server that stops after the test. */
    serve(work: Tasks<Jobs>['work'], own = pool, log: JobLog = silent): RunningJobs {
      const server = startJobs<Jobs>({ pool: own, tasks: { work }, log, pollInterval: 100 })
      servers.add(server)
      return server
    },
    enqueue: (value: number, options: { runAt?: Date; key?: string; maxAttempts?: number } = {}) =>
      pool.query(jobSql<Jobs>({ name: 'work', payload: { value }, ...options })),
    async jobsLeft() {
      const { rows } = await pool.query<{ left: number }>(
        'select count(*)::int as left from graphile_worker._private_jobs',
      )
      return rows[0]?.left
    },
    /** The last error of each job in the queue. */
    async errors() {
      const { rows } = await pool.query<{ last_error: string | null }>(
        'select last_error from graphile_worker._private_jobs order by last_error nulls first',
      )
      return rows.map((row) => row.last_error)
    },
  }
}

export const eventually = (ms: number, check: () => unknown) =>
  vi.waitFor(check, { timeout: ms, interval: 20 })
