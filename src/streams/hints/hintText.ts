import type { Hint } from '../../domain/core/transact.js'
import type { Wake } from './hints.js'

/**
 * Hints as text: who says it, then `o` and an org's id or `u` and a user's for each, with spaces between; `*` for
 * everything. Ids are ASCII, so a text has as many bytes as characters.
 */
const ID_LENGTH = 38

/** @param maxBytes of one text: PostgreSQL takes 7,999 */
export function hintTexts(sender: string, { orgIds, userIds }: Hint, maxBytes = 7_999): string[] {
  const ids = [...orgIds.map((id) => `o${id}`), ...userIds.map((id) => `u${id}`)]
  const each = Math.floor((maxBytes - sender.length) / ID_LENGTH)
  const texts: string[] = []
  for (let from = 0; from < ids.length; from += each)
    texts.push([sender, ...ids.slice(from, from + each)].join(' '))
  return texts
}

export const everythingText = (sender: string): string => `${sender} *`

/** Reads a hint of another server, null where it is one's own. What it doesn't know means nothing to it. */
export function parseHintText(text: string, self: string): Wake | null {
  const [sender, ...ids] = text.split(' ')
  if (sender === self) return null
  if (ids.includes('*')) return 'everything'
  const of = (kind: string) => ids.filter((id) => id.startsWith(kind)).map((id) => id.slice(1))
  return { orgIds: of('o'), userIds: of('u') }
}
