import { setTimeout as delay } from 'node:timers/promises'
import { Connection } from '../load/client.js'
import { cpuOf } from '../load/cpu.js'
import { now } from './clock.js'
import type { Caster } from './contestants.js'
import { query } from './stage.js'
import type { Watchers, Watching } from './watchers.js'

export interface Round {
  /** Events delivered, a second. */
  perSecond: number
  /** µs of CPU: of the server an event delivered; of PostgreSQL an event. */
  serverMicros: number
  postgresMicros: number
  /** From what caused an event to the watcher, ms. With several under way at once it says little. */
  p50: number
  p99: number
}

export interface Pace {
  name: string
  what: string
  events: number
  /** Caused by one request. */
  burst: number
  /** Requests under way at once. */
  clients: number
  /** From one burst's beginning to the next one's, ms; 0: as soon as the last one is answered. */
  everyMs: number
}

export const paces: readonly Pace[] = [
  { name: 'W4', what: 'one event a commit, eight at once', events: 200, burst: 1, clients: 8, everyMs: 0 },
  { name: 'W4b', what: 'ten events by one request', events: 200, burst: 10, clients: 1, everyMs: 0 },
  { name: 'W4c', what: 'an event each 200 ms', events: 20, burst: 1, clients: 1, everyMs: 200 },
]

/** Opens sockets and waits until each of them is seen to get events. */
export async function openAll(caster: Caster, watchers: Watchers, watching: Watching[]): Promise<void> {
  await watchers.open(caster.port, query, watching, caster.bare)
  const connection = new Connection(caster.port)
  for (let tries = 0; tries < 60; tries++) {
    await caster.cause(connection, 1)
    await delay(500)
    if ((await watchers.position()) !== undefined) return connection.close()
  }
  throw new Error(`${caster.name}: not every watcher gets events`)
}

/** Causes events and waits until every watcher has got every one of them, in order. */
export async function deliver(
  caster: Caster,
  watchers: Watchers,
  watching: number,
  { events, burst, clients, everyMs }: Pace,
  postmaster: number,
): Promise<Round> {
  const last = await watchers.position()
  if (last === undefined) throw new Error(`${caster.name}: the watchers are not where they should be`)
  await watchers.expect(last + 1, events)
  const complete = watchers.complete()
  const server = cpuOf(caster.pid)
  const postgres = cpuOf(postmaster)
  const start = now()
  const since: number[] = []
  const client = async () => {
    // Its own, for a server may have closed an older one.
    const connection = new Connection(caster.port)
    while (since.length < events) {
      const due = start + (since.length / burst) * everyMs
      if (due > now()) await delay(due - now())
      since.push(...Array<number>(burst).fill(now()))
      await caster.cause(connection, burst)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = ((await complete) - start) / 1_000
  const delivered = events * watching
  const { p50, p99 } = await watchers.delays(since)
  return {
    perSecond: delivered / seconds,
    serverMicros: ((cpuOf(caster.pid) - server) * 1_000) / delivered,
    postgresMicros: ((cpuOf(postmaster) - postgres) * 1_000) / events,
    p50,
    p99,
  }
}
