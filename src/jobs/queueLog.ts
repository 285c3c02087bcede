import { Logger } from 'graphile-worker'
import type { BaseLogger } from 'pino'

export type JobLog = Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>

const levels = { error: 'warn', warning: 'warn', info: 'debug', debug: 'debug' } as const

/**
 * Passes the queue's log lines to our log, without their details, which contain whole payloads.
 *
 * A job that throws is logged as an error, except while the database is unreachable. The queue's other errors are about
 * its connections and workers. `startJobs` logs once that the queue fails, and replaces the workers.
 */
export const queueLog = (log: JobLog, isDatabaseAway: (error: unknown) => boolean = () => false): Logger =>
  new Logger(({ workerId, taskIdentifier, jobId }) => (level, message, meta = {}) => {
    const error = meta.error ?? meta.fatalError
    const facts = { worker: workerId, task: taskIdentifier, job: jobId }
    if (level !== 'error') log[levels[level]](facts, message)
    else if (error === undefined || isDatabaseAway(error)) log.debug(facts, message)
    else log[meta.failure === true ? 'error' : 'warn'](facts, message)
  })
