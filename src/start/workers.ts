import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { ownUrl } from '../http/ownUrl.js'
import type { Log } from '../lib/log.js'
import { StartError } from '../lib/startError.js'
import type { Settings } from '../settings/settings.js'
import { announceListening, openPostgres, STOP, stopOnSignals } from './process.js'

/** The delay before a dead worker is replaced. It limits the cost if every new worker dies at once. */
const REPLACE_AFTER_MS = 1_000

/**
 * Runs as many workers as WORKERS says behind one port, and replaces each one that ends. A worker is a whole server
 * on the same database. Workers share only the port: they send hints to each other as separate servers do, and each
 * counts rates and sockets by itself.
 * @throws {StartError} also if a worker can't start; the worker has logged the reason
 */
export async function superviseWorkers(settings: Settings, log: Log): Promise<void> {
  let stopping = false
  const starting = openPostgres(settings, log, { isStopping: () => stopping })
  let env = {}
  const serving = new Set<Worker>()

  const replaceWhenEnded = async (worker: Worker): Promise<void> => {
    const [code, signal] = await once(worker.process, 'exit')
    serving.delete(worker)
    if (stopping) return
    log.error({ code, signal }, 'a worker ended: starting another')
    while (!stopping) {
      await delay(REPLACE_AFTER_MS)
      try {
        if (!stopping) await start()
        return
      } catch (error) {
        log.error({ err: error }, 'a worker could not be replaced: trying again')
      }
    }
  }
  const start = async (): Promise<string> => {
    const worker = cluster.fork(env)
    const url = await listening(worker)
    serving.add(worker)
    void replaceWhenEnded(worker)
    return url
  }
  const close = async () => {
    stopping = true
    const ends = Object.values(cluster.workers ?? {}).map(async (worker) => {
      if (!worker || worker.isDead()) return
      const ended = once(worker.process, 'exit')
      // A worker that is still starting does not listen for messages yet, and has no requests to finish.
      if (serving.has(worker)) worker.send(STOP)
      else worker.process.kill('SIGKILL')
      await ended
    })
    await Promise.all(ends)
    // PostgreSQL may still be starting, and can be stopped only after that. If the start fails, there is nothing to
    // stop.
    await (await starting.catch(() => null))?.stop()
  }

  // Registered before PostgreSQL starts, because a signal during the start must also stop PostgreSQL.
  stopOnSignals(log, close)
  try {
    const { connectionString } = await starting
    if (stopping) return
    if (settings.database.url === undefined) env = { DATABASE_URL: connectionString }
    let url = ''
    // Starts them one after another, because the first one migrates and seeds the database.
    for (let count = 0; count < settings.workers; count++) url = await start()
    await announceListening(url, settings, log, settings.database.dataDir)
  } catch (error) {
    // A signal during the start makes the start fail. That is not an error.
    if (stopping) return
    await close()
    throw error
  }
}

/**
 * Waits until a worker listens.
 * @returns its URL
 * @throws {StartError} if it ends before
 */
function listening(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('listening', ({ address, port }) => resolve(ownUrl(address, port)))
    worker.once('exit', (code) =>
      reject(new StartError(`a worker ended with code ${code} before it listened`)),
    )
  })
}
