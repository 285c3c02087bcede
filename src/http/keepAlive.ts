import type { WebSocket } from 'ws'

/**
 * Pings every socket each `everyMs` and cuts off those that answered nothing since the last time:
 * a half-open one is gone after at most twice that. One timer for all, because each socket has to be cheap.
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
    /** Any sign of life counts, a pong or a message. */
    heard: (socket: WebSocket) => void silent.delete(socket),
    stop: () => clearInterval(timer),
  }
}
