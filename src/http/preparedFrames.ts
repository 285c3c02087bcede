import type { Duplex } from 'node:stream'

/** First byte of a frame that is a whole text message (RFC 6455, 5.2), and how its length is said. */
const WHOLE_TEXT = 0x81
const LENGTH_16 = 126
const LENGTH_64 = 127

/** A server's frame of a text message that comes in two parts. Servers don't mask. */
function textFrame(head: Buffer, tail: Buffer): Buffer {
  const length = head.length + tail.length
  const start = length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = WHOLE_TEXT
  if (start === 2) frame[1] = length
  else if (start === 4) {
    frame[1] = LENGTH_16
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = LENGTH_64
    frame.writeUInt32BE(0, 2)
    frame.writeUInt32BE(length, 6)
  }
  head.copy(frame, start)
  tail.copy(frame, start + head.length)
  return frame
}

/** Streams held back until the end of the tick. */
let held: Duplex[] = []

function holdBack(socket: Duplex): void {
  socket.cork()
  if (held.length === 0) process.nextTick(letGo)
  held.push(socket)
}

function letGo(): void {
  const sockets = held
  held = []
  for (const socket of sockets) socket.uncork()
}

/**
 * Writes messages that are prepared but for their first part, past `ws` and on the same socket: as one piece each,
 * and all of one tick by one system call, which is what sending the same to a thousand sockets costs most. Frames of
 * `ws` may come between, for without compression it writes each of them whole as well.
 */
export class PreparedFrames {
  private room: Promise<void> | undefined

  constructor(private readonly socket: Duplex) {}

  /** @returns when the reader has caught up, undefined where it keeps up */
  write(head: Buffer, tail: Buffer): Promise<void> | undefined {
    const { socket } = this
    if (socket.writableCorked === 0) holdBack(socket)
    if (!socket.write(textFrame(head, tail))) this.room ??= this.untilDrained()
    return this.room
  }

  private untilDrained(): Promise<void> {
    const { socket } = this
    return new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done)
        socket.off('close', done)
        this.room = undefined
        resolve()
      }
      socket.on('drain', done)
      socket.on('close', done)
    })
  }
}
