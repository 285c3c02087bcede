import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import pg from 'pg'

/**
 * A pooler that gives each transaction another session, like PgBouncer with `pool_mode =
 * transaction`.
 */
export interface TransactionPooler {
  url: string
  close(): Promise<void>
}

const message = (type: string, body: Buffer) => {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(4 + body.length, 1)
  return Buffer.concat([head, body])
}
/** Accepts every client: AuthenticationOk, BackendKeyData, ReadyForQuery. */
const WELCOME = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('K', Buffer.alloc(8)),
  message('Z', Buffer.from('I')),
])

/** A PostgreSQL session after its greeting, as raw bytes. */
interface Session {
  stream: Socket
  /** The client that uses it at the moment. */
  client: Socket | undefined
  rest: Buffer
}

export async function transactionPooler(databaseUrl: string): Promise<TransactionPooler> {
  const sessions = new Set<Session>()
  const free: Session[] = []
  const clients = new Set<Socket>()

  const openSession = async (): Promise<Session> => {
    const opened = new pg.Client({ connectionString: databaseUrl })
    await opened.connect()
    const { stream } = (opened as unknown as { connection: { stream: Socket } }).connection
    stream.removeAllListeners()
    const session: Session = { stream, client: undefined, rest: Buffer.alloc(0) }
    stream.on('error', () => {})
    stream.on('data', (chunk) => {
      session.client?.write(chunk)
      session.rest = Buffer.concat([session.rest, chunk])
      while (session.rest.length >= 5) {
        const end = 1 + session.rest.readInt32BE(1)
        if (session.rest.length < end) break
        // ReadyForQuery outside a transaction: the next client may use the session.
        if (session.rest.toString('latin1', 0, 1) === 'Z' && session.rest.toString('latin1', 5, 6) === 'I') {
          session.client = undefined
          free.push(session)
        }
        session.rest = session.rest.subarray(end)
      }
    })
    sessions.add(session)
    return session
  }

  const server = createServer((client) => {
    clients.add(client)
    client.on('error', () => {})
    let turn: Promise<unknown> = Promise.resolve()
    client.once('data', () => {
      client.write(WELCOME)
      client.on('data', (chunk) => {
        turn = turn.then(async () => {
          // Terminate ends the client's connection and not the session.
          if (chunk.toString('latin1', 0, 1) === 'X') return client.end()
          let session = [...sessions].find((one) => one.client === client)
          session ??= free.pop() ?? (await openSession())
          session.client = client
          session.stream.write(chunk)
        })
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    async close() {
      server.close()
      for (const client of clients) client.destroy()
      for (const { stream } of sessions) stream.destroy()
      await once(server, 'close')
    },
  }
}
