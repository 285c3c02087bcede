import sql, { type Sql } from 'sql-template-tag'

/** UTF-16 code units. No name and no address is as long, so that a longer text finds nothing. */
const MAX_UNITS = 1_000

/** Part of a name or an address that somebody looks for, without regard to case. */
export interface SearchText {
  /** For LIKE. */
  readonly pattern: string
  /** Letters of the text in the other spellings that count as the same. */
  readonly variants: string
  /** What the pattern has in place of each of `variants`. */
  readonly folded: string
}

/**
 * Reads a search text (contract, OrgUserFilter.search): %, _ and \ stand for themselves. It is in NFC, as names are
 * kept.
 * @returns null for what is longer than anything that could be found
 */
export function parseSearch(text: string): SearchText | null {
  if (text.length > MAX_UNITS) return null
  const variants = new Map<string, string>()
  let pattern = ''
  for (const letter of text.normalize('NFC')) {
    const fold = foldOf(letter)
    pattern += fold
    for (const variant of [letter, upperOf(fold), ...(specials[fold] ?? '')])
      if (variant !== fold) variants.set(variant, fold)
  }
  return {
    pattern: `%${likeText(pattern)}%`,
    variants: [...variants.keys()].join(''),
    folded: [...variants.values()].join(''),
  }
}

/**
 * A text for LIKE, in which %, _ and \ stand for themselves. A NUL, which PostgreSQL's texts can't have, becomes a
 * character that nobody writes, so that it finds nothing.
 */
export function likeText(text: string): string {
  return text.replaceAll('\0', '\uffff').replace(/[\\%_]/g, '\\$&')
}

/**
 * Whether a text is found in a column. The letters are folded here and not by ILIKE, which in a database of locale C
 * knows no other letters than ASCII's.
 */
export function foundIn(column: Sql, { pattern, variants, folded }: SearchText): Sql {
  return sql`translate(${column}, ${variants}, ${folded}) like ${pattern}`
}

/** Whether a text is found in a column of addresses: with the domain as it is stored, or as people write it. */
export function foundInAddress(column: Sql, search: SearchText): Sql {
  return sql`(
    ${column} like ${search.pattern}
    or (${column} like '%xn--%' and ${foundIn(sql`unicode_address(${column})`, search)})
  )`
}

/** Letters that have more than one small or capital form, by the small one that stands for all. */
const specials: Readonly<Record<string, string>> = { σ: 'ς', ß: 'ẞ', i: 'ıİ' }
const foldOfSpecial = new Map(
  Object.entries(specials).flatMap(([fold, others]) => [...others].map((other) => [other, fold] as const)),
)

function foldOf(letter: string): string {
  const lower = oneLetter(letter.toLowerCase(), letter)
  return foldOfSpecial.get(letter) ?? foldOfSpecial.get(lower) ?? lower
}

const upperOf = (letter: string): string => oneLetter(letter.toUpperCase(), letter)

/** Where the other case is several letters (ß, SS), a letter stands for itself. */
const oneLetter = (text: string, letter: string): string => ([...text].length === 1 ? text : letter)
