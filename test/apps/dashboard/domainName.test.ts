import { describe, expect, test } from 'vitest'
import { shownAddress, shownDomain } from '../../../apps/dashboard/src/model/domainName.js'

const ascii = (name: string) => new URL(`http://${name}`).hostname

describe('a domain', () => {
  test.each(['bücher.example', 'zürich.ch', 'łódź.pl', '例え.jp', 'почта.рф', 'ελλάδα.ελ', '한국.kr'])(
    'is shown in its own letters: %s',
    (name) => {
      expect(ascii(name)).toMatch(/xn--/)
      expect(shownDomain(ascii(name))).toEqual({ name, ascii: null })
    },
  )

  test.each([
    ['with one Cyrillic letter', 'раypal.com'],
    ['all Cyrillic below a Latin ending', 'аррӏе.com'],
    ['with a Greek letter', 'gοogle.example'],
    ['with a rare Latin letter', 'ɡithub.com'],
    ['of Latin and Thai letters', 'bankไทย.example'],
  ])('%s is shown with its ASCII form too', (_, name) => {
    expect(shownDomain(ascii(name))).toEqual({ name, ascii: ascii(name) })
  })

  test.each(['example.com', 'xn--a.example', 'xn--.example', 'xn--example', 'XN--BCHER-KVA.example'])(
    'that is plain, or no valid name, stays as it is: %s',
    (domain) => {
      expect(shownDomain(domain)).toEqual({ name: domain, ascii: null })
    },
  )
})

test('an address has its domain in its own letters, but not if it could be taken for another', () => {
  expect(shownAddress('grace@xn--bcher-kva.example')).toBe('grace@bücher.example')
  expect(shownAddress('"a@b"@example.com')).toBe('"a@b"@example.com')
  expect(shownAddress(`grace@${ascii('раypal.com')}`)).toBe(`grace@${ascii('раypal.com')}`)
})
