import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** How long a client may take to read why it was refused, while it may still be sending, ms. */
const GOODBYE_MS = 5_000

interface Refusal {
  readonly status: string
  readonly message: string
}

const malformed: Refusal = { status: '400 Bad Request', message: 'This is not a valid HTTP request.' }

/** By the code of what Node found while it read a request. */
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
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  // Closed at once it would be reset while the client still writes, and the client would not read the answer.
  setTimeout(() => socket.destroy(), GOODBYE_MS).unref()
}

/**
 * Says in GraphQL's shape why Node refuses a request that it can't read. Node itself answers with a status and no
 * word, and for whoever sends a long token that is the only sign of what is wrong.
 *
 * @param isAnswering whether an answer has begun on a connection: into it nothing can be written
 */
export const explainClientErrors = (server: Server, isAnswering: (socket: Duplex) => boolean): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // The parser goes on to fail with each further piece of what it can't read.
    if (socket.writableEnded) return
    if (!socket.writable || error.code === 'ECONNRESET' || isAnswering(socket)) return void socket.destroy()
    refuse(socket, refusals[error.code ?? ''] ?? malformed)
  })
}
