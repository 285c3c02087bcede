import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../program.js'
import { type StreamContestantName, startStreamContestant } from './contestants.js'
import { type Memory, memoryOf } from './memory.js'
import { query } from './watchedOrg.js'
import type { Watching } from './watchers.js'
import { Watchers } from './watchers.js'

/** Memory of the server for each idle subscriber. */
export interface Idle {
  each: Memory
  /** What remains of it after they disconnected. */
  left: Memory
}

const SETTLE_MS = 2_500

/** Opens many subscribers, and measures the server's memory for each. */
export async function idle(
  name: StreamContestantName,
  watching: Watching[],
  options: { databaseUrl: string; poolSize: number },
): Promise<Idle> {
  const inspector = await freePort()
  const contestant = await startStreamContestant(name, {
    ...options,
    flags: [`--inspect=127.0.0.1:${inspector}`],
  })
  const watchers = new Watchers()
  const memory = async () => {
    await delay(SETTLE_MS)
    return memoryOf(inspector)
  }
  try {
    // Warm up, so that memory that is allocated only once doesn't count.
    await watchers.open(contestant.port, query, watching.slice(0, 500), contestant.bare)
    await memory()
    await watchers.close()
    const before = await memory()
    await watchers.open(contestant.port, query, watching, contestant.bare)
    const during = await memory()
    if (watchers.ended.size > 0) throw new Error(`${name}: ${[...watchers.ended.values()][0]?.why}`)
    await watchers.close()
    const after = await memory()
    const each = (one: Memory, other: Memory): Memory => ({
      heap: (one.heap - other.heap) / watching.length,
      rss: (one.rss - other.rss) / watching.length,
    })
    return { each: each(during, before), left: each(after, before) }
  } finally {
    watchers.stop()
    await contestant.stop()
  }
}
