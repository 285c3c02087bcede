import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { CodedError } from '../errors.js'

const refused = (status: number, message: string) =>
  new CodedError('BAD_USER_INPUT', message, { http: { status } })

const tooLarge = (maxBytes: number) => refused(413, `The request body is larger than ${maxBytes} bytes.`)

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}
const isEncoding = (name: string): name is keyof typeof decoders => Object.hasOwn(decoders, name)

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
 * JSON on the wire is UTF-8 (RFC 8259, 8.1). Anything else would be read with damage, and two different names as one.
 * @throws {CodedError} 400
 */
const textOf = (bytes: Buffer): string => {
  if (!isUtf8(bytes)) throw refused(400, 'The request body is not valid UTF-8.')
  const text = bytes.toString()
  // A byte order mark means nothing in UTF-8 and may be ignored.
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

const unpacked = async (req: IncomingMessage, encoding: keyof typeof decoders, maxBytes: number) => {
  const decoder = decoders[encoding]()
  const cutOff = () => {
    if (!req.complete) decoder.destroy()
  }
  req.once('close', cutOff)
  // Not by `pipeline`, which destroys the request with the decoder: the rest of it has to be read after its answer.
  req.pipe(decoder)
  try {
    return await collect(decoder, maxBytes)
  } finally {
    req.off('close', cutOff)
    req.unpipe(decoder)
    decoder.destroy()
  }
}

/**
 * Reads a request's body, decompressed, and never holds more than `maxBytes` of it.
 * @throws {CodedError} 413 as soon as it is larger, 415 for an unknown encoding, 400 for a broken one
 */
export const readBody = async (req: IncomingMessage, maxBytes: number): Promise<string> => {
  const encoding = req.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && !isEncoding(encoding))
    throw refused(415, 'The body may be encoded as gzip, deflate or br, or not at all.')
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  if (encoding === 'identity') return textOf(await collect(req, maxBytes))
  return textOf(await unpacked(req, encoding, maxBytes))
}
