import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../program.js'
import { type CasterName, startCaster } from './contestants.js'
import { type Memory, memoryOf } from './memory.js'
import { query } from './stage.js'
import type { Watching } from './watchers.js'
import { Watchers } from './watchers.js'

/** Bytes for each of those who watch and wait. */
export interface Idle {
  each: Memory
  /** What is left of it once they are gone. */
  left: Memory
}

const SETTLE_MS = 2_500

/** Opens so many sockets that watch, and says what the server holds for each. */
export async function idle(
  name: CasterName,
  watching: Watching[],
  options: { databaseUrl: string; poolSize: number },
): Promise<Idle> {
  const inspector = await freePort()
  const caster = await startCaster(name, { ...options, flags: [`--inspect=127.0.0.1:${inspector}`] })
  const watchers = new Watchers()
  const memory = async () => {
    await delay(SETTLE_MS)
    return memoryOf(inspector)
  }
  try {
    // What the first ones need is there for the others.
    await watchers.open(caster.port, query, watching.slice(0, 500), caster.bare)
    await memory()
    await watchers.close()
    const before = await memory()
    await watchers.open(caster.port, query, watching, caster.bare)
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
    await caster.stop()
  }
}
