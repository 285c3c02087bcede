import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** All sockets together may keep this much waiting for readers that take nothing, bytes. */
const MAX_STUCK_BYTES = 64 * 1_048_576
/** A reader is looked at so often within its time. */
const LOOKS = 10

interface Reader {
  /** Bytes that it has taken so far, or rather: a number that stands still while it takes none. */
  taken: number
  /** Looks since it last took some. */
  stuck: number
}

/** What Node knows of a write under way; its types leave it out. Without it a large write counts once it is over. */
interface Inside {
  _handle?: { writeQueueSize?: number } | null
}

const takenBy = (socket: Socket): number => {
  const inKernelsWay = (socket as unknown as Inside)._handle?.writeQueueSize ?? 0
  return socket.bytesWritten - socket.writableLength - inKernelsWay
}

/**
 * Cuts connections off that take nothing of what they were sent for `withinMs`, whatever it is: an answer, a file, a
 * stream or a WebSocket's message. Where nothing is waiting to be sent, as on an idle stream, there is nothing to
 * take. And where those who take nothing hold too much together, the ones that have done so longest go first.
 * @returns what stops it
 */
export const cutSlowReaders = (server: Server, withinMs: number): (() => void) => {
  const readers = new Map<Socket, Reader>()
  server.on('connection', (socket: Socket) => {
    readers.set(socket, { taken: 0, stuck: 0 })
    socket.once('close', () => readers.delete(socket))
  })

  const look = () => {
    const stuck: [Socket, Reader][] = []
    let bytes = 0
    for (const [socket, reader] of readers) {
      const taken = takenBy(socket)
      if (socket.writableLength === 0 || taken !== reader.taken) {
        reader.taken = taken
        reader.stuck = 0
        continue
      }
      if (++reader.stuck >= LOOKS) socket.destroy()
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

  const timer = setInterval(look, withinMs / LOOKS)
  timer.unref()
  return () => clearInterval(timer)
}
