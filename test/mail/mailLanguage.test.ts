import { describe, expect, test } from 'vitest'
import { canonicalTag } from '../../src/lib/languageTag.js'
import { formatLocaleOf, nearestLanguage } from '../../src/mail/mailLanguage.js'
import { readSettings } from '../../src/settings/settings.js'

describe('the language of a mail', () => {
  test.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['de-Latn-CH-1996', 'de'],
    ['de-u-nu-thai', 'de'],
    ['gsw', 'de'],
    ['fr-CA', 'fr'],
    ['es-419', 'es'],
    ['ca', 'es'],
    ['ar-EG', 'ar'],
    ['arz', 'ar'],
    ['en-US', 'en'],
    ['ja', 'en'],
    ['he', 'en'],
    ['und', 'en'],
    ['zz-ZZ', 'en'],
    ['x-team', 'en'],
  ])('for %s is %s', (locale, language) => {
    expect(nearestLanguage(locale)).toBe(language)
  })

  test.each([
    ['de-AT', 'de', 'de-AT'],
    ['de-AT-u-ca-buddhist', 'de', 'de-AT'],
    ['gsw', 'de', 'de'],
    ['en-US', 'en', 'en-US'],
    ['en', 'en', 'en-GB'],
    ['ja', 'en', 'en-GB'],
    ['x-team', 'en', 'en-GB'],
  ] as const)('for %s, in %s, has dates as in %s', (locale, language, expected) => {
    expect(formatLocaleOf(locale, language)).toBe(expected)
  })
})

describe('a BCP 47 tag', () => {
  test.each([
    ['DE-at', 'de-AT'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
    ['zh-yue-HK', 'yue-HK'],
    ['X-Team', 'x-team'],
    ['i-klingon', 'tlh'],
    ['art-lojban', 'jbo'],
    ['xx', 'xx'],
  ])('%s is %s', (given, canonical) => {
    expect(canonicalTag(given)).toBe(canonical)
  })

  test.each([
    '',
    ' ',
    'd',
    'de_AT',
    'de AT',
    'german language',
    'de-',
    '-de',
    'de-AT-AT',
    'x',
    'x-',
    'x-abcdefghi',
    'ä',
    'de\u0000',
    `de-${'a'.repeat(70)}`,
  ])('%j is none', (given) => {
    expect(canonicalTag(given)).toBeNull()
  })

  test('is what MAIL_LOCALE has to be', () => {
    expect(readSettings({}).mail.locale).toBe('en')
    expect(readSettings({ MAIL_LOCALE: 'FR-ca' }).mail.locale).toBe('fr-CA')
    expect(() => readSettings({ MAIL_LOCALE: 'de_AT' })).toThrow(/MAIL_LOCALE must be a BCP 47 language tag/)
  })
})
