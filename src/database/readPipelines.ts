import { Socket } from 'node:net'
import pg from 'pg'
import { type Prepared, runPrepared, type Shapes } from './preparedQuery.js'
import { ageOfNext } from './renewal.js'
import { giveUp } from './socketOf.js'

/**
 * Connections for short reads. Each carries many reads at once: all reads of one turn of the event loop are sent in one
 * write, because a write costs as much as a small query.
 */
export interface ReadPipelines {
  /** Rows as arrays of values. Undefined if no connection is free: then the caller asks the pool. */
  read(statement: Prepared): Promise<unknown[][]> | undefined
  /** Open connections, and the reads that wait for an answer on them. */
  load(): { open: number; waiting: number }
  /**
   * Replaces all connections. The old ones end once their reads are done.
   * @param dead only these, which may not be able to end
   */
  renew(dead?: ReadonlySet<pg.ClientBase>): void
  close(): Promise<void>
}

/**
 * If a pipeline waits for an answer for so long, in ms, its first read is slow, and no more reads are sent behind it. The age
 * of its reads would tell nothing: if this process is slow, all of them are old.
 */
const SLOW_MS = 20
/** A failed connection is opened again after so long, ms. */
const RETRY_MS = 1_000

interface Pipeline {
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
export function openReadPipelines(
  config: pg.ClientConfig,
  count: number,
  shapes: Shapes,
  setUp: (client: pg.Client) => void,
): ReadPipelines {
  const pipelines = new Set<Pipeline>()
  const clients = new Set<pg.Client>()
  /** Connections that end and are already replaced. */
  const replaced = new Set<pg.Client>()
  let corked: Pipeline | undefined
  let closing = false

  const open = () => {
    if (closing) return
    const socket = new Socket()
    const client = new pg.Client({ ...config, pipeline: true, stream: () => socket })
    const pipeline: Pipeline = { client, socket, owes: 0, movedAt: 0 }
    const age = setTimeout(replace, ageOfNext(), pipeline).unref()
    clients.add(client)
    client.on('error', () => pipelines.delete(pipeline))
    client.once('end', () => {
      clearTimeout(age)
      pipelines.delete(pipeline)
      clients.delete(client)
      if (!closing && !replaced.delete(client)) setTimeout(open, RETRY_MS).unref()
    })
    client.connect().then(
      () => {
        setUp(client)
        pipelines.add(pipeline)
      },
      () => client.end().catch(() => {}),
    )
  }
  const replace = (pipeline: Pipeline) => {
    if (closing || !pipelines.delete(pipeline)) return
    replaced.add(pipeline.client)
    open()
    if (corked === pipeline) flush()
    pipeline.client.end().catch(() => {})
  }
  for (let opened = 0; opened < count; opened++) open()

  const flush = () => {
    corked?.socket.uncork()
    corked = undefined
  }

  const leastBusy = (): Pipeline | undefined => {
    const slowBefore = performance.now() - SLOW_MS
    const isFree = ({ owes, movedAt }: Pipeline) => owes === 0 || movedAt > slowBefore
    if (corked && pipelines.has(corked) && isFree(corked)) return corked
    let best: Pipeline | undefined
    for (const pipeline of pipelines)
      if (isFree(pipeline) && (!best || pipeline.owes < best.owes)) best = pipeline
    return best
  }

  return {
    read(statement) {
      const pipeline = leastBusy()
      if (!pipeline) return undefined
      if (corked !== pipeline) {
        flush()
        pipeline.socket.cork()
        corked = pipeline
        setImmediate(flush)
      }
      if (pipeline.owes++ === 0) pipeline.movedAt = performance.now()
      const answered = () => {
        pipeline.owes--
        pipeline.movedAt = performance.now()
      }
      const rows = runPrepared(pipeline.client, statement, shapes, 'cells') as Promise<unknown[][]>
      rows.then(answered, answered)
      return rows
    },
    renew(dead) {
      for (const pipeline of [...pipelines]) {
        if (dead && !dead.has(pipeline.client)) continue
        replace(pipeline)
        if (dead && pipeline.owes === 0) giveUp(pipeline.client, new Error('this connection is replaced'))
      }
    },
    load() {
      let waiting = 0
      for (const { owes } of pipelines) waiting += owes
      return { open: pipelines.size, waiting }
    },
    async close() {
      closing = true
      flush()
      await Promise.all([...clients].map((client) => client.end().catch(() => {})))
    },
  }
}
