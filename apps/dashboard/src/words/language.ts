import { signal } from '@preact/signals'
import { isLanguage, type LanguageCode, languageOf, languages, speak } from './languages.js'

const KEY = 'guildhall.language'

/** What the person chose. Null: as the browser says. */
export const chosenLanguage = signal<LanguageCode | null>(null)

/** Call it before the page is drawn: it sets the language that was chosen earlier, or else the browser's. */
export async function startLanguage(): Promise<void> {
  chosenLanguage.value = restore()
  await speakChosen()
}

/** Changes the language now, and for later visits. Null: as the browser says. */
export async function chooseLanguage(code: LanguageCode | null): Promise<void> {
  chosenLanguage.value = code
  try {
    if (code === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, code)
  } catch {
    // The browser may block storage. Then the choice lasts as long as the page.
  }
  await speakChosen()
}

const wanted = (): LanguageCode => chosenLanguage.value ?? languageOf(navigator.languages)

async function speakChosen(): Promise<void> {
  const code = wanted()
  // Without its words, for example offline, the page stays in the language that it has.
  const loaded = await languages[code].load().catch(() => null)
  // Meanwhile the person may have chosen another one.
  if (!loaded || code !== wanted()) return
  speak(code, loaded, navigator.languages)
  document.documentElement.lang = code
  document.documentElement.dir = languages[code].direction
}

function restore(): LanguageCode | null {
  try {
    const stored = localStorage.getItem(KEY)
    return stored !== null && isLanguage(stored) ? stored : null
  } catch {
    return null
  }
}
