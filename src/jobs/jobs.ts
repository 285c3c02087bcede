// Durable jobs. They are enqueued in the transaction that causes them, and run at least once by any server.

export { type Job, jobSql, jobsSql, UNLIMITED_ATTEMPTS } from './job.js'
export { migrateJobs } from './migrateJobs.js'
export { type QueuedJobs, queuedJobsSql } from './queuedJobs.js'
export { deleteReplacedJobsSql } from './replacedJobs.js'
export { endRunningJobSql } from './runningJob.js'
export { type RunningJobs, startJobs } from './startJobs.js'
export { endWaitingJobSql, type WaitingJob, waitingJobsSql } from './waitingJobs.js'
export type { Run, Tasks } from './workers.js'
