import { describe, expect, it } from 'vitest'
import { cleanText } from '../../src/lib/cleanText.js'

describe('a stranger’s text in the log', () => {
  it('is unchanged if it is harmless', () => {
    expect(cleanText('https://idp.example/realms/ä?x=1')).toBe('https://idp.example/realms/ä?x=1')
  })

  it('is short', () => {
    expect(cleanText('x'.repeat(1_000_000))).toBe(`${'x'.repeat(200)}…`)
  })

  it.each(['\n', '\r', '\0', '\u001b[2J', '\u2028', '\u202e', '\u200b', '\u0085', '\ud800'])(
    'has no %j',
    (character) => {
      expect(cleanText(`a${character}b`)).toMatch(/^a\ufffd(\[2J)?b$/)
    },
  )

  it('has no half of a cut character', () => {
    expect(cleanText('x😀', 2)).toBe('x\ufffd…')
  })
})
