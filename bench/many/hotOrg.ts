import { setTimeout as delay } from 'node:timers/promises'
import type { Contestant } from '../contestants.js'
import { Connection } from '../load/client.js'
import { offer } from '../load/open.js'
import { median } from '../load/quantile.js'
import { next } from '../load/work.js'
import type { Workload } from '../workloads.js'
import { atMost } from './figures.js'
import { invitesInto, type Part, startGuildhall } from './part.js'

/** More than a caller may have in flight would only be refused. */
const HOT_CLIENTS = 64
const QUIET_PER_SECOND = 50
const QUIET_CONNECTIONS = 64
/** Not among the quiet ones. */
const HOT = 999

/** One org takes as many writes as it can, beside quiet ones. With the default limits, which other benchmarks raise. */
export const hotOrg: Part = async (setting) => {
  const { cluster, size } = setting
  const server = await startGuildhall(setting, {
    env: { MAX_IN_FLIGHT: undefined, MAX_IN_FLIGHT_PER_CALLER: undefined },
  })
  const orgs = [...Array(size.quiet).keys()]
  const quiet = invitesInto('quiet', orgs)
  const hot = invitesInto('hot', [HOT])
  const load = { ms: size.ms, postmaster: cluster.pid }
  const ofQuiet = () =>
    offer(server, quiet, { ...load, connections: QUIET_CONNECTIONS, perSecond: QUIET_PER_SECOND })
  const ofHot = (ms: number) => writeAtOnce(server, hot, ms)
  try {
    await ofQuiet()
    await ofHot(size.ms / 2)
    const rounds: { alone: number; beside: number; hot: number }[] = []
    for (let round = 0; round < size.rounds; round++) {
      const alone = await ofQuiet()
      const busy = ofHot(size.ms + 1_000)
      await delay(500)
      const [beside, perSecond] = await Promise.all([ofQuiet(), busy])
      rounds.push({ alone: alone.p99, beside: beside.p99, hot: perSecond })
    }
    const middle = (key: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[key]))
    return {
      title: `A hot org beside ${size.quiet} quiet ones`,
      figures: [
        atMost(2, 'p99 of the quiet ones beside it, times alone', middle('beside') / middle('alone'), ''),
        atMost(250, 'p99 of the quiet ones beside it', middle('beside'), 'ms'),
      ],
      notes: [
        `The hot org took ${Math.round(middle('hot'))} writes a second from ${HOT_CLIENTS} clients, the quiet ones ` +
          `${QUIET_PER_SECOND} together. Their p99 was ${middle('alone').toFixed(1)} ms alone. Medians of ${size.rounds} rounds.`,
      ],
    }
  } finally {
    await server.stop()
  }
}

/** Clients that each send the next request as soon as they have an answer, also a refusal. @returns writes a second */
async function writeAtOnce(server: Contestant, workload: Workload, ms: number): Promise<number> {
  const start = performance.now()
  let written = 0
  const client = async () => {
    const connection = new Connection(server.port)
    while (performance.now() < start + ms) {
      const { path, headers, body } = server.dialect.request(next(workload), server.port)
      const answer = await connection.post(path, headers, body)
      if (answer.status === 200) written++
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: HOT_CLIENTS }, client))
  return (written * 1_000) / (performance.now() - start)
}
