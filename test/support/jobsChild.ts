// A server of its own, to be killed: takes the job `work`, writes that it did, and never ends it.
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
