import { Logger } from 'graphile-worker'
import type { BaseLogger } from 'pino'

export type JobLog = Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>

const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'debug' } as const

/** The queue's own log lines in ours, without their details, which have whole payloads. */
export const queueLog = (log: JobLog): Logger =>
  new Logger(({ workerId, taskIdentifier, jobId }) => (level, message) => {
    log[levels[level]]({ worker: workerId, task: taskIdentifier, job: jobId }, message)
  })
