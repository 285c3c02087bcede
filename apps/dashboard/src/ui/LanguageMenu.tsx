import { chooseLanguage, chosenLanguage } from '../words/language.js'
import { type LanguageCode, languages } from '../words/languages.js'
import { words } from '../words/words.js'

const codes = Object.keys(languages) as LanguageCode[]

/** The language of the page. Each language has its own name in the list, so that its speakers find it. */
export function LanguageMenu() {
  const { language } = words()
  return (
    <select
      class="language-menu"
      aria-label={language.label}
      value={chosenLanguage.value ?? ''}
      onChange={(event) => void chooseLanguage((event.currentTarget.value || null) as LanguageCode | null)}
    >
      <option value="">{language.asTheBrowser}</option>
      {codes.map((code) => (
        <option key={code} value={code} lang={code}>
          {languages[code].name}
        </option>
      ))}
    </select>
  )
}
