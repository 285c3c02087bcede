import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { outageOf } from '../lib/outage.js'
import { deadWorkerCheck } from './deadWorkers.js'
import type { Payloads } from './job.js'
import { openLiveness } from './liveness.js'
import { type JobLog, queueLog } from './queueLog.js'
import { openWorkers, type Tasks } from './workers.js'

const CHECK_EVERY_MS = 1_000
const LONGEST_WAIT_MS = 5_000

export type RunningJobs = {
  /**
   * Takes no more jobs and waits for the running ones. After 2 s their signal aborts; jobs that still run 3 s later go
   * back into the queue for another server.
   */
  stop(): Promise<void>
}

/**
 * Runs jobs until stopped. It survives outages of the database.
 *
 * A job is run at least once. If a server dies, any server runs its jobs again within seconds, not after the queue's own
 * four hours: every set of workers holds a lock in a PostgreSQL session (`openLiveness`). If that session is lost, its
 * workers take no more jobs, and a new set with a new id and a new lock replaces them.
 */
export const startJobs = <Jobs extends Payloads<Jobs>>({
  pool,
  tasks,
  log,
  concurrency = 4,
  pollInterval = 1_000,
  gate,
  isDatabaseAway = () => false,
}: {
  pool: Pool
  tasks: Tasks<Jobs>
  log: JobLog
  /** The number of jobs that run at once. Each takes connections from the pool when it needs them. */
  concurrency?: number
  /** How often to look for scheduled jobs that are due, ms. Jobs without a `runAt` start at once. */
  pollInterval?: number
  /** Awaited before each job is taken. */
  gate?: (() => Promise<void>) | undefined
  /** Whether an error means that the database is unreachable. Such an error is not logged as a failure of the queue. */
  isDatabaseAway?: (error: unknown) => boolean
}): RunningJobs => {
  const stopping = new AbortController()
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()))
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {})
  /** Sets of workers that take no more jobs but still run some. */
  const leaving = new Set<Promise<void>>()

  const outage = outageOf('The job queue', log, isDatabaseAway)
  const checkOutage = outageOf('Checking for dead workers', log, isDatabaseAway)

  const runWorkers = async () => {
    const liveness = await openLiveness(pool)
    const workers = openWorkers({
      pool,
      tasks,
      log: queueLog(log, isDatabaseAway),
      concurrency,
      pollInterval,
      gate,
    })
    try {
      await liveness.lock(workers.id)
      workers.begin()
      outage.over()
      const end = await Promise.race([liveness.lost, workers.broken, stopped])
      if (end) throw end
    } finally {
      const left = workers.leave().finally(liveness.end)
      leaving.add(left)
      left.finally(() => leaving.delete(left))
    }
  }

  const keepAlive = async () => {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      const begun = performance.now()
      await runWorkers().catch((err) => {
        if (performance.now() - begun > LONGEST_WAIT_MS) failures = 0
        outage.report(err)
      })
      await pause(Math.min(LONGEST_WAIT_MS, 100 * 2 ** failures))
    }
  }

  const unlockJobsOfDeadWorkers = async () => {
    const check = deadWorkerCheck(pool)
    while (!stopping.signal.aborted) {
      try {
        for (const worker of await check()) log.warn({ worker }, 'took back the jobs of a worker that died')
        checkOutage.over()
      } catch (error) {
        checkOutage.report(error)
      }
      await pause(CHECK_EVERY_MS)
    }
  }

  const running = Promise.all([keepAlive(), unlockJobsOfDeadWorkers()])
  return {
    async stop() {
      stopping.abort()
      await running
      await Promise.all(leaving)
    },
  }
}
