import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { now } from './clock.js'
import { startStreamContestant } from './contestants.js'
import { openAll } from './throughput.js'
import { otherServer, watchingOne } from './watchedOrg.js'
import { type Delays, Watchers } from './watchers.js'

export interface Stopped {
  /** Of all other readers. */
  delays: Delays
  /** The server's memory in MB: at the start, the maximum, at the end. */
  rss: { before: number; most: number; after: number }
  /** What the stopped reader receives when it resumes reading. */
  received: string
}

const WATCHERS = 100
/** After this time an event counts as missing. */
const LATE_MS = 30_000
const AT_ONCE = 10

/** One of a hundred readers stops at the start, while another server writes 1,000 events a second. */
export async function stoppedReader(
  seconds: number,
  options: { databaseUrl: string; poolSize: number },
): Promise<Stopped> {
  const contestant = await startStreamContestant('guildhall', options)
  const watchers = new Watchers()
  const rss = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${contestant.pid}/status`, 'utf8'))?.[1]) / 1_024
  try {
    await openAll(contestant, watchers, watchingOne(WATCHERS))
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
    watchers.resumeReading(0)
    for (let tries = 0; tries < 100 && !watchers.ended.has(0); tries++) await delay(50)
    const received = watchers.ended.get(0)?.why ?? 'it goes on'
    return { delays, rss: { before, most, after: rss() }, received }
  } finally {
    watchers.stop()
    await contestant.stop()
  }
}

/** @throws if any other reader ended, or events are missing */
async function othersEnd(watchers: Watchers, cutOff: AbortSignal): Promise<void> {
  for (let waited = 0; !cutOff.aborted; waited += 100) {
    const other = [...watchers.ended].find(([index]) => index !== 0)
    if (other) throw new Error(`watcher ${other[0]} ended: ${other[1].why}`)
    if (waited > LATE_MS) throw new Error('events are missing')
    await delay(100)
  }
}
