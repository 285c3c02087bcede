/** UTF-16 code units. Every name and address is shorter, so a longer text finds nothing. */
const MAX_UNITS = 1_000

declare const searchText: unique symbol

/** The text of a search in names or addresses, as it was typed. Only `parseSearch` makes one. */
export type SearchText = string & { readonly [searchText]: true }

/**
 * Parses a search text (contract, OrgUserFilter.search). PostgreSQL splits it into words and folds them, as it does with the
 * names, so that both sides always agree.
 * @returns null if the text is longer than anything that could be found
 */
export function parseSearch(text: string): SearchText | null {
  return text.length > MAX_UNITS ? null : (withoutNul(text) as SearchText)
}

/** Escapes a text for LIKE: %, _ and \ have no special meaning. */
export function likeText(text: string): string {
  return withoutNul(text).replace(/[\\%_]/g, '\\$&')
}

/** PostgreSQL's texts can't contain NUL, so it becomes a character that nobody writes and finds nothing. */
export const withoutNul = (text: string): string => text.replaceAll('\0', '\uffff')
