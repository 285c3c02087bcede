import type { Contestant } from '../contestants.js'
import type { Workload } from '../workloads.js'
import { Connection } from './client.js'
import { cpuOf } from './cpu.js'
import { quantile } from './quantile.js'
import { doWork, next } from './work.js'

export interface Sample {
  perSecond: number
  /** ms */
  p50: number
  p99: number
  /** CPU time of a request in µs: of the server and of PostgreSQL. */
  nodeMicros: number
  postgresMicros: number
}

/** Measures the capacity: keeps all connections busy for a time, and counts the requests. */
export async function saturate(
  contestant: Contestant,
  workload: Workload,
  options: { ms: number; connections: number; postmaster: number },
): Promise<Sample> {
  const connections = Array.from({ length: options.connections }, () => new Connection(contestant.port))
  const times: number[] = []
  const nodeBefore = cpuOf(contestant.pid)
  const postgresBefore = cpuOf(options.postmaster)
  const start = performance.now()
  const end = start + options.ms
  try {
    await Promise.all(
      connections.map(async (connection) => {
        for (let before = performance.now(); before < end; ) {
          await doWork(connection, contestant, next(workload))
          const after = performance.now()
          times.push(after - before)
          before = after
        }
      }),
    )
  } finally {
    for (const connection of connections) connection.close()
  }
  const seconds = (performance.now() - start) / 1_000
  return {
    perSecond: times.length / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    nodeMicros: ((cpuOf(contestant.pid) - nodeBefore) * 1_000) / times.length,
    postgresMicros: ((cpuOf(options.postmaster) - postgresBefore) * 1_000) / times.length,
  }
}
