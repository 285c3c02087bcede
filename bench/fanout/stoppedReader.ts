import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { now } from './clock.js'
import { startCaster } from './contestants.js'
import { otherServer, watchingOne } from './stage.js'
import { openAll } from './throughput.js'
import { type Delays, Watchers } from './watchers.js'

export interface Stopped {
  /** Of all the others. */
  delays: Delays
  /** MB, at the start, at the most, at the end. */
  rss: { before: number; most: number; after: number }
  /** What the stopped reader finds when it reads on. */
  told: string
}

const WATCHERS = 100
/** So late an event counts as missing. */
const LATE_MS = 30_000
const AT_ONCE = 10

/** One reader of a hundred stops at once, while another server writes 1,000 events a second. */
export async function stoppedReader(
  seconds: number,
  options: { databaseUrl: string; poolSize: number },
): Promise<Stopped> {
  const caster = await startCaster('guildhall', options)
  const watchers = new Watchers()
  const rss = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${caster.pid}/status`, 'utf8'))?.[1]) / 1_024
  try {
    await openAll(caster, watchers, watchingOne(WATCHERS))
    await using writer = await otherServer(options.databaseUrl)
    const last = (await watchers.position()) ?? Number.NaN
    const events = seconds * 1_000
    await watchers.expect(last + 1, events, 0)
    const complete = watchers.complete()
    watchers.stopReading(0)
    const before = rss()
    let most = before
    const start = now()
    const since: number[] = []
    while (since.length < events) {
      const due = start + since.length
      if (due > now()) await delay(due - now())
      since.push(...Array<number>(AT_ONCE).fill(now()))
      await writer.write(AT_ONCE)
      most = Math.max(most, rss())
    }
    const cutOff = new AbortController()
    await Promise.race([complete, othersEnd(watchers, cutOff.signal)])
    cutOff.abort()
    const delays = await watchers.delays(since)
    watchers.readOn(0)
    for (let tries = 0; tries < 100 && !watchers.ended.has(0); tries++) await delay(50)
    const told = watchers.ended.get(0)?.why ?? 'it goes on'
    return { delays, rss: { before, most, after: rss() }, told }
  } finally {
    watchers.stop()
    await caster.stop()
  }
}

/** @throws where another than the stopped one has ended, or events don't come */
async function othersEnd(watchers: Watchers, cutOff: AbortSignal): Promise<void> {
  for (let waited = 0; !cutOff.aborted; waited += 100) {
    const other = [...watchers.ended].find(([index]) => index !== 0)
    if (other) throw new Error(`watcher ${other[0]} ended: ${other[1].why}`)
    if (waited > LATE_MS) throw new Error('events are missing')
    await delay(100)
  }
}
