import { LRUCache } from 'lru-cache'

/** The most names of each kind, because a prepared statement stays in memory as long as its connection is open. */
const MAX_NAMES = 500
/** A text gets a name when it has been asked so often. */
const EARNED_AFTER = 10
/** The most texts without a name that are counted. */
const MAX_COUNTED = 1_000
const MAX_COUNTED_CHARACTERS = 4 * 1_048_576
/** A longer text gets no name, because every connection and PostgreSQL would keep it in memory. */
const MAX_NAMED_CHARACTERS = 20_000

/** The name under which a text is prepared. Undefined if it has to run without a name. */
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

/** Names for the statements in this code. There are few. */
export const ownStatementName: StatementName = namesOf('own', () => true)

/**
 * Names for statements that are made from clients' queries, of which there can be any number. Only texts that are asked
 * often get a name, so that a client who asks something else each time can't use up the names.
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
