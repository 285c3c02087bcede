import { describe, expect, it } from 'vitest'
import { asciiHost } from '../../../src/domain/users/asciiHost.js'

const labels = (length: number) => `${`${'a'.repeat(62)}.`.repeat(5).slice(0, length - 4)}.com`

describe('a host', () => {
  it('has 253 characters at most, in ASCII', () => {
    expect(asciiHost(labels(253))).toHaveLength(253)
    expect(asciiHost(labels(254))).toBeNull()
    expect(
      asciiHost(`${'ü'.repeat(50)}.${'ü'.repeat(50)}.${'ü'.repeat(50)}.${'ü'.repeat(50)}.de`),
    ).toBeTruthy()
    expect(asciiHost(`${'ü.'.repeat(120)}de`)).toBeNull()
  })

  it('is told from garbage of any length in no time', () => {
    const begin = performance.now()
    for (const text of ['a.'.repeat(5_000_000), 'ü'.repeat(5_000_000), `${'-'.repeat(5_000_000)}.com`])
      expect(asciiHost(text)).toBeNull()
    expect(performance.now() - begin).toBeLessThan(50)
  })

  it('never comes out as another one, when it is asked again', () => {
    for (const text of [
      'Bücher.Example',
      'faß.de',
      'ｅｘａｍｐｌｅ。com',
      '☃.net',
      'XN--N3H.net',
      '\u212a.com',
    ]) {
      const host = asciiHost(text)
      expect(host).not.toBeNull()
      expect(asciiHost(host ?? '')).toBe(host)
    }
  })
})
