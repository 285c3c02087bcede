import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cursorCodec } from '../../../src/domain/core/cursor.js'

const org = '0190f5a0-0000-7000-8000-000000000001'
const codec = cursorCodec(Buffer.alloc(32, 1))
const seqs = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const positions = fc.record({ ms: seqs, id: fc.uuid() })
const lists = fc
  .tuple(fc.constantFrom('org.events', 'org.users', 'org.invites'), fc.uuid())
  .map(([a, b]) => `${a}:${b}`)

describe('a cursor', () => {
  it('decodes to the position that it was made from', () => {
    fc.assert(
      fc.property(lists, seqs, positions, (list, seq, position) => {
        expect(codec.decodeSeq(list, codec.encodeSeq(list, seq))).toBe(seq)
        expect(codec.decodeKeyset(list, codec.encodeKeyset(list, position))).toEqual(position)
      }),
    )
  })

  it('is invalid in another list, in another format and under another key', () => {
    const other = cursorCodec(Buffer.alloc(32, 2))
    fc.assert(
      fc.property(lists, lists, seqs, positions, (list, otherList, seq, position) => {
        fc.pre(list !== otherList)
        const [event, page] = [codec.encodeSeq(list, seq), codec.encodeKeyset(list, position)]
        expect(codec.decodeSeq(otherList, event)).toBeNull()
        expect(codec.decodeKeyset(otherList, page)).toBeNull()
        expect(codec.decodeKeyset(list, event)).toBeNull()
        expect(codec.decodeSeq(list, page)).toBeNull()
        expect(other.decodeSeq(list, event)).toBeNull()
        expect(other.decodeKeyset(list, page)).toBeNull()
      }),
    )
  })

  it('is invalid once any one character is changed, added or left out', () => {
    const list = `org.users:${org}`
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n'
    for (const [cursor, decode] of [
      [codec.encodeSeq(list, 42), codec.decodeSeq],
      [codec.encodeKeyset(list, { ms: 1_700_000_000_000, id: org }), codec.decodeKeyset],
    ] as const)
      for (let at = 0; at <= cursor.length; at++) {
        const [before, after] = [cursor.slice(0, at), cursor.slice(at)]
        for (const digit of digits) {
          expect(decode(list, before + digit + after)).toBeNull()
          if (after !== '' && digit !== after[0])
            expect(decode(list, before + digit + after.slice(1))).toBeNull()
        }
        if (after !== '') expect(decode(list, before + after.slice(1))).toBeNull()
      }
  })

  it('cannot be decoded from garbage, and garbage never throws', () => {
    const garbage = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc
        .uint8Array({ minLength: 23, maxLength: 39 })
        .map((bytes) => Buffer.from(bytes).toString('base64url')),
      fc.constantFrom('', 'null', '='.repeat(31), '\ud800'.repeat(31), 'A'.repeat(1_000_000)),
    )
    fc.assert(
      fc.property(garbage, (cursor) => {
        expect(codec.decodeSeq('org.events:', cursor)).toBeNull()
        expect(codec.decodeKeyset('org.events:', cursor)).toBeNull()
      }),
      { numRuns: 1_000 },
    )
  })

  it('is short and safe in a URL', () => {
    expect(codec.encodeSeq(`org.events:${org}`, 7)).toMatch(/^[\w-]{31}$/)
    expect(codec.encodeKeyset(`org.users:${org}`, { ms: 7, id: org })).toMatch(/^[\w-]{52}$/)
  })

  it('cannot be made from an invalid position', () => {
    expect(() => codec.encodeSeq('x', -1)).toThrow(RangeError)
    expect(() => codec.encodeKeyset('x', { ms: 1, id: 'x' })).toThrow(TypeError)
    expect(() => cursorCodec(randomBytes(31))).toThrow(RangeError)
  })
})
