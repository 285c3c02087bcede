import { Socket } from 'node:net'
import pg from 'pg'
import { type Prepared, runPrepared, type Shapes } from './preparedQuery.js'

/**
 * Connections for short reads, of which each carries many at once: what is asked in one turn of the event loop
 * goes out in one write, whoever asked. To the system a write costs as much as a small query.
 */
export interface ReadLanes {
  /** Rows of cells; undefined where no connection is free for it, and the pool is to be asked. */
  read(statement: Prepared): Promise<unknown[][]> | undefined
  close(): Promise<void>
}

/** A lane whose oldest read is older than this, in ms, has a slow one at its head: nothing more is sent behind it. */
const SLOW_MS = 20
/** A connection that failed is opened anew no oftener than that. */
const RETRY_MS = 1_000

interface Lane {
  client: pg.Client
  socket: Socket
  /** When the reads under way were sent, oldest first: answers come in that order. */
  sentAt: number[]
}

/** @param count of connections, opened at once and again where they fail */
export function openReadLanes(config: pg.ClientConfig, count: number, shapes: Shapes): ReadLanes {
  const lanes = new Set<Lane>()
  const clients = new Set<pg.Client>()
  let corked: Lane | undefined
  let closing = false

  const open = () => {
    if (closing) return
    const socket = new Socket()
    const client = new pg.Client({ ...config, pipeline: true, stream: () => socket })
    const lane: Lane = { client, socket, sentAt: [] }
    clients.add(client)
    client.on('error', () => lanes.delete(lane))
    client.once('end', () => {
      lanes.delete(lane)
      clients.delete(client)
      if (!closing) setTimeout(open, RETRY_MS).unref()
    })
    client.connect().then(
      () => lanes.add(lane),
      () => client.end().catch(() => {}),
    )
  }
  for (let opened = 0; opened < count; opened++) open()

  const flush = () => {
    corked?.socket.uncork()
    corked = undefined
  }

  const leastBusy = (): Lane | undefined => {
    const slowBefore = performance.now() - SLOW_MS
    const isFree = ({ sentAt: [oldest] }: Lane) => oldest === undefined || oldest > slowBefore
    if (corked && lanes.has(corked) && isFree(corked)) return corked
    let best: Lane | undefined
    for (const lane of lanes)
      if (isFree(lane) && (!best || lane.sentAt.length < best.sentAt.length)) best = lane
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
      lane.sentAt.push(performance.now())
      const answered = () => void lane.sentAt.shift()
      const rows = runPrepared(lane.client, statement, shapes, 'cells') as Promise<unknown[][]>
      rows.then(answered, answered)
      return rows
    },
    async close() {
      closing = true
      flush()
      await Promise.all([...clients].map((client) => client.end().catch(() => {})))
    },
  }
}
