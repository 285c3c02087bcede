import { afterEach, describe, expect, test } from 'vitest'
import { allWords } from '../../../apps/dashboard/src/words/allWords.js'
import { de } from '../../../apps/dashboard/src/words/de.js'
import { en } from '../../../apps/dashboard/src/words/en.js'
import { list, number, plural, say } from '../../../apps/dashboard/src/words/format.js'
import { languageOf, languages, speak } from '../../../apps/dashboard/src/words/languages.js'
import { words } from '../../../apps/dashboard/src/words/words.js'

afterEach(() => speak('en', en))

describe('the language of the pages', () => {
  test.each([
    [['de-AT', 'en'], 'de'],
    [['fr', 'de'], 'de'],
    [['en-GB', 'de'], 'en'],
    [['fr'], 'en'],
    [['constructor'], 'en'],
    [[], 'en'],
  ] as const)('for somebody who prefers %j is %s', (preferred, code) => {
    expect(languageOf(preferred)).toBe(code)
  })

  test('changes the words, and the numbers as the person’s own country writes them', () => {
    speak('de', de, ['fr', 'de-CH', 'en'])
    expect(words().common.save).toBe('Speichern')
    expect(number(12_345)).toMatch(/^12[’']345$/)
    speak('en', en, ['de-CH', 'en-GB'])
    expect(words().common.save).toBe('Save')
    expect(list(['a', 'b', 'c'])).toBe('a, b and c')
  })
})

test('a sentence takes the form that its language has for the count', () => {
  expect([0, 1, 2, 1200].map((count) => en.inviteDialog.found(count))).toEqual([
    '0 addresses',
    '1 address',
    '2 addresses',
    '1,200 addresses',
  ])
  expect(plural(2, { other: '# things' })).toBe('2 things')
})

test('a sentence keeps the pieces that are no text, in its own order', () => {
  const who = { strong: 'Ada' }
  expect(say`${who} left ${'Acme'}`.filter((piece) => piece !== '')).toEqual([who, ' left ', 'Acme'])
})

/** Examples of JSON have their own quotes. */
const odd = (text: string) =>
  text === '' ||
  text !== text.trim() ||
  /["']|\.\.\.| {2}|undefined|NaN|\[object/.test(text.replace(/\{"[^}]*\}/, ''))

/** Every text, with the path to it. Functions are called with names, numbers or lists, whichever fit. */
function textsOf(block: unknown, path: string): Array<readonly [string, string]> {
  if (typeof block === 'string') return [[path, block]]
  if (typeof block === 'function') {
    const texts = ['NAME', 3, ['a.example', 'b.example'], {}].flatMap((value) => {
      try {
        const result: unknown = block(value, value, value, value)
        return [Array.isArray(result) ? result.join('') : String(result)]
      } catch {
        return []
      }
    })
    return [[path, texts.find((text) => !odd(text)) ?? texts[0] ?? '']]
  }
  if (typeof block !== 'object' || block === null) return []
  return Object.entries(block).flatMap(([key, value]) => textsOf(value, `${path}.${key}`))
}

describe.each(Object.keys(languages) as Array<keyof typeof languages>)('the words in %s', (code) => {
  const all = async () => {
    const loaded = await languages[code].load()
    speak(code, loaded)
    return textsOf(allWords(), code)
  }

  test('are all there, trimmed, with typographic quotes and dots', async () => {
    const texts = await all()
    expect(texts.length).toBeGreaterThan(400)
    expect(texts.filter(([, text]) => odd(text))).toEqual([])
  })

  test('have no names from the API', async () => {
    const coded = (await all()).filter(
      // Operators set what these texts name.
      ([path, text]) =>
        !/\.(eventTypes|operator)\.|For$/.test(path) && /\b[A-Z]+_[A-Z]+\b|\b[a-z]+[A-Z]\w*\b/.test(text),
    )
    expect(coded).toEqual([])
  })
})
