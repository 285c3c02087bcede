import cluster from 'node:cluster'
import type { Log } from '../lib/log.js'

/** What a worker is told by the process that started it. */
export const STOP = 'stop'

/**
 * Ends what is under way and then the process; a second signal ends it at once. A worker goes by the word of the
 * process that started it: a terminal sends its signal to both.
 * @returns what a signal would do
 */
export function stopOnSignals(log: Log, close: () => Promise<void>): () => void {
  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping')
    await close()
    process.exit(0)
  }
  const stopAfter = (signal: string) => {
    stop(signal).catch((error) => {
      log.fatal({ err: error }, 'could not stop in order')
      process.exit(1)
    })
  }
  if (cluster.isWorker) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {})
    process.once('message', (message) => message === STOP && stopAfter(STOP))
    return () => stopAfter(STOP)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(1))
      stopAfter(signal)
    })
  }
  return () => stopAfter('quit')
}
