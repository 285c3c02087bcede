import type { Duplex } from 'node:stream'

/** First byte of a frame that is a whole text message (RFC 6455, 5.2), and how its length is said. */
const WHOLE_TEXT = 0x81
const LENGTH_16 = 126
const LENGTH_64 = 127

/** How many bytes say what a frame is, before its message. */
const startOf = (length: number) => (length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10)

/**
 * Puts a server's frame of a text message, which comes in two parts, to a place. Servers don't mask.
 * @returns where it ends
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

/** Those that hold something back until the end of the tick. */
let holding: PreparedFrames[] = []

function letGo(): void {
  const all = holding
  holding = []
  for (const frames of all) frames.flush()
}

/**
 * Writes messages that are prepared but for their first part, past `ws` and on the same socket: all of one tick as
 * one piece, by one system call, which is what sending the same to a thousand sockets costs most. Frames of `ws` may
 * come between, for without compression it writes each of them whole as well; whoever sends one flushes first.
 */
export class PreparedFrames {
  private room: Promise<void> | undefined
  /** Heads and tails in turn; undefined while nothing is held back. */
  private held: Buffer[] | undefined
  private heldBytes = 0

  constructor(private readonly socket: Duplex) {}

  /** Bytes that are not with the socket yet. */
  get bytes(): number {
    return this.heldBytes
  }

  /** @returns when the reader has caught up, undefined where it keeps up */
  write(head: Buffer, tail: Buffer): Promise<void> | undefined {
    if (!this.held) {
      this.held = []
      if (holding.length === 0) process.nextTick(letGo)
      holding.push(this)
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
