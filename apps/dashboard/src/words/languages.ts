import { batch } from '@preact/signals'
import { en } from './en.js'
import { spoken } from './format.js'
import { currentWords, type Words } from './words.js'

interface Language {
  /** In the language itself. */
  readonly name: string
  readonly direction: 'ltr' | 'rtl'
  load(): Promise<Words>
}

/** To add a language, write its file of words and add it here. English is in the bundle; others are loaded when chosen. */
export const languages = {
  en: { name: 'English', direction: 'ltr', load: async () => en },
  de: { name: 'Deutsch', direction: 'ltr', load: async () => (await import('./de.js')).de },
} as const satisfies Record<string, Language>

export type LanguageCode = keyof typeof languages

/** Uses these words from now on, with numbers and dates as in the person's own country. */
export function speak(code: LanguageCode, loaded: Words, preferred: readonly string[] = []): void {
  batch(() => {
    spoken.value = { language: code, locale: preferred.find((locale) => partOf(locale) === code) ?? code }
    currentWords.value = loaded
  })
}

/** The first of the preferred languages for which there are words; English if there is none. */
export function languageOf(preferred: readonly string[]): LanguageCode {
  return preferred.map(partOf).find(isLanguage) ?? 'en'
}

export function isLanguage(code: string): code is LanguageCode {
  return Object.hasOwn(languages, code)
}

/** `de` of `de-AT`. */
function partOf(locale: string): string {
  return locale.split('-')[0]?.toLowerCase() ?? ''
}
