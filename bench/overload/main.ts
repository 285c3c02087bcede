// Measures a server during three times the load that it can handle, and right after.
import { parseArgs } from 'node:util'
import { startCluster } from '../cluster.js'
import { type Contestant, startContestant } from '../contestants.js'
import { memoryOf } from '../load/cpu.js'
import { signIn } from '../load/work.js'
import { requestingUsers } from '../workloads.js'
import { closedLoop, type Figures, openLoop } from './loops.js'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    times: { type: 'string', default: '3' },
  },
})
const ms = Number(values.seconds) * 1_000
/** About as many as the server handles at once. */
const CONNECTIONS = 64

// With the default limits, which the other benchmarks raise.
const env = { MAX_IN_FLIGHT: undefined, MAX_IN_FLIGHT_PER_CALLER: undefined }

const cluster = await startCluster()
let server: Contestant | undefined
try {
  server = await startContestant('guildhall', { databaseUrl: cluster.url, poolSize: 10, env })
  const { port, pid } = server
  await signIn(server, requestingUsers())
  await closedLoop(port, CONNECTIONS, 3_000)
  const show = (what: string, { figures, ready }: { figures: Figures; ready: Record<string, number> }) =>
    console.log(`${what}: ${JSON.stringify({ ...figures, ready, rssMb: Math.round(memoryOf(pid)) })}`)

  const capacity = await watched(port, () => closedLoop(port, CONNECTIONS, 5_000))
  show(`at capacity, ${CONNECTIONS} connections`, capacity)
  const perSecond = Math.round(capacity.figures.okPerSecond * Number(values.times))
  const overload = await watched(port, () => openLoop(port, perSecond, ms))
  show(`${values.times} times that, ${perSecond} a second for ${values.seconds} s`, overload)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  show('a second later', await watched(port, () => closedLoop(port, CONNECTIONS, 5_000)))
  console.log(
    `p99 of what was answered: ${(overload.figures.okP99 / capacity.figures.okP99).toFixed(2)} times that at capacity`,
  )
} finally {
  await server?.stop()
  await cluster.stop()
}

/** Counts the responses of /ready during the load, by status. */
async function watched(port: number, work: () => Promise<Figures>) {
  const ready: Record<string, number> = {}
  const looks = setInterval(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined)
    const status = String(answer?.status ?? 'none')
    ready[status] = (ready[status] ?? 0) + 1
  }, 500)
  const figures = await work()
  clearInterval(looks)
  return { figures, ready }
}
