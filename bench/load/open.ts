import { setTimeout as delay } from 'node:timers/promises'
import type { Contestant } from '../contestants.js'
import type { Workload } from '../workloads.js'
import { Connection } from './client.js'
import { cpuOf } from './cpu.js'
import { quantile } from './quantile.js'
import { doWork, next } from './work.js'

export interface OpenSample {
  /** The rate of requests. */
  perSecond: number
  /** The average number of busy cores, of the server and of PostgreSQL. */
  nodeCores: number
  postgresCores: number
  /** ms from the time at which a request was due, so that waiting for a connection counts. */
  p50: number
  p99: number
}

/** The first requests open the connections. Their times don't count. */
const SETTLE_MS = 500

/**
 * Sends requests at a steady rate without waiting for responses (an open loop), in steps of 1 ms. Opens connections as
 * needed, up to `connections`; further requests wait for a free one.
 */
export async function offer(
  contestant: Contestant,
  workload: Workload,
  options: { ms: number; connections: number; perSecond: number; postmaster: number },
): Promise<OpenSample> {
  const { perSecond } = options
  const connections = new Set<Connection>()
  const idle: Connection[] = []
  const free = () => {
    for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
      if (!one.closed) return one
      connections.delete(one)
    }
    if (connections.size === options.connections) return undefined
    const opened = new Connection(contestant.port)
    connections.add(opened)
    return opened
  }
  const waiting: number[] = []
  const start = performance.now()
  const counted = start + SETTLE_MS
  const total = Math.max(1, Math.floor((perSecond * (SETTLE_MS + options.ms)) / 1_000))
  // One array, and nothing else is kept of a request, so that garbage collection doesn't distort the measurement.
  const times = new Float64Array(total)
  let timed = 0
  let serving = 0
  let failure: unknown
  const serve = async (connection: Connection, first: number) => {
    serving++
    try {
      for (let due: number | undefined = first; due !== undefined; due = waiting.shift()) {
        await doWork(connection, contestant, next(workload))
        if (due > counted) times[timed++] = performance.now() - due
      }
      idle.push(connection)
    } catch (error) {
      failure ??= error
    }
    serving--
  }
  const nodeBefore = cpuOf(contestant.pid)
  const postgresBefore = cpuOf(options.postmaster)
  try {
    for (let sent = 0; failure === undefined && (sent < total || serving > 0); await delay(1)) {
      const soFar = Math.min(total, Math.floor(((performance.now() - start) * perSecond) / 1_000) + 1)
      for (; sent < soFar; sent++) {
        const due = start + (sent * 1_000) / perSecond
        const connection = free()
        if (connection) void serve(connection, due)
        else waiting.push(due)
      }
    }
    if (failure) throw failure
  } finally {
    for (const connection of connections) connection.close()
  }
  const passedMs = performance.now() - start
  const taken = times.subarray(0, timed)
  return {
    perSecond,
    nodeCores: (cpuOf(contestant.pid) - nodeBefore) / passedMs,
    postgresCores: (cpuOf(options.postmaster) - postgresBefore) / passedMs,
    p50: quantile(taken, 0.5),
    p99: quantile(taken, 0.99),
  }
}
