// Durable jobs: enqueued in the transaction that makes them necessary, run at least once by any server.

export { FOR_EVER, type Job, jobSql, jobsSql, type Payloads } from './jobs/job.js'
export { migrateJobs } from './jobs/migrateJobs.js'
export { forgetReplacedJobsSql } from './jobs/replacedJobs.js'
export { type RunningJobs, startJobs } from './jobs/startJobs.js'
export { endWaitingJobSql, type WaitingJob, waitingJobsSql } from './jobs/waitingJobs.js'
export type { Run, Tasks } from './jobs/workers.js'
