// A job server in its own process, to be killed. It starts the job `work`, records that, and never
// ends it.
import sql from 'sql-template-tag'
import { startJobs } from '../../src/jobs/jobs.js'
import { openPool } from './openPool.js'

export type Jobs = { work: { value: number } }

const pool = openPool(process.argv[2] ?? '')

startJobs<Jobs>({
  pool,
  tasks: {
    async work({ value }) {
      await pool.query(sql`insert into run (value) values (${value})`)
      await new Promise(() => {})
    },
  },
  log: { debug() {}, info() {}, warn: console.warn, error: console.error },
})
