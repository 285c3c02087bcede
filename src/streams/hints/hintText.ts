import type { Hint } from '../../domain/core/transact.js'
import type { Wake } from './hints.js'

/**
 * A hint as text: the sender, then `o` and the id for each org, `u` and the id for each user with new events, and `e` and
 * the id for each user whose sign-ins have ended, and `w` if webhooks changed, separated by spaces. Older servers ignore `w`.
 * `*` means everything. All characters are ASCII, so the number of bytes is the number of characters.
 */
const ID_LENGTH = 38

/** @param maxBytes the most bytes of one text. PostgreSQL's NOTIFY accepts 7,999. */
export function hintTexts(
  sender: string,
  { orgIds, userIds, endedIds = [], webhooks = false }: Hint,
  maxBytes = 7_999,
): string[] {
  const ids = [
    ...(webhooks ? ['w'] : []),
    ...endedIds.map((id) => `e${id}`),
    ...orgIds.map((id) => `o${id}`),
    ...userIds.map((id) => `u${id}`),
  ]
  const each = Math.floor((maxBytes - sender.length) / ID_LENGTH)
  const texts: string[] = []
  for (let from = 0; from < ids.length; from += each)
    texts.push([sender, ...ids.slice(from, from + each)].join(' '))
  return texts
}

export const everythingText = (sender: string): string => `${sender} *`

/** Parses a hint of another server. Null for this server's own hint. Unknown parts are ignored. */
export function parseHintText(text: string, self: string): Wake | null {
  const [sender, ...ids] = text.split(' ')
  if (sender === self) return null
  if (ids.includes('*')) return 'everything'
  const of = (kind: string) => ids.filter((id) => id.startsWith(kind)).map((id) => id.slice(1))
  const endedIds = of('e')
  return {
    orgIds: of('o'),
    userIds: of('u'),
    ...(endedIds.length > 0 && { endedIds }),
    ...(ids.includes('w') && { webhooks: true }),
  }
}
