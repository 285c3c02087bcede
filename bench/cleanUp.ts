import { constants } from 'node:os'

type CleanUp = () => Promise<void>

/** In the order of registration. They run in reverse, because later ones depend on earlier ones. */
const cleanUps = new Set<CleanUp>()
const never = new Promise<never>(() => {})
let signalled = false

/**
 * Registers a clean-up function that also runs on SIGINT and SIGTERM, before this process ends.
 *
 * @param end may be called several times
 * @returns a function that runs and unregisters it. After a signal its promise never settles, so that the interrupted
 *   caller does nothing more.
 */
export function cleanedUpOnSignal(end: CleanUp): CleanUp {
  cleanUps.add(end)
  return async () => {
    if (!signalled) await end()
    if (signalled) await never
    cleanUps.delete(end)
  }
}

async function cleanUpAll(signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  // A signal from the terminal comes twice, because npm forwards it.
  if (signalled) return
  signalled = true
  // Clients of the processes that end now throw errors: ignore them.
  process.on('uncaughtException', () => {})
  for (let end = newest(); end; end = newest()) {
    await end().catch(console.error)
    cleanUps.delete(end)
  }
  process.exit(128 + constants.signals[signal])
}

const newest = () => [...cleanUps].at(-1)

process.on('SIGINT', cleanUpAll)
process.on('SIGTERM', cleanUpAll)
