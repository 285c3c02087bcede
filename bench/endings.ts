import { constants } from 'node:os'

type Ending = () => Promise<void>

/** In the order in which they were begun: what came later needs what came before. */
const endings = new Set<Ending>()
const never = new Promise<never>(() => {})
let signalled = false

/**
 * What a signal ends too, before it ends this process.
 *
 * @param end what it does, any number of times
 * @returns the same. After a signal it never comes back: what was broken off has nothing to report.
 */
export function endedBySignal(end: Ending): Ending {
  endings.add(end)
  return async () => {
    if (!signalled) await end()
    if (signalled) await never
    endings.delete(end)
  }
}

async function endAll(signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  // A terminal's signal comes twice: npm hands it on.
  if (signalled) return
  signalled = true
  // Whoever talked to what has ended complains.
  process.on('uncaughtException', () => {})
  for (let end = newest(); end; end = newest()) {
    await end().catch(console.error)
    endings.delete(end)
  }
  process.exit(128 + constants.signals[signal])
}

const newest = () => [...endings].at(-1)

process.on('SIGINT', endAll)
process.on('SIGTERM', endAll)
