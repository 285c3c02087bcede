import type { WebSocket } from 'ws'

/**
 * Pings all sockets every `everyMs` and closes those that sent nothing since the last ping, so a half-open socket
 * is closed within twice that time. One timer serves all sockets, to keep them cheap.
 */
export const keepAlive = (sockets: ReadonlySet<WebSocket>, everyMs: number) => {
  const silent = new WeakSet<WebSocket>()
  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (silent.has(socket)) {
        socket.terminate()
        continue
      }
      silent.add(socket)
      if (socket.readyState === socket.OPEN) socket.ping()
    }
  }, everyMs)
  timer.unref()
  return {
    /** Call it for each pong and each message of a socket. */
    heard: (socket: WebSocket) => void silent.delete(socket),
    stop: () => clearInterval(timer),
  }
}
