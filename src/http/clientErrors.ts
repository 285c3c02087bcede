import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { REQUEST_ID } from './requestIds.js'

/** How long a client may take to read the refusal while it is still sending, ms. */
const CLOSE_AFTER_MS = 5_000

interface Refusal {
  readonly status: string
  readonly message: string
}

const malformed: Refusal = { status: '400 Bad Request', message: 'This is not a valid HTTP request.' }

/** By the code of the error that Node's parser reports. */
const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    message:
      'The headers are larger than 16 KB. Send a smaller sign-in token, and long documents by POST instead of GET.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: '413 Payload Too Large',
    message: 'The body has too many chunk extensions.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    message: 'The request came too slowly. Send it again.',
  },
}

const refuse = (socket: Duplex, { status, message }: Refusal): void => {
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] })
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `${REQUEST_ID}: ${randomUUID()}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  // Not closed at once: the system would reset the connection while the client still writes, and the answer is lost.
  setTimeout(() => socket.destroy(), CLOSE_AFTER_MS).unref()
}

/**
 * Answers requests that Node can't parse with an error in GraphQL's form. Node itself sends a status without a
 * message, and the client would not know that, for example, its token is too long.
 * @param isAnswering whether an answer has begun on the connection; then nothing else can be sent
 */
export const explainClientErrors = (server: Server, isAnswering: (socket: Duplex) => boolean): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // The parser fails again with each further chunk.
    if (socket.writableEnded) return
    if (!socket.writable || error.code === 'ECONNRESET' || isAnswering(socket)) return void socket.destroy()
    refuse(socket, refusals[error.code ?? ''] ?? malformed)
  })
}
