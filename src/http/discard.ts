import type { IncomingMessage, ServerResponse } from 'node:http'

/** How much of a body is read and dropped after the answer, in bytes, and for how long. */
const DISCARD_BYTES = 10 * 1_048_576
const DISCARD_MS = 5_000
/** A body up to this size is read to its end, so that the connection can be used again. Bytes. */
const SMALL_BYTES = 65_536

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Whether the answer is sent before the whole body was read. */
const isEarly = (req: IncomingMessage): boolean => !req.readableEnded && hasBody(req)

const isSmall = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length']) <= SMALL_BYTES

/**
 * Reads and drops the rest of a body. After DISCARD_BYTES it stops reading and waits: the sender can't send more,
 * and has time to read the answer.
 */
const discard = (req: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    if (req.destroyed) return resolve()
    let bytes = 0
    const timer = setTimeout(resolve, DISCARD_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > DISCARD_BYTES) req.pause()
    })
    req.once('end', done).once('close', done).once('error', done)
    req.resume()
  })

/**
 * Sends a complete answer. If the request's body is still arriving, the connection stays open for a while: a client
 * whose connection is reset while it writes can't read the answer.
 */
export const sendWhole = (
  res: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void => {
  const { req } = res
  const early = isEarly(req)
  res.writeHead(status, {
    ...headers,
    ...(early && !isSmall(req) && { connection: 'close' }),
    'content-length': Buffer.byteLength(body),
  })
  if (!early) return void res.end(req.method === 'HEAD' ? undefined : body)
  if (req.method === 'HEAD') res.flushHeaders()
  else res.write(body)
  void discard(req).then(() => {
    res.end()
    if (!req.complete) req.socket.destroySoon()
  })
}
