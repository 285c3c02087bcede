import { enMore } from './enMore.js'
import { type Words, words } from './words.js'

export type AllWords = Words & typeof enMore

/**
 * The words of the chosen language, with those of places that are loaded when somebody opens them. Whatever the page
 * begins with must not import this: `words()` is enough for it.
 */
export function allWords(): AllWords {
  const held = words()
  return hasAll(held) ? held : { ...held, ...enMore }
}

/** Other languages than English have all words in one file. */
function hasAll(held: Words): held is AllWords {
  return 'webhooks' in held
}
