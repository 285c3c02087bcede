import { connect, type Socket } from 'node:net'

const TEXT = 0x81
const PING = 0x89
const PONG = 0x8a
const CLOSE = 0x88

/** One buffer for all sockets: data is handled before the next read. */
const shared = Buffer.allocUnsafe(256 * 1_024)

/**
 * A minimal WebSocket client that reads into a shared buffer. A thousand of them receive every message, and their cost
 * must not distort the measurement.
 */
export class WebSocketClient {
  #socket: Socket
  #rest: Buffer | undefined
  #open = false
  #refused: string | undefined

  constructor(
    port: number,
    readonly on: {
      open(): void
      /** A complete text message. The memory is reused as soon as this returns. */
      message(memory: Buffer, start: number, end: number): void
      /** @param refused the first line of a response that opened no WebSocket */
      close(code: number | undefined, refused: string | undefined): void
    },
    /** The address that the connection comes from. One address has ports for some 28,000 connections. */
    localAddress?: string,
  ) {
    let code: number | undefined
    const callback = (length: number, memory: Uint8Array) => {
      code = this.#take(memory as Buffer, length) ?? code
      return true
    }
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      ...(localAddress !== undefined && { localAddress }),
      onread: { buffer: shared, callback },
    })
    this.#socket.write(
      `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
    )
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => on.close(code, this.#refused))
  }

  send(message: object): void {
    this.#write(TEXT, Buffer.from(JSON.stringify(message)))
  }

  /** Stops reading, so that all buffers up to the server fill. */
  stopReading(): void {
    this.#socket.pause()
  }

  /** Reads again, first what is left in the kernel. */
  resumeReading(): void {
    this.#socket.resume()
  }

  close(): void {
    this.#socket.destroy()
  }

  /** Clients must mask; a mask of zeros changes nothing. */
  #write(kind: number, payload: Buffer): void {
    const short = payload.length < 126
    const head = Buffer.alloc(short ? 6 : 8)
    head[0] = kind
    head[1] = 0x80 | (short ? payload.length : 126)
    if (!short) head.writeUInt16BE(payload.length, 2)
    this.#socket.write(Buffer.concat([head, payload]))
  }

  /** @returns the code of a close frame, if there is one */
  #take(memory: Buffer, length: number): number | undefined {
    let received = memory
    let end = length
    if (this.#rest) {
      received = Buffer.concat([this.#rest, memory.subarray(0, length)])
      end = received.length
      this.#rest = undefined
    }
    let at = 0
    if (!this.#open) {
      const headEnd = received.indexOf('\r\n\r\n')
      if (headEnd === -1 || headEnd + 4 > end) return this.#keep(received, 0, end)
      const status = received.toString('latin1', 0, 12)
      if (status !== 'HTTP/1.1 101') {
        this.#refused = status
        this.#socket.destroy()
        return
      }
      this.#open = true
      at = headEnd + 4
      this.on.open()
    }
    while (at + 2 <= end) {
      const small = received[at + 1] ?? 0
      const start = at + (small < 126 ? 2 : small === 126 ? 4 : 10)
      if (start > end) break
      const size =
        small < 126 ? small : start === at + 4 ? received.readUInt16BE(at + 2) : received.readUInt32BE(at + 6)
      if (start + size > end) break
      const kind = received[at]
      if (kind === TEXT) this.on.message(received, start, start + size)
      else if (kind === PING) this.#write(PONG, received.subarray(start, start + size))
      else if (kind === CLOSE) return received.readUInt16BE(start)
      at = start + size
    }
    return this.#keep(received, at, end)
  }

  #keep(received: Buffer, start: number, end: number): undefined {
    if (start < end) this.#rest = Buffer.from(received.subarray(start, end))
  }
}
