import { LRUCache } from 'lru-cache'

/** Names of each kind, at most: a prepared statement stays with its connection as long as that is open. */
const MAX_NAMES = 500
/** How often a text is asked before it has earned a name. */
const EARNED_AFTER = 10
/** Texts without a name of which it is known how often they were asked. */
const MAX_COUNTED = 1_000
const MAX_COUNTED_CHARACTERS = 4 * 1_048_576
/** A longer text gets no name: each connection, and PostgreSQL behind it, would keep it for good. */
const MAX_NAMED_CHARACTERS = 20_000

/** The name under which a text is prepared, or undefined where it is to run unnamed. */
export type StatementName = (text: string) => string | undefined

function namesOf(kind: string, earned: (text: string) => boolean): StatementName {
  const names = new Map<string, string>()
  return (text) => {
    let name = names.get(text)
    if (name === undefined && names.size < MAX_NAMES && earned(text)) {
      name = `${kind}_${names.size}`
      names.set(text, name)
    }
    return name
  }
}

/** Of a statement that is written in this code: there are few of them. */
export const ownStatementName: StatementName = namesOf('own', () => true)

/**
 * Of a statement that is made of what a client asks, whose texts have no end. Names go to what is asked again and
 * again, so that who asks something else each time leaves them to the others.
 */
export const askedStatementName: StatementName = (() => {
  const asked = new LRUCache<string, number>({
    max: MAX_COUNTED,
    maxSize: MAX_COUNTED_CHARACTERS,
    sizeCalculation: (_, text) => text.length,
  })
  return namesOf('asked', (text) => {
    if (text.length > MAX_NAMED_CHARACTERS) return false
    const times = (asked.get(text) ?? 0) + 1
    if (times < EARNED_AFTER) asked.set(text, times)
    else asked.delete(text)
    return times >= EARNED_AFTER
  })
})()
