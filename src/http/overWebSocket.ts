import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Log } from '../lib/log.js'
import { credentialIn } from './callers.js'
import { keepAlive } from './keepAlive.js'
import { observedIdsOf, REQUEST_ID, requestIdOf } from './requestIds.js'
import { type SocketProtocolOptions, socketProtocol } from './socketProtocol.js'
import { Connection } from './sockets.js'

/** Close code of RFC 6455. */
const NOT_UTF8 = 1007

interface WebSocketOptions<Caller, Context extends object> extends SocketProtocolOptions<Caller, Context> {
  log: Log
  maxMessageBytes: number
  maxBufferBytes: number
  keepAliveMs: number
}

/**
 * GraphQL over WebSocket, subprotocol `graphql-transport-ws` (contract §1, §2). This file opens, watches and closes the
 * sockets.
 */
export const overWebSocket = <Caller, Context extends object>({
  log,
  maxMessageBytes,
  maxBufferBytes,
  keepAliveMs,
  ...options
}: WebSocketOptions<Caller, Context>) => {
  const connections = new Set<Connection>()
  let draining = false
  const protocol = socketProtocol(options, () => draining)

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    handleProtocols,
    perMessageDeflate: false,
  })
  const alive = keepAlive(sockets.clients, keepAliveMs)

  sockets.on('headers', (headers, req) => headers.push(`${REQUEST_ID}: ${requestIdOf(req)}`))

  const opened = (socket: WebSocket, stream: Duplex, address: string, req: IncomingMessage) => {
    const ids = observedIdsOf(req)
    const { requestId } = ids
    const authorization = credentialIn(req.headers.authorization)
    const connection: Connection = new Connection(socket, stream, address, authorization, maxBufferBytes, ids)
    connections.add(connection)
    const closed = protocol.server.opened(
      {
        protocol: socket.protocol,
        send: (frame) => connection.send(frame),
        close: (code = 1000, reason = '') => connection.close(code, reason),
        onMessage: (receive) =>
          socket.on('message', (data, isBinary) => {
            alive.heard(socket)
            // `ws` itself checks text messages.
            if (isBinary && !isUtf8(data as Buffer)) return connection.close(NOT_UTF8, 'Not UTF-8')
            receive(String(data)).catch((error: unknown) => {
              log.error({ requestId, err: error }, 'a WebSocket message could not be handled')
              connection.close(1011, 'Internal error')
            })
          }),
      },
      connection,
    )
    socket.on('pong', () => alive.heard(socket))
    socket.on('error', (error) => log.debug({ requestId, err: error, address }, 'a WebSocket failed'))
    socket.once('close', (code, reason) => {
      connections.delete(connection)
      protocol.forget(connection)
      connection.endAll()
      for (const { release } of connection.running.values()) release()
      closed(code, String(reason)).catch((error: unknown) =>
        log.error({ requestId, err: error }, 'a WebSocket could not be cleaned up'),
      )
    })
    if (draining) connection.drain()
  }

  return {
    upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer, address: string): void =>
      sockets.handleUpgrade(req, socket, head, (webSocket) => opened(webSocket, socket, address, req)),
    /** The number of open sockets. */
    size: (): number => connections.size,
    /** Waits for running queries and mutations, then closes each socket with 1001. */
    drain: (): void => {
      draining = true
      for (const connection of connections) connection.drain()
    },
    /** Closes all sockets at once. */
    terminate: (): void => {
      alive.stop()
      for (const { socket } of connections) socket.terminate()
      sockets.close()
    },
  }
}
