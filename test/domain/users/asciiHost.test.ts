import { describe, expect, it } from 'vitest'
import { asciiHost } from '../../../src/domain/users/asciiHost.js'

const labels = (length: number) => `${`${'a'.repeat(62)}.`.repeat(5).slice(0, length - 4)}.com`

describe('asciiHost', () => {
  it('accepts at most 253 characters, in ASCII', () => {
    expect(asciiHost(labels(253))).toHaveLength(253)
    expect(asciiHost(labels(254))).toBeNull()
    expect(
      asciiHost(`${'ü'.repeat(50)}.${'ü'.repeat(50)}.${'ü'.repeat(50)}.${'ü'.repeat(50)}.de`),
    ).toBeTruthy()
    expect(asciiHost(`${'ü.'.repeat(120)}de`)).toBeNull()
  })

  it('rejects garbage of any length in negligible time', () => {
    const before = process.cpuUsage()
    for (const text of ['a.'.repeat(5_000_000), 'ü'.repeat(5_000_000), `${'-'.repeat(5_000_000)}.com`])
      expect(asciiHost(text)).toBeNull()
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(50)
  })

  it('never changes a host that it has returned', () => {
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
