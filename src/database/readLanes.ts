import { Socket } from 'node:net'
import pg from 'pg'
import { type Prepared, runPrepared, type Shapes } from './preparedQuery.js'
import { ageOfNext } from './renewal.js'

/**
 * Connections for short reads, of which each carries many at once: what is asked in one turn of the event loop
 * goes out in one write, whoever asked. To the system a write costs as much as a small query.
 */
export interface ReadLanes {
  /** Rows of cells; undefined where no connection is free for it, and the pool is to be asked. */
  read(statement: Prepared): Promise<unknown[][]> | undefined
  /** Opens new connections in place of all that there are, which end with the reads that they carry. */
  renew(): void
  close(): Promise<void>
}

/**
 * A lane that owes an answer and has brought none for so long, in ms, has a slow read at its head: nothing more is
 * sent behind it. How old its reads are says nothing, for where this process is the slow one they are all old.
 */
const SLOW_MS = 20
/** A connection that failed is opened anew no oftener than that. */
const RETRY_MS = 1_000

interface Lane {
  client: pg.Client
  socket: Socket
  /** Reads under way: answers come in their order. */
  owes: number
  /** When it last brought an answer, or was given a read while it owed none. */
  movedAt: number
}

/**
 * @param count of connections, opened at once and again where they fail
 * @param setUp of each, ahead of its reads
 */
export function openReadLanes(
  config: pg.ClientConfig,
  count: number,
  shapes: Shapes,
  setUp: (client: pg.Client) => void,
): ReadLanes {
  const lanes = new Set<Lane>()
  const clients = new Set<pg.Client>()
  /** Those that end, and have another in their place. */
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
