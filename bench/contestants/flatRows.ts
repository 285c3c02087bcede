import { Socket } from 'node:net'
import pg from 'pg'
import type { Statement } from './flatStatements.js'

/** Values are PostgreSQL's own text. */
export type Rows = (string | null)[][]

const asText = { getTypeParser: () => (text: string) => text }

interface Pipe {
  client: pg.Client
  socket: Socket
  owes: number
}

export interface Pipes {
  /** Runs statements on one connection, behind each other. */
  run(statements: readonly [Statement, unknown[]][]): Promise<Rows[]>
  close(): Promise<void>
}

/**
 * Connections that each carry many statements at once. All statements of one turn of the event loop that go to the same
 * connection are sent in one write.
 */
export async function openPipes(connectionString: string, count: number): Promise<Pipes> {
  const pipes: Pipe[] = []
  for (let opened = 0; opened < count; opened++) {
    const socket = new Socket()
    const client = new pg.Client({
      connectionString,
      pipeline: true,
      options: '-c TimeZone=UTC',
      stream: () => socket,
    })
    await client.connect()
    pipes.push({ client, socket, owes: 0 })
  }
  const corked = new Set<Pipe>()
  const flush = () => {
    for (const { socket } of corked) socket.uncork()
    corked.clear()
  }
  const leastBusy = () => pipes.reduce((best, pipe) => (pipe.owes < best.owes ? pipe : best))

  const run: Pipes['run'] = (statements) => {
    const pipe = leastBusy()
    if (!corked.has(pipe)) {
      pipe.socket.cork()
      if (corked.size === 0) setImmediate(flush)
      corked.add(pipe)
    }
    return Promise.all(
      statements.map(async ([{ name, text }, values]) => {
        pipe.owes += 1
        try {
          const { rows } = await pipe.client.query({ name, text, values, rowMode: 'array', types: asText })
          return rows as Rows
        } finally {
          pipe.owes -= 1
        }
      }),
    )
  }
  return {
    run,
    async close() {
      await Promise.all(pipes.map(({ client }) => client.end()))
    },
  }
}
