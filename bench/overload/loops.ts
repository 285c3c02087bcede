import { setTimeout as delay } from 'node:timers/promises'
import { graphql } from '../dialect.js'
import { Connection } from '../load/client.js'
import { quantile } from '../load/quantile.js'
import { next } from '../load/work.js'
import { workloads } from '../workloads.js'

/** Times in ms from when a request was due. */
export interface Figures {
  okPerSecond: number
  okP50: number
  okP99: number
  refused: number
  refusedP50: number
  refusedP99: number
  /** The connection was closed, or there was no response for 30 s. */
  failed: number
  /** From the last request to the last response, ms. */
  drainMs: number
}

const GIVE_UP_MS = 30_000
/** Connections of an open loop, opened before the start. A request that finds none free counts as failed. */
const CONNECTIONS = 1_000

class Tally {
  private readonly ok: number[] = []
  private readonly refusals: number[] = []
  private failed = 0
  private readonly begun = performance.now()

  async ask(connection: Connection, due: number): Promise<void> {
    const { path, headers, body } = graphql.request(next(workloads.W1), connection.port)
    const late = delay(GIVE_UP_MS, undefined, { ref: false })
    const answer = await Promise.race([connection.post(path, headers, body).catch(() => undefined), late])
    const tookMs = performance.now() - due
    if (answer?.status === 200) this.ok.push(tookMs)
    else if (answer?.status === 503) this.refusals.push(tookMs)
    else {
      this.failed++
      connection.close()
    }
  }

  fail(): void {
    this.failed++
  }

  figures(sentAt: number): Figures {
    const round = (number: number) => Math.round(number * 10) / 10
    const at = (times: number[], share: number) => (times.length === 0 ? 0 : round(quantile(times, share)))
    return {
      okPerSecond: Math.round((this.ok.length * 1_000) / (sentAt - this.begun)),
      okP50: at(this.ok, 0.5),
      okP99: at(this.ok, 0.99),
      refused: this.refusals.length,
      refusedP50: at(this.refusals, 0.5),
      refusedP99: at(this.refusals, 0.99),
      failed: this.failed,
      drainMs: Math.round(performance.now() - sentAt),
    }
  }
}

/** Clients that each send the next request as soon as they have the response (a closed loop). */
export async function closedLoop(port: number, connections: number, ms: number): Promise<Figures> {
  const tally = new Tally()
  const end = performance.now() + ms
  const client = async () => {
    let connection = new Connection(port)
    while (performance.now() < end) {
      if (connection.closed) connection = new Connection(port)
      await tally.ask(connection, performance.now())
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, client))
  return tally.figures(end)
}

/** Sends at a steady rate without waiting for responses (an open loop). */
export async function openLoop(port: number, perSecond: number, ms: number): Promise<Figures> {
  const idle: Connection[] = []
  for (let open = 0; open < CONNECTIONS; open++) {
    idle.push(new Connection(port))
    if (open % 50 === 0) await delay(50)
  }
  const underWay = new Set<Promise<void>>()
  const tally = new Tally()
  const start = performance.now()
  const total = Math.floor((perSecond * ms) / 1_000)
  for (let sent = 0; sent < total; await delay(1)) {
    const soFar = Math.min(total, Math.floor(((performance.now() - start) * perSecond) / 1_000) + 1)
    for (; sent < soFar; sent++) {
      const connection = idle.pop()
      if (!connection) {
        tally.fail()
        continue
      }
      const asked = tally.ask(connection, start + (sent * 1_000) / perSecond).finally(() => {
        underWay.delete(asked)
        idle.push(connection.closed ? new Connection(port) : connection)
      })
      underWay.add(asked)
    }
  }
  const sentAt = performance.now()
  await Promise.all(underWay)
  for (const connection of idle) connection.close()
  return tally.figures(sentAt)
}
