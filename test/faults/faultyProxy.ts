import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where to cut a session: before the server gets COMMIT, or after it, so that the client gets no answer. */
export type Cut = 'before' | 'after'

/** A TCP proxy that fails on request. */
export interface FaultyProxy {
  /** The address of the server through the proxy. */
  readonly url: string
  /** While it is on, nothing is forwarded and nothing is closed. Then everything arrives late. */
  hang(on: boolean): void
  /** While it is on, nobody can connect, and there are no sessions. */
  refuse(on: boolean): Promise<void>
  /** Delays what is sent in each direction, ms. */
  delayBy(ms: number): void
  /** Open sessions get nothing any more and are not closed, as by a firewall that has forgotten them. */
  forget(): void
  /** Closes all sessions. */
  cut(): void
  /**
   * Cuts sessions of PostgreSQL at their COMMIT.
   * @param where gets what the client has sent since BEGIN. Undefined: don't cut it.
   */
  cutAtCommit(where: ((transaction: Buffer) => Cut | undefined) | undefined): void
  close(): Promise<void>
}

const simpleQuery = (text: string): Buffer => {
  const message = Buffer.from(`Q....${text}\0`)
  message.writeInt32BE(message.length - 1, 1)
  return message
}
const BEGIN = simpleQuery('BEGIN')
const COMMIT = simpleQuery('COMMIT')
const COMMITTED = Buffer.from('COMMIT\0')

interface Session {
  client: Socket
  server: Socket
  isForgotten: boolean
  /** What the client has sent since BEGIN. */
  transaction: Buffer
  isCutOnceCommitted: boolean
}

/** @param target an URL with a host and a port, whatever its protocol */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target)
  const sessions = new Set<Session>()
  let isHanging = false
  let delayMs = 0
  let cutWhere: ((transaction: Buffer) => Cut | undefined) | undefined

  const end = (session: Session) => {
    sessions.delete(session)
    session.client.destroy()
    session.server.destroy()
  }

  /** @returns whether the session goes on */
  const watchCommit = (session: Session, chunk: Buffer): boolean => {
    const begin = chunk.lastIndexOf(BEGIN)
    const commit = chunk.indexOf(COMMIT)
    session.transaction = begin === -1 ? Buffer.concat([session.transaction, chunk]) : chunk.subarray(begin)
    if (commit === -1) return true
    const cut = cutWhere?.(session.transaction)
    if (cut === 'before') {
      end(session)
      return false
    }
    session.isCutOnceCommitted = cut === 'after'
    return true
  }

  /** Forwards one direction of a session in order, however the delay changes. */
  const forward = (session: Session, from: Socket, to: Socket) => {
    let dueAt = 0
    let turn: Promise<unknown> | undefined
    const inTurn = (act: () => void) => {
      dueAt = Math.max(dueAt, performance.now() + delayMs)
      const due = dueAt
      const mine: Promise<unknown> = (turn ?? Promise.resolve())
        .then(() => sleep(Math.max(0, due - performance.now())))
        .then(act)
        .finally(() => {
          if (turn === mine) turn = undefined
        })
      turn = mine
    }
    const send = (act: () => void) => (delayMs > 0 || turn ? inTurn(act) : act())
    from.on('data', (chunk) => {
      if (session.isForgotten) return
      if (from === session.client) {
        if (cutWhere && !watchCommit(session, chunk)) return
      } else if (session.isCutOnceCommitted) {
        if (chunk.includes(COMMITTED)) end(session)
        return
      }
      send(() => void to.write(chunk))
    })
    from.on('error', () => {})
    from.on('close', () => {
      if (session.isForgotten) return
      // Not destroyed: PostgreSQL says why it closes a session, and that must arrive first.
      send(() => void to.end())
      if (to.destroyed) sessions.delete(session)
    })
    if (isHanging) from.pause()
  }

  const accept = (client: Socket) => {
    const server = connect(Number(port), hostname)
    const session = {
      client,
      server,
      isForgotten: false,
      transaction: Buffer.alloc(0),
      isCutOnceCommitted: false,
    }
    sessions.add(session)
    forward(session, client, server)
    forward(session, server, client)
  }

  let listener: Server
  const listen = async (on: number): Promise<number> => {
    listener = createServer(accept).listen(on, '127.0.0.1')
    await once(listener, 'listening')
    return (listener.address() as AddressInfo).port
  }
  const cut = () => {
    for (const session of sessions) end(session)
  }
  const shut = async () => {
    if (!listener.listening) return
    const closed = once(listener, 'close')
    listener.close()
    cut()
    await closed
  }

  const ownPort = await listen(0)
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String(ownPort)
  return {
    url: url.href,
    hang(on) {
      isHanging = on
      for (const { client, server } of sessions)
        for (const socket of [client, server]) on ? socket.pause() : socket.resume()
    },
    async refuse(on) {
      if (on) await shut()
      else await listen(ownPort)
    },
    delayBy(ms) {
      delayMs = ms
    },
    forget() {
      for (const session of sessions) session.isForgotten = true
    },
    cut,
    cutAtCommit(where) {
      cutWhere = where
    },
    close: shut,
  }
}
