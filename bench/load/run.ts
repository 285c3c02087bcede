import type { Contestant } from '../contestants.js'
import type { Answer, Ask, Workload } from '../workloads.js'
import { Connection } from './client.js'
import { cpuOf, cpuOfCluster } from './cpu.js'

export interface Sample {
  perSecond: number
  /** ms */
  p50: number
  p99: number
  /** µs of CPU a request: of the server, of PostgreSQL. */
  nodeMicros: number
  postgresMicros: number
}

/** Next piece of work of each workload: never the same twice in a run, whoever does it. */
const counters = new Map<string, number>()

export const next = (workload: Workload): Ask => {
  const n = counters.get(workload.name) ?? 0
  counters.set(workload.name, n + 1)
  return workload.ask(n)
}

/**
 * Asks once.
 * @throws where the answer is no HTTP 200 or has errors
 */
export async function askOnce(connection: Connection, contestant: Contestant, ask: Ask): Promise<Answer> {
  const { path = '/graphql', body } = contestant.request(ask)
  const { status, body: text } = await connection.post(path, `authorization: ${ask.bearer}\r\n`, body)
  if (status !== 200)
    throw new Error(`${contestant.name} ${ask.operation}: HTTP ${status} ${text.slice(0, 500)}`)
  const refused = /"errors":|"__typename":"\w+Error"/.exec(text.slice(0, 300))
  if (refused) throw new Error(`${contestant.name} ${ask.operation}: ${text.slice(0, 500)}`)
  return text
}

const dataOf = (contestant: Contestant, ask: Ask, text: string) =>
  contestant.read(ask.operation, JSON.parse(text))

async function runOne(connection: Connection, contestant: Contestant, workload: Workload): Promise<void> {
  for (let ask: Ask | undefined = next(workload); ask !== undefined; ) {
    const text = await askOnce(connection, contestant, ask)
    ask = ask.next?.(dataOf(contestant, ask, text))
  }
}

/** Does one piece of work: its answers in everybody's common shape. */
export async function answersOf(contestant: Contestant, first: Ask): Promise<Answer[]> {
  const connection = new Connection(contestant.port)
  try {
    const answers: Answer[] = []
    for (let ask: Ask | undefined = first; ask !== undefined; ) {
      const data = dataOf(contestant, ask, await askOnce(connection, contestant, ask))
      answers.push(data)
      ask = ask.next?.(data)
    }
    return answers
  } finally {
    connection.close()
  }
}

/** Asks everything once, over so many connections. */
export async function answerAll(contestant: Contestant, asks: Ask[], connections: number): Promise<void> {
  const left = [...asks]
  const work = async () => {
    const connection = new Connection(contestant.port)
    for (let ask = left.pop(); ask !== undefined; ask = left.pop()) await askOnce(connection, contestant, ask)
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, work))
}

/** Keeps all connections busy for so long and counts what was done. */
export async function measure(
  contestant: Contestant,
  workload: Workload,
  options: { ms: number; connections: number; postmaster: number },
): Promise<Sample> {
  const connections = Array.from({ length: options.connections }, () => new Connection(contestant.port))
  const times: number[] = []
  const nodeBefore = cpuOf(contestant.pid) ?? Number.NaN
  const postgresBefore = cpuOfCluster(options.postmaster) ?? Number.NaN
  const start = performance.now()
  const end = start + options.ms
  await Promise.all(
    connections.map(async (connection) => {
      for (let before = performance.now(); before < end; ) {
        await runOne(connection, contestant, workload)
        const after = performance.now()
        times.push(after - before)
        before = after
      }
    }),
  )
  const seconds = (performance.now() - start) / 1_000
  for (const connection of connections) connection.close()
  times.sort((one, other) => one - other)
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  const micros = (before: number, after: number | undefined) =>
    (((after ?? Number.NaN) - before) * 1_000) / times.length
  return {
    perSecond: times.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    nodeMicros: micros(nodeBefore, cpuOf(contestant.pid)),
    postgresMicros: micros(postgresBefore, cpuOfCluster(options.postmaster)),
  }
}
