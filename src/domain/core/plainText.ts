/** Control characters, line and paragraph separators, and lone surrogates, which PostgreSQL can't store. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * Bidirectional embeddings, overrides and isolates. They display a text in another order than it is stored. The marks
 * (U+200E, U+200F, U+061C) are allowed: normal right-to-left text contains them, and they reorder nothing.
 */
const reordering = /[\u202a-\u202e\u2066-\u2069]/u

const unseen = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\u2800]/gu

export const hasUnprintable = (text: string): boolean => unprintable.test(text)

export const hasReordering = (text: string): boolean => reordering.test(text)

/** False for a text that looks empty: only spaces, joiners, fillers and the like. */
export const isVisible = (text: string): boolean => text.replace(unseen, '') !== ''

/** The length in code points (contract §7), which is near to what people count: 😀 is one. */
export const codePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}
