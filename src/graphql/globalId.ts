import { isUuid } from '../lib/uuid.js'

/** A decoded global id: a type of the schema and the UUID of a row. */
export type GlobalId = { readonly type: string; readonly uuid: string }

/** Reused for every id: a response has hundreds, and a new buffer costs more than the encoding. */
const scratch = Buffer.alloc(256)

/** Base64 of `Type:uuid`, as in Relay's specification. */
export const encodeId = (type: string, uuid: string): string => {
  const length = scratch.write(`${type}:${uuid}`, 'latin1')
  return scratch.toString('base64', 0, length)
}

/** Longer than any id from `encodeId`. A longer text is not decoded. */
const MAX_LENGTH = 200

/** The type and UUID in a global id. Null for a text that `encodeId` never returns. Never throws. */
export const decodeAnyId = (id: string): GlobalId | null => {
  if (id.length > MAX_LENGTH) return null
  const bytes = Buffer.from(id, 'base64')
  // Decoding ignores invalid characters and extra bits. Only one spelling of an id is accepted.
  if (bytes.toString('base64') !== id) return null
  const text = bytes.toString('latin1')
  const colon = text.indexOf(':')
  const type = text.slice(0, colon)
  const uuid = text.slice(colon + 1)
  return /^[A-Za-z]\w*$/.test(type) && isUuid(uuid) ? { type, uuid } : null
}

/** The UUID in a global id of this type. Null for anything else, also for an id of another type. */
export const decodeId = (type: string, id: string): string | null => {
  const decoded = decodeAnyId(id)
  return decoded?.type === type ? decoded.uuid : null
}
