import sql, { type Sql } from 'sql-template-tag'

/** UTF-16 code units. Every name and address is shorter, so a longer text finds nothing. */
const MAX_UNITS = 1_000

/** The text of a search in names or addresses, which ignores case. */
export interface SearchText {
  /** For LIKE. */
  readonly pattern: string
  /** The other forms of the letters in the text, which count as the same letter. */
  readonly variants: string
  /** The letter in the pattern for each of `variants`. */
  readonly folded: string
}

/**
 * Parses a search text (contract, OrgUserFilter.search). %, _ and \ have no special meaning. The result is in NFC, as
 * names are stored.
 * @returns null if the text is longer than anything that could be found
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
 * Escapes a text for LIKE: %, _ and \ have no special meaning. PostgreSQL's texts can't contain NUL, so it becomes a
 * character that nobody writes and finds nothing.
 */
export function likeText(text: string): string {
  return text.replaceAll('\0', '\uffff').replace(/[\\%_]/g, '\\$&')
}

/**
 * Whether a column contains a text. ILIKE is not used, because in a database with the locale C it ignores the case of
 * ASCII letters only.
 */
export function foundIn(column: Sql, { pattern, variants, folded }: SearchText): Sql {
  return sql`translate(${column}, ${variants}, ${folded}) like ${pattern}`
}

/** Whether a column of addresses contains a text: with the domain in ASCII as stored, or in Unicode as people write it. */
export function foundInAddress(column: Sql, search: SearchText): Sql {
  return sql`(
    ${column} like ${search.pattern}
    or (${column} like '%xn--%' and ${foundIn(sql`unicode_address(${column})`, search)})
  )`
}

/** Letters with more than one small or capital form, by the small letter that represents them. */
const specials: Readonly<Record<string, string>> = { σ: 'ς', ß: 'ẞ', i: 'ıİ' }
const foldOfSpecial = new Map(
  Object.entries(specials).flatMap(([fold, others]) => [...others].map((other) => [other, fold] as const)),
)

function foldOf(letter: string): string {
  const lower = oneLetter(letter.toLowerCase(), letter)
  return foldOfSpecial.get(letter) ?? foldOfSpecial.get(lower) ?? lower
}

const upperOf = (letter: string): string => oneLetter(letter.toUpperCase(), letter)

/** A letter whose other case is several letters (ß, SS) is not changed. */
const oneLetter = (text: string, letter: string): string => ([...text].length === 1 ? text : letter)
