import { setTimeout as delay } from 'node:timers/promises'
import { Connection } from '../load/client.js'
import { cpuOf } from '../load/cpu.js'
import { now } from './clock.js'
import type { StreamContestant } from './contestants.js'
import { query } from './watchedOrg.js'
import type { Watchers, Watching } from './watchers.js'

export interface Round {
  /** Delivered events per second. */
  perSecond: number
  /** CPU time in µs: of the server for each delivered event, of PostgreSQL for each event. */
  serverMicros: number
  postgresMicros: number
  /** From the cause of an event to its delivery, ms. Means little if several are in progress at once. */
  p50: number
  p99: number
}

export interface Pace {
  name: string
  what: string
  events: number
  /** Number of events that one request causes. */
  burst: number
  /** Number of concurrent requests. */
  clients: number
  /** From the start of a burst to the start of the next, ms. 0: at once after the response. */
  everyMs: number
}

export const paces: readonly Pace[] = [
  { name: 'W4', what: 'one event a commit, eight at once', events: 200, burst: 1, clients: 8, everyMs: 0 },
  { name: 'W4b', what: 'ten events by one request', events: 200, burst: 10, clients: 1, everyMs: 0 },
  { name: 'W4c', what: 'an event each 200 ms', events: 20, burst: 1, clients: 1, everyMs: 200 },
]

/** Opens sockets, and waits until every one receives events. */
export async function openAll(
  contestant: StreamContestant,
  watchers: Watchers,
  watching: Watching[],
): Promise<void> {
  await watchers.open(contestant.port, query, watching, contestant.bare)
  const connection = new Connection(contestant.port)
  for (let tries = 0; tries < 60; tries++) {
    await contestant.emitEvents(connection, 1)
    await delay(500)
    if ((await watchers.position()) !== undefined) return connection.close()
  }
  throw new Error(`${contestant.name}: not every watcher gets events`)
}

/** Causes events, and waits until every watcher has received all of them in order. */
export async function deliver(
  contestant: StreamContestant,
  watchers: Watchers,
  watching: number,
  { events, burst, clients, everyMs }: Pace,
  postmaster: number,
): Promise<Round> {
  const last = await watchers.position()
  if (last === undefined) throw new Error(`${contestant.name}: the watchers are not where they should be`)
  await watchers.expect(last + 1, events)
  const complete = watchers.complete()
  const server = cpuOf(contestant.pid)
  const postgres = cpuOf(postmaster)
  const start = now()
  const since: number[] = []
  const client = async () => {
    // A new connection, because the server may have closed an older one.
    const connection = new Connection(contestant.port)
    while (since.length < events) {
      const due = start + (since.length / burst) * everyMs
      if (due > now()) await delay(due - now())
      since.push(...Array<number>(burst).fill(now()))
      await contestant.emitEvents(connection, burst)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = ((await complete) - start) / 1_000
  const delivered = events * watching
  const { p50, p99 } = await watchers.delays(since)
  return {
    perSecond: delivered / seconds,
    serverMicros: ((cpuOf(contestant.pid) - server) * 1_000) / delivered,
    postgresMicros: ((cpuOf(postmaster) - postgres) * 1_000) / events,
    p50,
    p99,
  }
}
