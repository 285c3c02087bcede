import { match } from '@formatjs/intl-localematcher'

/** The languages that mails are written in. */
export const mailLanguages = ['en', 'de', 'fr', 'es', 'ar'] as const
export type MailLanguage = (typeof mailLanguages)[number]

const FALLBACK: MailLanguage = 'en'

export const directionOf = (language: MailLanguage): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr')

/** The language of our mails that is nearest to a locale: `de` for `de-AT` and for `gsw`, `en` for one far from all. */
export function nearestLanguage(locale: string): MailLanguage {
  // The matcher knows only language, script and region.
  const base = parsed(locale)?.baseName
  return base === undefined ? FALLBACK : (match([base], mailLanguages, FALLBACK) as MailLanguage)
}

/**
 * The locale for dates and lists in a mail: the reader's, if the mail is in their language, so that a reader of `en-US`
 * and one of `en-GB` both find the day where they expect it. Without its extensions: they could change the calendar and
 * the digits.
 */
export function formatLocaleOf(locale: string, language: MailLanguage): string {
  const base = parsed(locale)
  if (base?.language !== language) return language === 'en' ? 'en-GB' : language
  return base.baseName === 'en' ? 'en-GB' : base.baseName
}

function parsed(locale: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(locale)
  } catch {
    // Private tags, such as x-team, are valid but unknown to Intl.
    return undefined
  }
}
