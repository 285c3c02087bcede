import { Socket } from 'node:net'
import pg from 'pg'
import { type Prepared, runPrepared, type Shapes } from './preparedQuery.js'
import { ageOfNext } from './renewal.js'

/**
 * Connections for short reads. Each carries many reads at once: all reads of one turn of the event loop are sent in one
 * write, because a write costs as much as a small query.
 */
export interface ReadLanes {
  /** Rows as arrays of values. Undefined if no connection is free: then the caller asks the pool. */
  read(statement: Prepared): Promise<unknown[][]> | undefined
  /** Replaces all connections. The old ones end once their reads are done. */
  renew(): void
  close(): Promise<void>
}

/**
 * If a lane waits for an answer for so long, in ms, its first read is slow, and no more reads are sent behind it. The age
 * of its reads would tell nothing: if this process is slow, all of them are old.
 */
const SLOW_MS = 20
/** A failed connection is opened again after so long, ms. */
const RETRY_MS = 1_000

interface Lane {
  client: pg.Client
  socket: Socket
  /** Reads that wait for an answer. Answers come in order. */
  owes: number
  /** When the last answer came, or when a read was sent while no other was waiting. */
  movedAt: number
}

/**
 * @param count connections to open, and to open again if they fail
 * @param setUp prepares each connection before its first read
 */
export function openReadLanes(
  config: pg.ClientConfig,
  count: number,
  shapes: Shapes,
  setUp: (client: pg.Client) => void,
): ReadLanes {
  const lanes = new Set<Lane>()
  const clients = new Set<pg.Client>()
  /** Connections that end and are already replaced. */
  const replaced = new Set<pg.Client>()
  let corked: Lane | undefined
  let closing = false

  const open = () => {
    if (closing) return
    const socket = new Socket()
    const client = new pg.Client({ ...config, pipeline: true, stream: () => socket })
    const lane: Lane = { client, socket, owes: 0, movedAt: 0 }
    const age = setTimeout(replace, ageOfNext(), lane).unref()
    clients.add(client)
    client.on('error', () => lanes.delete(lane))
    client.once('end', () => {
      clearTimeout(age)
      lanes.delete(lane)
      clients.delete(client)
      if (!closing && !replaced.delete(client)) setTimeout(open, RETRY_MS).unref()
    })
    client.connect().then(
      () => {
        setUp(client)
        lanes.add(lane)
      },
      () => client.end().catch(() => {}),
    )
  }
  const replace = (lane: Lane) => {
    if (closing || !lanes.delete(lane)) return
    replaced.add(lane.client)
    open()
    if (corked === lane) flush()
    lane.client.end().catch(() => {})
  }
  for (let opened = 0; opened < count; opened++) open()

  const flush = () => {
    corked?.socket.uncork()
    corked = undefined
  }

  const leastBusy = (): Lane | undefined => {
    const slowBefore = performance.now() - SLOW_MS
    const isFree = ({ owes, movedAt }: Lane) => owes === 0 || movedAt > slowBefore
    if (corked && lanes.has(corked) && isFree(corked)) return corked
    let best: Lane | undefined
    for (const lane of lanes) if (isFree(lane) && (!best || lane.owes < best.owes)) best = lane
    return best
  }

  return {
    read(statement) {
      const lane = leastBusy()
      if (!lane) return undefined
      if (corked !== lane) {
        flush()
        lane.socket.cork()
        corked = lane
        setImmediate(flush)
      }
      if (lane.owes++ === 0) lane.movedAt = performance.now()
      const answered = () => {
        lane.owes--
        lane.movedAt = performance.now()
      }
      const rows = runPrepared(lane.client, statement, shapes, 'cells') as Promise<unknown[][]>
      rows.then(answered, answered)
      return rows
    },
    renew() {
      for (const lane of [...lanes]) replace(lane)
    },
    async close() {
      closing = true
      flush()
      await Promise.all([...clients].map((client) => client.end().catch(() => {})))
    },
  }
}
