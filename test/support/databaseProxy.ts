import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A proxy to a database that can stop forwarding like a network failure: neither side is told. */
export interface DatabaseProxy {
  /** The database's URL through the proxy. */
  url: string
  /** False: data and new connections get no answer, and nothing is closed. */
  setForwarding(does: boolean): void
  /** Connects new clients to another database. Open sessions stay where they are. */
  pointAt(databaseUrl: string): void
  close(): Promise<void>
}

/**
 * @param firstWord gets the first bytes of each client. It returns bytes to answer instead of
 * forwarding, or undefined to forward.
 */
export async function startDatabaseProxy(
  databaseUrl: string,
  firstWord: (bytes: Buffer) => Buffer | undefined = () => undefined,
): Promise<DatabaseProxy> {
  let target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let forwarding = true
  const pass = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (chunk) => forwarding && to.write(chunk))
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      if (forwarding) to.destroy()
    })
  }
  const server = createServer((client) => {
    client.once('data', (bytes) => {
      const answer = firstWord(bytes)
      if (answer) client.end(answer)
      else if (forwarding) database.write(bytes)
      pass(client, database)
    })
    const database = connect(Number(target.port), target.hostname)
    pass(database, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    setForwarding(does) {
      forwarding = does
    },
    pointAt(other) {
      target = new URL(other)
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
