import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '@guildhall/embedded-postgres'
import pg from 'pg'
import { migrate } from '../src/database/migrate.js'
import { migrateJobs } from '../src/jobs/jobs.js'
import { createLog } from '../src/lib/log.js'
import { cleanedUpOnSignal } from './cleanUp.js'
import { seed } from './seed.js'

export interface Cluster {
  /** `postgresql://…` of the database that all contestants share. */
  url: string
  /** Process id of the postmaster, to read its CPU time. */
  pid: number
  stop(): Promise<void>
}

/**
 * Starts a PostgreSQL for the bench with the settings of the embedded one: commits wait for the disk.
 * @param fill creates its data
 */
export async function startCluster(fill: (pool: pg.Pool) => Promise<void> = seed): Promise<Cluster> {
  const log = createLog({ level: 'warn', production: false })
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-bench-'))
  const starting = startEmbeddedPostgres({ dataDir, log })
  const stop = cleanedUpOnSignal(async () => {
    const postgres = await starting.catch(() => undefined)
    await postgres?.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const postgres = await starting
  const pool = new pg.Pool({ connectionString: postgres.connectionString, max: 2 })
  pool.on('error', () => {})
  pool.on('connect', (connection) => connection.on('error', () => {}))
  await migrate({ connectionString: postgres.connectionString, log })
  await migrateJobs(pool, log)
  await fill(pool)
  const { rows } = await pool.query<{ pid: string }>(
    `select split_part(pg_read_file('postmaster.pid'), E'\n', 1) as pid`,
  )
  await pool.end()
  return {
    url: postgres.connectionString,
    pid: Number(rows[0]?.pid),
    stop,
  }
}
