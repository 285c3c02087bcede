import { migrate } from '../../src/database/migrate.js'
import { migrateJobs } from '../../src/jobs/jobs.js'
import { log } from './log.js'
import { openPool } from './openPool.js'

/**
 * What a server does to a new database before it serves. The run does it once, in the template of
 * all databases.
 */
export const bootSteps: ((connectionString: string) => Promise<unknown>)[] = [
  (connectionString) => migrate({ connectionString, log }),
  async (connectionString) => {
    const pool = openPool(connectionString)
    await migrateJobs(pool, log).finally(() => pool.end())
  },
]
