import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orgNameKey, parseOrgName } from '../../../src/domain/core/orgName.js'

const nameOf = (text: string) => {
  const name = parseOrgName(text)
  if (!name.ok) throw new Error(`${JSON.stringify(text)}: ${name.message}`)
  return name.value
}
const keyOf = (text: string) => orgNameKey(nameOf(text))

describe('an org’s name', () => {
  it.each([
    ['  Acme\n', 'Acme'],
    ['Caf\u0065\u0301', 'Caf\u00e9'],
    ['😀'.repeat(100), '😀'.repeat(100)],
    ['e\u0301'.repeat(100), 'é'.repeat(100)],
    ['👩‍👩‍👧 Families', '👩‍👩‍👧 Families'],
    ['שלום\u200e Ltd', 'שלום\u200e Ltd'],
    ['Acme  Inc', 'Acme  Inc'],
    ['%_\\\'";--', '%_\\\'";--'],
  ])('%j becomes %j', (given, name) => {
    expect(nameOf(given)).toBe(name)
  })

  it.each([
    ['', 'nothing'],
    [' \t\n', 'white space'],
    ['\u200b\u2060\ufeff', 'zero-width'],
    ['\u3164', 'Hangul filler'],
    ['\u2800', 'blank Braille'],
    ['\u00ad', 'soft hyphen'],
    ['a'.repeat(101), '101'],
    ['😀'.repeat(101), '101 of two units'],
    ['A\0cme', 'NUL'],
    ['A\ncme', 'line break'],
    ['A\tcme', 'tab'],
    ['A\u0085cme', 'next line'],
    ['A\u2028cme', 'line separator'],
    ['A\u001b[31mcme', 'escape'],
    ['A\u202ecme', 'override'],
    ['A\u202acme', 'embedding'],
    ['A\u2066cme', 'isolate'],
    ['A\ud800cme', 'half a surrogate pair'],
  ])('is refused: %j (%s)', (text) => {
    expect(parseOrgName(text).ok).toBe(false)
  })

  it.each([
    ['ACME', 'acme'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'οδος'],
    ['Ａｃｍｅ', 'acme'],
    ['oﬀice', 'office'],
    ['ℌello', 'hello'],
    ['Ac\u200bme', 'acme'],
    ['Ac\u00adme', 'acme'],
    ['ISPARTA', 'ısparta'],
    ['Isparta', 'ısparta'],
    ['İzmir', 'i\u0307zmir'],
    ['\u212a', 'k'],
  ])('%j is taken if %j is', (one, other) => {
    expect(keyOf(one)).toBe(keyOf(other))
  })

  it.each([
    ['Acme', 'Acme 2'],
    ['Acme', 'Acmé'],
    ['Acme', '\u0410cme'],
    ['Izmir', 'İzmir'],
    ['Acme Inc', 'AcmeInc'],
  ])('%j is free although %j is taken', (one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other))
  })

  it('does not change when it is parsed again, and has the same key in any case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (text) => {
        const name = parseOrgName(text)
        if (!name.ok) return
        expect(parseOrgName(name.value)).toEqual(name)
        const key = orgNameKey(name.value)
        expect(key).not.toBe('')
        for (const other of [name.value.toUpperCase(), name.value.toLowerCase()]) {
          const parsedOther = parseOrgName(other)
          if (parsedOther.ok) expect(orgNameKey(parsedOther.value)).toBe(key)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('has a key that an index can hold, whatever the name: below 2,704 bytes, or repetitive', () => {
    const bytes = new Map<number, number>()
    for (let code = 0x20; code <= 0x1ffff; code++) {
      const name = parseOrgName(`x${String.fromCodePoint(code)}x`)
      if (name.ok) bytes.set(code, Buffer.byteLength(orgNameKey(name.value)) - 2)
    }
    const longest = [...bytes].sort(([, a], [, b]) => b - a)
    // A single ligature can be longer, but PostgreSQL compresses repeated ones.
    expect(longest[0]).toEqual([0xfdfa, 33])
    expect((longest[1]?.[1] ?? 0) * 100).toBeLessThan(2_704)
  })

  it('has the same key for every single letter and its other case', () => {
    const differing: string[] = []
    for (let code = 0x20; code <= 0x1ffff; code++) {
      const name = parseOrgName(`x${String.fromCodePoint(code)}x`)
      if (!name.ok) continue
      const key = orgNameKey(name.value)
      for (const other of [name.value.toUpperCase(), name.value.toLowerCase()])
        if (keyOf(other) !== key || keyOf(key) !== key)
          differing.push(`${code.toString(16)} ${key} ${keyOf(other)}`)
    }
    expect(differing).toEqual([])
  })
})
