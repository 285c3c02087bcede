import { signal } from '@preact/signals'

/** The language of the words, such as `de`, and the locale of numbers, dates and lists, such as `de-AT`. */
export const spoken = signal({ language: 'en', locale: 'en' })

/** Formatters are slow to make, and there are few. */
function perLocale<Format>(make: (locale: string) => Format): () => Format {
  const made = new Map<string, Format>()
  return () => {
    const { locale } = spoken.value
    let format = made.get(locale)
    if (!format) {
      format = make(locale)
      made.set(locale, format)
    }
    return format
  }
}

const numbers = perLocale((locale) => new Intl.NumberFormat(locale))
const percents = perLocale((locale) => new Intl.NumberFormat(locale, { style: 'percent' }))
const oneDigit = perLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }))
const plurals = perLocale((locale) => new Intl.PluralRules(locale))
const lists = perLocale((locale) => new Intl.ListFormat(locale, { type: 'conjunction' }))
const unitLists = perLocale((locale) => new Intl.ListFormat(locale, { type: 'unit', style: 'short' }))
const relatives = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'always' }))
const moments = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }),
)
const clocks = perLocale((locale) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }))
const days = perLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }))
const languageNames = perLocale((locale) => new Intl.DisplayNames(locale, { type: 'language' }))

/** "12,345" */
export const number = (value: number): string => numbers().format(value)

/** "2.4", with at most one digit after the point. */
export const decimal = (value: number): string => oneDigit().format(value)

/** "12%" of 0.12. */
export const percent = (share: number): string => percents().format(share)

/** "a, b and c" */
export const list = (items: readonly string[]): string => lists().format(items)

/** A date with its time, to the second. */
export const moment = (at: number): string => moments().format(at)

/** "14:05" */
export const clock = (at: number): string => clocks().format(at)

/** A date without a time. */
export const day = (at: number): string => days().format(at)

/** "German" of "de" */
export const languageName = (code: string): string => languageNames().of(code) ?? code

/** The forms of a sentence by a count. Which counts are `one` differs from language to language. */
export type Forms = { readonly other: string } & { readonly [Form in Intl.LDMLPluralRule]?: string }

/** The form for a count. In it, `#` stands for the count. */
export function plural(count: number, forms: Forms): string {
  return (forms[plurals().select(count)] ?? forms.other).replace('#', number(count))
}

export type Unit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year'

/** "12 seconds ago", "in 3 days" */
export const fromNow = (count: number, unit: Unit): string => relatives().format(count, unit)

/** "4 hours, 12 minutes" */
export function amounts(parts: ReadonlyArray<readonly [number, Unit]>): string {
  const { locale } = spoken.value
  return unitLists().format(
    parts.map(([count, unit]) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count),
    ),
  )
}

/**
 * A sentence with pieces that are not plain text, such as a name in bold: say`${who} invited you.` Each language puts
 * them into its own order.
 */
export function say<Piece>(
  texts: TemplateStringsArray,
  ...pieces: Array<string | Piece>
): Array<string | Piece> {
  return texts.flatMap((text, index) => [text, ...pieces.slice(index, index + 1)])
}
