import type { Duplex } from 'node:stream'

/** The first byte of a frame with a whole text message (RFC 6455, 5.2), and the markers of longer lengths. */
const WHOLE_TEXT = 0x81
const LENGTH_16 = 126
const LENGTH_64 = 127

/** The size of a frame's header, in bytes. */
const startOf = (length: number) => (length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10)

/**
 * Writes the frame of a text message, given in two parts, into a buffer. Servers do not mask frames.
 * @returns the offset after the frame
 */
function putFrame(to: Buffer, at: number, head: Buffer, tail: Buffer): number {
  const length = head.length + tail.length
  const start = startOf(length)
  to[at] = WHOLE_TEXT
  if (start === 2) to[at + 1] = length
  else if (start === 4) {
    to[at + 1] = LENGTH_16
    to[at + 2] = length >> 8
    to[at + 3] = length & 0xff
  } else {
    to[at + 1] = LENGTH_64
    to.writeUInt32BE(0, at + 2)
    to.writeUInt32BE(length, at + 6)
  }
  to.set(head, at + start)
  to.set(tail, at + start + head.length)
  return at + start + length
}

/** Instances with frames to send at the end of the tick. */
let pending: PreparedFrames[] = []

function flushAll(): void {
  const all = pending
  pending = []
  for (const frames of all) frames.flush()
}

/**
 * Writes serialized messages directly to the socket that `ws` uses. All messages of one tick are sent with one write,
 * because system calls are the main cost of sending to a thousand sockets. `ws` may write frames in between, because
 * without compression it writes each frame as a whole. To keep the order, flush before sending with `ws`.
 */
export class PreparedFrames {
  /** Resolves when there is room for more. Undefined if there is room now. */
  private room: Promise<void> | undefined
  /** The parts to send: head, tail, head, tail … Undefined while nothing waits. */
  private held: Buffer[] | undefined
  private heldBytes = 0

  constructor(private readonly socket: Duplex) {}

  /** Bytes not yet written to the socket. */
  get bytes(): number {
    return this.heldBytes
  }

  /** @returns a promise for when the reader has caught up; undefined if it keeps up */
  write(head: Buffer, tail: Buffer): Promise<void> | undefined {
    if (!this.held) {
      this.held = []
      if (pending.length === 0) process.nextTick(flushAll)
      pending.push(this)
    }
    this.held.push(head, tail)
    const length = head.length + tail.length
    this.heldBytes += startOf(length) + length
    if (this.heldBytes + this.socket.writableLength < this.socket.writableHighWaterMark) return this.room
    this.flush()
    if (this.socket.writableNeedDrain) this.room ??= this.untilDrained()
    return this.room
  }

  flush(): void {
    const { held, heldBytes } = this
    if (!held) return
    this.held = undefined
    this.heldBytes = 0
    const piece = Buffer.allocUnsafe(heldBytes)
    let end = 0
    for (let index = 0; index < held.length; index += 2)
      end = putFrame(piece, end, held[index] as Buffer, held[index + 1] as Buffer)
    if (this.socket.writable) this.socket.write(piece)
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
