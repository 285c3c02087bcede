/** Controls, line and paragraph separators, and halves of a surrogate pair, which PostgreSQL can't store. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * Bidirectional embeddings, overrides and isolates: with them a text shows in another order than it is
 * stored. The marks (U+200E, U+200F, U+061C) only side with a direction; honest right-to-left text has them.
 */
const reordering = /[\u202a-\u202e\u2066-\u2069]/u

const unseen = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\u2800]/gu

export const hasUnprintable = (text: string): boolean => unprintable.test(text)

export const hasReordering = (text: string): boolean => reordering.test(text)

/** False for a text of nothing but space, joiners, fillers and the like: nobody could tell it from none. */
export const isVisible = (text: string): boolean => text.replace(unseen, '') !== ''

/** Length as people count it, near enough (contract §7): 😀 is one. */
export const codePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}
