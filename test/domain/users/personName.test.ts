import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanPersonName } from '../../../src/domain/users/personName.js'

describe('a person’s name', () => {
  it.each([
    ['Ada Lovelace', 'Ada Lovelace'],
    ['  Ada \n\t Lovelace\0 ', 'Ada Lovelace'],
    ['Ada \u202eecalevoL', 'Ada ecalevoL'],
    ['Ada\ud800', 'Ada'],
    ['e\u0301', 'é'],
    ['😀'.repeat(300), '😀'.repeat(200)],
    ['', null],
    [' \u200b ', null],
    [undefined, null],
    [null, null],
    [42, null],
    [['Ada'], null],
  ])('%j becomes %j', (claim, name) => {
    expect(cleanPersonName(claim)).toBe(name)
  })

  it('does not change when it is cleaned again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (claim) => {
        const name = cleanPersonName(claim)
        if (name === null) return
        expect(name).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
        expect(cleanPersonName(name)).toBe(name)
      }),
      { numRuns: 2_000 },
    )
  })
})
