import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { outageOf } from '../lib/outage.js'
import { lookForDeadWorkers } from './deadWorkers.js'
import type { Payloads } from './job.js'
import { openLiveness } from './liveness.js'
import { type JobLog, queueLog } from './queueLog.js'
import { openWorkers, type Tasks } from './workers.js'

const LOOK_EVERY_MS = 1_000
const LONGEST_WAIT_MS = 5_000

export type RunningJobs = {
  /**
   * Takes no more jobs and waits for those that are running: within 2 s as they like, then with their
   * signal aborted; what still runs 3 s later goes back into the queue for another server.
   */
  stop(): Promise<void>
}

/**
 * Runs jobs until stopped, whatever becomes of the database meanwhile.
 *
 * A job is run at least once. What a server was running when it died is run again by any server within
 * seconds, not after the queue's own four hours, because every set of workers proves that it lives by a
 * lock of a PostgreSQL session (`openLiveness`). The proof gone, its workers take no more jobs: a new
 * set, with a new id and a new proof, takes their place.
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
  /** Jobs at once; each takes a connection of the pool as it needs one. */
  concurrency?: number
  /** How often to look for jobs whose time has come, in ms. Those for now are heard of at once. */
  pollInterval?: number
  /** Waited for before each job is taken. */
  gate?: (() => Promise<void>) | undefined
  /** Says that the database is away, where an error says so: then it is no failure of the queue. */
  isDatabaseAway?: (error: unknown) => boolean
}): RunningJobs => {
  const stopping = new AbortController()
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()))
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {})
  /** Sets of workers that take no more jobs but have some running. */
  const leaving = new Set<Promise<void>>()

  const outage = outageOf('The job queue', log, isDatabaseAway)
  const lookOutage = outageOf('Looking for workers that died', log, isDatabaseAway)

  const oneLife = async () => {
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
      await liveness.vouchFor(workers.id)
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
      await oneLife().catch((err) => {
        if (performance.now() - begun > LONGEST_WAIT_MS) failures = 0
        outage.report(err)
      })
      await pause(Math.min(LONGEST_WAIT_MS, 100 * 2 ** failures))
    }
  }

  const freeTheDeadsJobs = async () => {
    const look = lookForDeadWorkers(pool)
    while (!stopping.signal.aborted) {
      try {
        for (const worker of await look()) log.warn({ worker }, 'took back the jobs of a worker that died')
        lookOutage.over()
      } catch (error) {
        lookOutage.report(error)
      }
      await pause(LOOK_EVERY_MS)
    }
  }

  const running = Promise.all([keepAlive(), freeTheDeadsJobs()])
  return {
    async stop() {
      stopping.abort()
      await running
      await Promise.all(leaving)
    },
  }
}
