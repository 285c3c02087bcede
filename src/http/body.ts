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
    // Every stream emits `close`. It is an error only if `end` did not come first.
    const onClose = () => reject(refused(400, 'The request body ended too early.'))
    stream.once('end', () => {
      stream.off('close', onClose)
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    })
    stream.once('error', () => reject(refused(400, 'The request body could not be read.')))
    stream.once('close', onClose)
  })

/**
 * JSON is sent as UTF-8 (RFC 8259, 8.1). Invalid bytes would become replacement characters, and two different names
 * could become the same.
 * @throws {CodedError} 400
 */
const textOf = (bytes: Buffer): string => {
  if (!isUtf8(bytes)) throw refused(400, 'The request body is not valid UTF-8.')
  const text = bytes.toString()
  // A byte order mark has no meaning in UTF-8 (RFC 8259 allows parsers to ignore it).
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

const unpacked = async (req: IncomingMessage, encoding: keyof typeof decoders, maxBytes: number) => {
  const decoder = decoders[encoding]()
  const cutOff = () => {
    if (!req.complete) decoder.destroy()
  }
  req.once('close', cutOff)
  // Not `pipeline`: it would destroy the request with the decoder, but the rest of the body is read after the answer.
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
 * Reads and decompresses a request's body. It never holds more than `maxBytes` of it.
 * @throws {CodedError} 413 as soon as it is larger, 415 for an unknown encoding, 400 if it can't be decoded
 */
export const readBody = async (req: IncomingMessage, maxBytes: number): Promise<string> => {
  const encoding = req.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && !isEncoding(encoding))
    throw refused(415, 'The body may be encoded as gzip, deflate or br, or not at all.')
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  if (encoding === 'identity') return textOf(await collect(req, maxBytes))
  return textOf(await unpacked(req, encoding, maxBytes))
}
