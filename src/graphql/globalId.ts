import { isUuid } from '../lib/uuid.js'

/** What a global id names: a type of the schema and the row's UUID. */
export type GlobalId = { readonly type: string; readonly uuid: string }

/** Written over by each id: an answer has hundreds, and a buffer for each costs more than the id. */
const scratch = Buffer.alloc(256)

/** Base64 of `Type:uuid`, as Relay's servers and the builder's relay plugin write it. */
export const encodeId = (type: string, uuid: string): string => {
  const length = scratch.write(`${type}:${uuid}`, 'latin1')
  return scratch.toString('base64', 0, length)
}

/** Longer than any that `encodeId` makes: no need to decode it. */
const MAX_LENGTH = 200

/** The type and UUID in a global id; null for all that `encodeId` wouldn't write just so. Never throws. */
export const decodeAnyId = (id: string): GlobalId | null => {
  if (id.length > MAX_LENGTH) return null
  const bytes = Buffer.from(id, 'base64')
  // Decoding skips what is no digit and drops spare bits: an id has one spelling only.
  if (bytes.toString('base64') !== id) return null
  const text = bytes.toString('latin1')
  const colon = text.indexOf(':')
  const type = text.slice(0, colon)
  const uuid = text.slice(colon + 1)
  return /^[A-Za-z]\w*$/.test(type) && isUuid(uuid) ? { type, uuid } : null
}

/** The UUID in a global id of this type; null for garbage and for ids of other types alike (contract §7). */
export const decodeId = (type: string, id: string): string | null => {
  const decoded = decodeAnyId(id)
  return decoded?.type === type ? decoded.uuid : null
}

/** As `decodeId`, of an id that may be left out: then undefined. */
export const decodeOptionalId = (type: string, id: string | null | undefined): string | null | undefined =>
  id == null ? undefined : decodeId(type, id)
