import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { CodedError } from '../graphql/errors.js'

const refused = (status: number, message: string) =>
  // The rest of the body is not worth waiting for, so the connection can't be used again.
  new CodedError('BAD_USER_INPUT', message, { http: { status, headers: { connection: 'close' } } })

const tooLarge = (maxBytes: number) => refused(413, `The request body is larger than ${maxBytes} bytes.`)

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}
const isEncoding = (name: string): name is keyof typeof decoders => Object.hasOwn(decoders, name)

/** Past a refused body this much is still read and dropped, so that its sender gets to read the answer. */
const LINGER_BYTES = 4 * 1_048_576

const linger = (req: IncomingMessage) => {
  let dropped = 0
  req.on('data', (chunk: Buffer) => {
    dropped += chunk.length
    if (dropped > LINGER_BYTES) req.pause()
  })
  req.resume()
}

const collect = (stream: Readable, maxBytes: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) return void chunks.push(chunk)
      stream.off('data', onData)
      reject(tooLarge(maxBytes))
    }
    stream.on('data', onData)
    // Every stream closes in the end: an error is made only of one that closes before its end.
    const onClose = () => reject(refused(400, 'The request body ended too early.'))
    stream.once('end', () => {
      stream.off('close', onClose)
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    })
    stream.once('error', () => reject(refused(400, 'The request body could not be read.')))
    stream.once('close', onClose)
  })

/**
 * Reads a request's body, decompressed, and never holds more than `maxBytes` of it.
 * @throws {CodedError} 413 as soon as it is larger, 415 for an unknown encoding, 400 for a broken one
 */
export const readBody = async (req: IncomingMessage, maxBytes: number): Promise<string> => {
  const encoding = req.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  try {
    if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
    if (encoding === 'identity') return (await collect(req, maxBytes)).toString()
    if (!isEncoding(encoding))
      throw refused(415, 'The body may be encoded as gzip, deflate or br, or not at all.')
    const decoder = decoders[encoding]()
    pipeline(req, decoder, () => {})
    try {
      return (await collect(decoder, maxBytes)).toString()
    } finally {
      req.unpipe(decoder)
      decoder.destroy()
    }
  } catch (error) {
    linger(req)
    throw error
  }
}
