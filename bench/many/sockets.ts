import { setTimeout as delay } from 'node:timers/promises'
import { now } from '../fanout/clock.js'
import { memoryOf } from '../fanout/memory.js'
import { freePort } from '../program.js'
import { Crowd } from './crowd.js'
import { CROWDED, orgIdOf } from './data.js'
import { atLeast, atMost } from './figures.js'
import { inviteOnce, openFilesLimit, type Part, startGuildhall } from './part.js'

/** What the server has open besides sockets: connections to the database, listeners, files. */
const OTHER_FILES = 100
const SETTLE_MS = 2_500
/** Sockets that are opened before the measurement, so that memory that is allocated only once doesn't count. */
const WARM_UP = 500
const KB = 1_024

/** Many people who each have a page open, all in one org: what each costs, and how long one thing takes to all. */
export const sockets: Part = async (setting) => {
  const { size, before } = setting
  const most = openFilesLimit() - OTHER_FILES
  const count = Math.min(size.sockets, most)
  const inspector = await freePort()
  const server = await startGuildhall(setting, { flags: [`--inspect=127.0.0.1:${inspector}`] })
  const follows = [{ orgId: orgIdOf(CROWDED), after: before(CROWDED) }]
  const plans = Array.from({ length: count }, (_, user) => ({ user, follows }))
  const first = new Crowd(plans.slice(0, WARM_UP))
  const crowd = new Crowd(plans)
  try {
    await first.open(server.port, 50)
    await first.close()
    await delay(SETTLE_MS)
    const empty = await memoryOf(inspector)
    const opened = await crowd.open(server.port, 100)
    if (opened.failures[0]) throw new Error(opened.failures[0])
    await delay(SETTLE_MS)
    const full = await memoryOf(inspector)
    const start = now()
    const number = await inviteOnce(server, CROWDED, 0)
    const arrivals = await crowd.arrivals(count, 60_000)
    const last = Math.max(...arrivals.filter(([one]) => one === number).map(([, , at]) => at))
    return {
      title: `${count.toLocaleString('en')} idle sockets`,
      figures: [
        atLeast(
          size.sockets === count ? count : most,
          'sockets, each with a subscription',
          opened.active,
          '',
        ),
        atMost(20, 'heap for each', (full.heap - empty.heap) / count / KB, 'KB'),
        atMost(25, 'memory of the process for each', (full.rss - empty.rss) / count / KB, 'KB'),
        atMost(1_000, 'from a request until the last one is told', last - start, 'ms'),
      ],
      notes:
        count < size.sockets
          ? [
              `A process may have ${openFilesLimit()} files open here, so there are no ${size.sockets} sockets.`,
            ]
          : [],
    }
  } finally {
    await first.stop()
    await crowd.stop()
    await server.stop()
  }
}
