import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, runTaskList, type WorkerEvents } from 'graphile-worker'
import type { Pool } from 'pg'
import type { Payloads } from './job.js'
import { releasedOnce } from './releasedOnce.js'

const LEAVE_UNASKED_MS = 2_000
const LEAVE_WHEN_ASKED_MS = 3_000

/** What a task may want to know of its run. */
export type Run = {
  /** 1 for the first, counting those cut short by a crash. */
  readonly attempt: number
  /** Aborts where the run should end, because this server stops or the job may be another's by now. */
  readonly signal: AbortSignal
}

/** One function a job: what it throws is logged and has the job run again, later each time. */
export type Tasks<Jobs> = {
  readonly [Name in keyof Jobs]: (payload: Jobs[Name], run: Run) => Promise<void>
}

/** One set of workers under one id, which stands beside the jobs that they are running. */
export type Workers = {
  readonly id: string
  /** They take no job before this. */
  begin(): void
  /** Resolves when they can't go on. */
  readonly broken: Promise<Error>
  /** They take no more jobs. Resolves when the last one that was running ended or went back into the queue. */
  leave(): Promise<void>
}

/** Opens a set of workers, which take no job yet. */
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
  /** Takes what the queue itself has to say. */
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
    // The queue keeps the promise of its first look at the tasks' numbers, so where that fails every
    // later look fails too.
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
      (payload: unknown, { job, abortSignal }: { job: { attempts: number }; abortSignal: AbortSignal }) =>
        tasks[name](payload as Jobs[typeof name], { attempt: job.attempts, signal: abortSignal }),
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
      gracefulShutdownAbortTimeout: LEAVE_UNASKED_MS,
      // Asked before each job is taken.
      forbiddenFlags: async () => {
        await begun
        await Promise.race([gate(), left])
        return null
      },
      // Without these two an end that can't be written down is a rejection that nobody handles.
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
      // Where the queue itself gave up they are leaving already.
      if (!leaving) Promise.resolve(workers.gracefulShutdown()).catch(() => {})
      begin()
      stopWaiting()
      const patience = new AbortController()
      const late = sleep(LEAVE_UNASKED_MS + LEAVE_WHEN_ASKED_MS, true, { signal: patience.signal }).catch(
        () => false,
      )
      const isLate = await Promise.race([late, over.then(() => false)])
      patience.abort()
      if (isLate) await Promise.resolve(workers.forcefulShutdown('The server stops')).catch(() => {})
    },
  }
}
