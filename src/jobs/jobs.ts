// Durable jobs: enqueued in the transaction that makes them necessary, run at least once by any server.

export { FOR_EVER, type Job, jobSql, jobsSql, type Payloads } from './job.js'
export { migrateJobs } from './migrateJobs.js'
export { forgetReplacedJobsSql } from './replacedJobs.js'
export { type RunningJobs, startJobs } from './startJobs.js'
export { endWaitingJobSql, type WaitingJob, waitingJobsSql } from './waitingJobs.js'
export type { Run, Tasks } from './workers.js'
