import { connect, type Socket } from 'node:net'

export interface HttpAnswer {
  status: number
  /** Valid until the connection's next request, because the buffer is reused. */
  body: Buffer
}

/** Without a response for this long, the request fails. */
const ANSWER_MS = 60_000

/** The initial buffer of a connection, bytes. A larger response makes it grow. */
const BUFFER_BYTES = 64 * 1024

/**
 * A keep-alive connection with one request at a time. It is written on a plain socket, because the client runs on the
 * same machine as the server: it costs a third of `fetch`. All responses are read into one buffer, so that the client's
 * garbage collection doesn't distort the measurement.
 */
export class Connection {
  #socket: Socket
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  #received = 0
  #waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | undefined

  constructor(readonly port: number) {
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: () => this.#free(), callback: (bytes) => this.#take(bytes) },
    })
    this.#socket.on('error', (error) => this.#waiting?.reject(error))
    this.#socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')))
    this.#socket.setTimeout(ANSWER_MS, () => {
      if (this.#waiting) this.#socket.destroy(new Error(`no answer for ${ANSWER_MS / 1_000} s`))
    })
  }

  /** Also true if the server closed the idle connection. */
  get closed(): boolean {
    return this.#socket.destroyed
  }

  post(path: string, headers: string, body: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${this.port}\r\ncontent-type: application/json\r\naccept: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    })
  }

  close(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #free(): Buffer {
    if (this.#received === this.#buffer.length)
      this.#buffer = Buffer.concat([this.#buffer], this.#buffer.length * 2)
    return this.#buffer.subarray(this.#received)
  }

  #take(bytes: number): boolean {
    this.#received += bytes
    const answer = parse(this.#buffer.subarray(0, this.#received))
    if (answer === undefined) return true
    // No more data comes before the next request, so the buffer can be reused.
    this.#received = 0
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(answer)
    return true
  }
}

/** Parses a response, with a content-length or chunked. Undefined if it is not complete yet. */
function parse(received: Buffer): HttpAnswer | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = received.toString('latin1', 0, headEnd).toLowerCase()
  const status = Number(head.slice(9, 12))
  const start = headEnd + 4
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1]
  if (length !== undefined) {
    const end = start + Number(length)
    return received.length < end ? undefined : { status, body: received.subarray(start, end) }
  }
  if (!head.includes('transfer-encoding: chunked')) return { status, body: received.subarray(start, start) }
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const line = received.indexOf('\r\n', at)
    if (line === -1) return undefined
    const size = Number.parseInt(received.toString('latin1', at, line), 16)
    if (received.length < line + 4 + size) return undefined
    if (size === 0) return { status, body: Buffer.concat(parts) }
    parts.push(received.subarray(line + 2, line + 2 + size))
    at = line + 4 + size
  }
}
