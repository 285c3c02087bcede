import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbeddedPostgres } from '@guildhall/embedded-postgres'
import { banner } from '../../demo/banner.js'
import { ownUrl } from '../http/ownUrl.js'
import type { Log } from '../lib/log.js'
import { StartError } from '../lib/startError.js'
import type { Settings } from '../settings/settings.js'
import { connectionsOf } from './connections.js'
import { signInSecret } from './signInSecret.js'
import { startLine } from './startLine.js'
import { STOP, stopOnSignals } from './stopOnSignals.js'

/** A worker that ended is replaced after so long, so that one that can't live costs little. */
const REPLACE_AFTER_MS = 1_000

/**
 * Runs so many workers behind one port, each a whole server on the same database, and starts another where one
 * ends. Nothing is shared between them but the port, so they are several servers in every respect: hints go from
 * one to the other, and what is counted in memory (rates, sockets) each counts by itself.
 * @throws {EmbeddedPostgresError} and where a worker can't start, which has said why itself
 */
export async function superviseWorkers(settings: Settings, log: Log): Promise<void> {
  const { dataDir, url } = settings.database
  const starting =
    url === undefined ? startEmbeddedPostgres({ dataDir, log, connections: connectionsOf(settings) }) : null
  let env = {}
  const serving = new Set<Worker>()
  let stopping = false

  const replaceAtItsEnd = async (worker: Worker): Promise<void> => {
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
    const here = await listening(worker)
    serving.add(worker)
    void replaceAtItsEnd(worker)
    return here
  }
  const close = async () => {
    stopping = true
    const ends = Object.values(cluster.workers ?? {}).map(async (worker) => {
      if (!worker || worker.isDead()) return
      const ended = once(worker.process, 'exit')
      // One that doesn't serve yet hears nothing yet, and has nothing under way.
      if (serving.has(worker)) worker.send(STOP)
      else worker.process.kill('SIGKILL')
      await ended
    })
    await Promise.all(ends)
    // Before it has started it can't be stopped; where it doesn't start there is nothing to stop.
    await (await starting?.catch(() => null))?.stop()
  }

  // Before PostgreSQL runs, so that no signal leaves it behind.
  stopOnSignals(log, close)
  try {
    const embedded = await starting
    if (stopping) return
    if (embedded) env = { DATABASE_URL: embedded.connectionString }
    void embedded?.ended.then((how) => {
      if (stopping) return
      log.fatal({ how }, 'the embedded PostgreSQL ended')
      process.exit(1)
    })
    let here = ''
    // One after the other: the first migrates and seeds, the others find it done.
    for (let count = 0; count < settings.workers; count++) here = await start()
    if (settings.production)
      return log.info({ url: here, workers: settings.workers, ...startLine(settings) }, 'listening')
    const jwtSecret = settings.auth.keys.by === 'generated' ? await signInSecret(dataDir) : undefined
    const mailbox = settings.mail.smtpUrl === undefined
    process.stdout.write(await banner(here, { host: settings.http.host, jwtSecret, mailbox }))
  } catch (error) {
    // What a signal breaks off fails, and that is no failure.
    if (stopping) return
    await close()
    throw error
  }
}

/**
 * @returns where a worker listens
 * @throws where it ends before
 */
function listening(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('listening', ({ address, port }) => resolve(ownUrl(address, port)))
    worker.once('exit', (code) =>
      reject(new StartError(`a worker ended with code ${code} before it listened`)),
    )
  })
}
