import type { Contestant } from '../contestants.js'
import { now } from '../fanout/clock.js'
import { saturate } from '../load/closed.js'
import { offer } from '../load/open.js'
import { quantile } from '../load/quantile.js'
import { Crowd } from './crowd.js'
import { atLeast, atMost, type Figure } from './figures.js'
import { invitesInto, nextInvite, ownersOf, type Part, type Setting, startGuildhall } from './part.js'

const WRITERS = 64
/** A rate that the machine does not reach is lowered by this factor. */
const LOWER = 0.75
/** Above this the writes pile up: the machine does not reach the rate. */
const LATE_MS = 1_000

interface Lag {
  perSecond: number
  p50: number
  p99: number
}

/** Writes at a steady rate over many orgs, each with a subscriber. */
export const writes: Part = async (setting) => {
  const { size, before } = setting
  const orgs = [...Array(size.written).keys()]
  const server = await startGuildhall(setting)
  const crowd = new Crowd(ownersOf(orgs, before))
  try {
    const opened = await crowd.open(server.port, 50)
    if (opened.failures[0]) throw new Error(opened.failures[0])
    const begin = nextInvite()
    const capacity = await capacityOf(server, orgs, setting)
    let lag: Lag | undefined
    for (let rate = Math.min(size.writesPerSecond, capacity); lag === undefined; rate *= LOWER)
      lag = await lagAt(server, crowd, { orgs, begin, perSecond: rate }, setting)
    const reached = Math.round(lag.perSecond)
    const figures: Figure[] = [
      atLeast(size.writesPerSecond, 'writes a second at which nothing piles up', reached, ''),
      atMost(100, 'from when a write is due to its subscriber, p50', lag.p50, 'ms'),
      atMost(500, 'the same, p99', lag.p99, 'ms'),
    ]
    return {
      title: `Writes to ${orgs.length.toLocaleString('en')} orgs with a subscriber each`,
      figures,
      notes: [`With ${WRITERS} clients that never wait it is ${Math.round(capacity)} writes a second.`],
    }
  } finally {
    await crowd.stop()
    await server.stop()
  }
}

async function capacityOf(
  server: Contestant,
  orgs: readonly number[],
  { cluster, size }: Setting,
): Promise<number> {
  const load = { connections: WRITERS, postmaster: cluster.pid }
  await saturate(server, invitesInto('warm up', orgs), { ...load, ms: size.ms / 2 })
  return (await saturate(server, invitesInto('capacity', orgs), { ...load, ms: size.ms / 2 })).perSecond
}

/** @returns undefined if the machine does not reach the rate */
async function lagAt(
  server: Contestant,
  crowd: Crowd,
  { orgs, begin, perSecond }: { orgs: readonly number[]; begin: number; perSecond: number },
  { cluster, size }: Setting,
): Promise<Lag | undefined> {
  const workload = invitesInto(`writes at ${perSecond}`, orgs)
  const first = nextInvite()
  const start = now()
  const { p99 } = await offer(server, workload, {
    ms: size.ms,
    connections: 256,
    perSecond,
    postmaster: cluster.pid,
  })
  // Each invite since the sockets were opened has one subscriber.
  const arrivals = await crowd.arrivals(nextInvite() - begin, 60_000)
  if (p99 > LATE_MS) return undefined
  // Requests are sent in the order in which they are due.
  const lags = arrivals
    .filter(([number]) => number >= first)
    .map(([number, , at]) => at - (start + ((number - first) * 1_000) / perSecond))
  return { perSecond, p50: quantile(lags, 0.5), p99: quantile(lags, 0.99) }
}
