import { describe, expect, it } from 'vitest'
import { hashToken, isTokenShaped, mintToken, secretMatcher } from '../../../src/domain/core/token.js'

describe('a secret token', () => {
  it('has 256 random bits after its prefix, is safe in a URL and survives the end of a sentence', () => {
    const tokens = Array.from({ length: 2_000 }, () => mintToken('gi_'))
    expect(new Set(tokens).size).toBe(tokens.length)
    for (const token of tokens) {
      expect(token).toMatch(/^gi_[\w-]{42}[A-Za-z0-9]$/)
      expect(isTokenShaped('gi_', token)).toBe(true)
      expect(isTokenShaped('gh_', token)).toBe(false)
    }
  })

  it('is recognised only if it could have been generated', () => {
    const token = mintToken('gh_')
    for (const text of [
      '',
      'gh_',
      token.slice(0, -1),
      `${token}A`,
      `${token}\n`,
      ` ${token}`,
      token.slice(3),
      token.replace('gh_', 'GH_'),
      `${token.slice(0, -1)}B`,
      `gh_${'='.repeat(43)}`,
      `gh_${'é'.repeat(43)}`,
      `gh_${'A'.repeat(1_000_000)}`,
    ])
      expect(isTokenShaped('gh_', text), JSON.stringify(text.slice(0, 60))).toBe(false)
  })

  it('is stored as its SHA-256', () => {
    expect(hashToken('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('of the instance matches only as a whole', () => {
    const matches = secretMatcher('s'.repeat(32))
    expect(matches('s'.repeat(32))).toBe(true)
    for (const given of ['', 's'.repeat(31), 's'.repeat(33), 'S'.repeat(32), `${'s'.repeat(32)}\0`])
      expect(matches(given)).toBe(false)
  })
})
