import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, runTaskList, type WorkerEvents } from 'graphile-worker'
import type { Pool } from 'pg'
import { jobRuns } from '../lib/channels.js'
import type { Payloads } from './job.js'
import { releasedOnce } from './releasedOnce.js'

const FINISH_WITHIN_MS = 2_000
const ABORT_WITHIN_MS = 3_000

/** One run of a task. */
export type Run = {
  /** The job's id in the queue. */
  readonly jobId: string
  /** 1 for the first. Runs that a crash interrupted count. */
  readonly attempt: number
  /** Aborts when the run should end: the server stops, or another server may have taken the job. */
  readonly signal: AbortSignal
}

/** One function for each job. If it throws, the error is logged and the job is run again, after a growing wait. */
export type Tasks<Jobs> = {
  readonly [Name in keyof Jobs]: (payload: Jobs[Name], run: Run) => Promise<void>
}

/** A set of workers with one id. The queue stores the id with each of their running jobs. */
export type Workers = {
  readonly id: string
  /** Starts taking jobs. */
  begin(): void
  /** Resolves with the reason when they can't work any more. */
  readonly broken: Promise<Error>
  /** Stops taking jobs. Resolves when the last running job has ended or gone back into the queue. */
  leave(): Promise<void>
}

/** Opens a set of workers. They take no job before `begin`. */
export const openWorkers = <Jobs extends Payloads<Jobs>>({
  pool,
  tasks,
  log,
  concurrency,
  pollInterval,
  gate = () => Promise.resolve(),
}: {
  pool: Pool
  tasks: Tasks<Jobs>
  /** For the queue's own log lines. */
  log: Logger
  concurrency: number
  pollInterval: number
  gate?: (() => Promise<void>) | undefined
}): Workers => {
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  let stopWaiting = () => {}
  const left = new Promise<void>((resolve) => {
    stopWaiting = resolve
  })

  const events: WorkerEvents = new EventEmitter()
  let leaving = false
  events.on('pool:gracefulShutdown', () => {
    leaving = true
  })
  const gaveUp = new Promise<Error>((resolve) => {
    // The queue caches the promise of its first lookup of the task ids. If that fails, every later one fails too.
    let failed = 0
    events.on('worker:getJob:empty', () => {
      failed = 0
    })
    events.on('job:start', () => {
      failed = 0
    })
    events.on('worker:getJob:error', ({ error }) => {
      failed++
      if (failed > 3 * concurrency) resolve(new Error('No job can be taken', { cause: error }))
    })
  })

  const names = Object.keys(tasks) as (keyof Jobs & string)[]
  const taskList = Object.fromEntries(
    names.map((name) => [
      name,
      (
        payload: unknown,
        { job, abortSignal }: { job: { id: string; attempts: number }; abortSignal: AbortSignal },
      ) =>
        jobRuns.watch({ task: name, attempt: job.attempts }, () =>
          tasks[name](payload as Jobs[typeof name], {
            jobId: job.id,
            attempt: job.attempts,
            signal: abortSignal,
          }),
        ),
    ]),
  )
  const workers = runTaskList(
    {
      schema: 'graphile_worker',
      logger: log,
      events,
      concurrency,
      pollInterval,
      noHandleSignals: true,
      gracefulShutdownAbortTimeout: FINISH_WITHIN_MS,
      // The queue calls this before it takes a job.
      forbiddenFlags: async () => {
        await begun
        await Promise.race([gate(), left])
        return null
      },
      // Without these two a job's end that can't be written becomes an unhandled rejection.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    },
    taskList,
    releasedOnce(pool),
  )
  const over = workers.promise.then(
    () => new Error('The workers ended'),
    (error: Error) => error,
  )

  return {
    id: workers.id,
    begin,
    broken: Promise.race([over, gaveUp]),
    async leave() {
      // If the queue gave up by itself, the shutdown has already begun.
      if (!leaving) Promise.resolve(workers.gracefulShutdown()).catch(() => {})
      begin()
      stopWaiting()
      const patience = new AbortController()
      const late = sleep(FINISH_WITHIN_MS + ABORT_WITHIN_MS, true, { signal: patience.signal }).catch(
        () => false,
      )
      const isLate = await Promise.race([late, over.then(() => false)])
      patience.abort()
      if (isLate) await Promise.resolve(workers.forcefulShutdown('The server stops')).catch(() => {})
    },
  }
}
