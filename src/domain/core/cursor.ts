import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { isUuid } from '../../lib/uuid.js'

/** A place in a list that is ordered by time and then by id. `ms` are milliseconds since 1970. */
export type KeysetPosition = { readonly ms: number; readonly id: string }

/** A place in a list that is ordered by a rank of 0 to 255, then by time, then by id. */
export type RankedPosition = KeysetPosition & { readonly rank: number }

/** A place in a list that is ordered by a text of at most `MAX_TEXT_BYTES` in UTF-8, and then by id. */
export type TextPosition = { readonly text: string; readonly id: string }

/**
 * Makes and reads signed cursors, which nobody else can make (contract §6). A cursor is valid for one list only, named
 * by its kind and its owner: `org.events:<uuid>`. `decode…` returns null for anything that `encode…` did not make with
 * the same key for the same list. It never throws.
 */
export type CursorCodec = {
  encodeSeq(list: string, seq: number): string
  decodeSeq(list: string, cursor: string): number | null
  encodeKeyset(list: string, position: KeysetPosition): string
  decodeKeyset(list: string, cursor: string): KeysetPosition | null
  encodeRanked(list: string, position: RankedPosition): string
  decodeRanked(list: string, cursor: string): RankedPosition | null
  encodeText(list: string, position: TextPosition): string
  decodeText(list: string, cursor: string): TextPosition | null
}

/** The first byte names the layout, so the length of the part before the list's name is fixed. */
const SEQ = 1
const KEYSET = 2
const RANKED = 3
const TEXT = 4

const MAC_BYTES = 16
const SEQ_BYTES = 1 + 6
const KEYSET_BYTES = 1 + 6 + 16
const RANKED_BYTES = 1 + KEYSET_BYTES
/** Its layout ends with the text, so it has no fixed length. */
const TEXT_AT = 1 + 16
const MAX_TEXT_BYTES = 800

const digitsOf = (bytes: number) => Math.ceil(((bytes + MAC_BYTES) * 4) / 3)

const uuidOf = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`

/** @param key at least 32 bytes, the same on every server of an instance */
export const cursorCodec = (key: Uint8Array): CursorCodec => {
  if (key.length < 32) throw new RangeError('A key of cursors needs 32 bytes.')
  const secret = createSecretKey(key)

  const mac = (list: string, payload: Buffer) =>
    createHmac('sha256', secret).update(payload).update(list).digest().subarray(0, MAC_BYTES)

  const sign = (list: string, payload: Buffer) =>
    Buffer.concat([payload, mac(list, payload)]).toString('base64url')

  const open = (list: string, cursor: string, layout: number, least: number, most = least): Buffer | null => {
    if (cursor.length < digitsOf(least) || cursor.length > digitsOf(most)) return null
    const whole = Buffer.from(cursor, 'base64url')
    const bytes = whole.length - MAC_BYTES
    if (bytes < least || bytes > most || whole[0] !== layout) return null
    // Decoding ignores invalid characters and spare bits. Only one spelling of a cursor is accepted.
    if (whole.toString('base64url') !== cursor) return null
    const payload = whole.subarray(0, bytes)
    return timingSafeEqual(mac(list, payload), whole.subarray(bytes)) ? payload : null
  }

  return {
    encodeSeq(list, seq) {
      const payload = Buffer.allocUnsafe(SEQ_BYTES)
      payload[0] = SEQ
      payload.writeUIntBE(seq, 1, 6)
      return sign(list, payload)
    },

    decodeSeq: (list, cursor) => open(list, cursor, SEQ, SEQ_BYTES)?.readUIntBE(1, 6) ?? null,

    encodeKeyset(list, { ms, id }) {
      if (!isUuid(id)) throw new TypeError('A position needs a UUID.')
      const payload = Buffer.allocUnsafe(KEYSET_BYTES)
      payload[0] = KEYSET
      payload.writeUIntBE(ms, 1, 6)
      payload.write(id.replaceAll('-', ''), 7, 'hex')
      return sign(list, payload)
    },

    decodeKeyset(list, cursor) {
      const payload = open(list, cursor, KEYSET, KEYSET_BYTES)
      return payload && { ms: payload.readUIntBE(1, 6), id: uuidOf(payload.toString('hex', 7)) }
    },

    encodeRanked(list, { rank, ms, id }) {
      if (!isUuid(id)) throw new TypeError('A position needs a UUID.')
      const payload = Buffer.allocUnsafe(RANKED_BYTES)
      payload[0] = RANKED
      payload.writeUInt8(rank, 1)
      payload.writeUIntBE(ms, 2, 6)
      payload.write(id.replaceAll('-', ''), 8, 'hex')
      return sign(list, payload)
    },

    decodeRanked(list, cursor) {
      const payload = open(list, cursor, RANKED, RANKED_BYTES)
      return (
        payload && {
          rank: payload.readUInt8(1),
          ms: payload.readUIntBE(2, 6),
          id: uuidOf(payload.toString('hex', 8)),
        }
      )
    },

    encodeText(list, { text, id }) {
      if (!isUuid(id)) throw new TypeError('A position needs a UUID.')
      const bytes = Buffer.from(text)
      if (bytes.length > MAX_TEXT_BYTES) throw new RangeError('The text of a position is too long.')
      const head = Buffer.from([TEXT, ...Buffer.from(id.replaceAll('-', ''), 'hex')])
      return sign(list, Buffer.concat([head, bytes]))
    },

    decodeText(list, cursor) {
      const payload = open(list, cursor, TEXT, TEXT_AT, TEXT_AT + MAX_TEXT_BYTES)
      return (
        payload && {
          text: payload.toString('utf8', TEXT_AT),
          id: uuidOf(payload.toString('hex', 1, TEXT_AT)),
        }
      )
    },
  }
}
