import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a database that can be cut off as a network does it: without a word to either side. */
export interface DatabaseProxy {
  /** The database's URL by this way. */
  url: string
  /** False: what is sent, and who comes, gets no answer, and nothing is closed. */
  setForwarding(does: boolean): void
  /** Leads whoever comes from now on to another database. Sessions that are open stay where they are. */
  pointAt(databaseUrl: string): void
  close(): Promise<void>
}

/** @param firstWord of each client, as bytes: what is answered instead of forwarding it; undefined forwards. */
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
