import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** The most bytes, over all sockets, that may wait for readers that read nothing. */
const MAX_STUCK_BYTES = 64 * 1_048_576
/** How many checks are made within `withinMs`. */
const CHECKS = 10

interface Reader {
  /** A number that changes only if the reader has read something: about the bytes read so far. */
  taken: number
  /** Checks since it last read something. */
  stuck: number
}

/**
 * Node's internal state of a running write, which is missing in its types. Without it a large write counts only at its
 * end.
 */
interface Inside {
  _handle?: { writeQueueSize?: number } | null
}

const takenBy = (socket: Socket): number => {
  const inKernel = (socket as unknown as Inside)._handle?.writeQueueSize ?? 0
  return socket.bytesWritten - socket.writableLength - inKernel
}

/**
 * Closes connections whose client reads nothing for `withinMs` although data waits for it: an answer, a file, a
 * stream or a WebSocket message. If too much data waits in total, it first closes the connections that are stuck for
 * the longest time.
 * @returns a function that stops the checks
 */
export const closeSlowReaders = (server: Server, withinMs: number): (() => void) => {
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
