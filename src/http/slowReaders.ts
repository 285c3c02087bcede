import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** The most bytes that may wait for readers that read nothing, over all sockets. */
const MAX_STUCK_BYTES = 64 * 1_048_576
/** How often a reader is checked within its time. */
const CHECKS = 10

interface Reader {
  /** Bytes read so far. Exactly: a number that does not change while the reader reads nothing. */
  taken: number
  /** Checks since it last read something. */
  stuck: number
}

/** Node's own state of a running write, not in its types. Without it a large write counts only when it has ended. */
interface Inside {
  _handle?: { writeQueueSize?: number } | null
}

const takenBy = (socket: Socket): number => {
  const inKernel = (socket as unknown as Inside)._handle?.writeQueueSize ?? 0
  return socket.bytesWritten - socket.writableLength - inKernel
}

/**
 * Closes connections whose client reads nothing for `withinMs` although data waits for it: an answer, a file, a
 * stream or a WebSocket message. If too much data waits in total, the connections that are stuck longest are closed
 * first.
 * @returns stops the checks
 */
export const cutSlowReaders = (server: Server, withinMs: number): (() => void) => {
  const readers = new Map<Socket, Reader>()
  server.on('connection', (socket: Socket) => {
    readers.set(socket, { taken: 0, stuck: 0 })
    socket.once('close', () => readers.delete(socket))
  })

  const check = () => {
    const stuck: [Socket, Reader][] = []
    let bytes = 0
    for (const [socket, reader] of readers) {
      const taken = takenBy(socket)
      if (socket.writableLength === 0 || taken !== reader.taken) {
        reader.taken = taken
        reader.stuck = 0
        continue
      }
      if (++reader.stuck >= CHECKS) socket.destroy()
      else {
        stuck.push([socket, reader])
        bytes += socket.writableLength
      }
    }
    if (bytes <= MAX_STUCK_BYTES) return
    stuck.sort(([, one], [, other]) => other.stuck - one.stuck)
    for (const [socket] of stuck) {
      if (bytes <= MAX_STUCK_BYTES) break
      bytes -= socket.writableLength
      socket.destroy()
    }
  }

  const timer = setInterval(check, withinMs / CHECKS)
  timer.unref()
  return () => clearInterval(timer)
}
