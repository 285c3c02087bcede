import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Email, hostOf, maskEmail, parseEmail } from '../../../src/domain/users/email.js'

const addressOf = (text: string): Email => {
  const email = parseEmail(text)
  if (!email.ok) throw new Error(`${JSON.stringify(text)}: ${email.message}`)
  return email.value
}

describe('an email address', () => {
  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['  ada@example.com\t', 'ada@example.com'],
    ['\u00a0ada@example.com\u3000', 'ada@example.com'],
    ['ada+Work@example.com', 'ada+work@example.com'],
    ["o'hara!#$%&*/=?^_`{|}~-@example.com", "o'hara!#$%&*/=?^_`{|}~-@example.com"],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@bu\u0308cher.example', 'ada@xn--bcher-kva.example'],
    ['ada@XN--BCHER-KVA.example', 'ada@xn--bcher-kva.example'],
    ['ada@ｅｘａｍｐｌｅ.com', 'ada@example.com'],
    ['ada@example。com', 'ada@example.com'],
    ['ada@faß.de', 'ada@xn--fa-hia.de'],
    ['ada@\u212aelvin.com', 'ada@kelvin.com'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%j becomes %j', (given, normal) => {
    expect(addressOf(given)).toBe(normal)
  })

  it('keeps its +tag, because only the provider knows what it means', () => {
    expect(addressOf('ada+a@example.com')).not.toBe(addressOf('ada@example.com'))
  })

  it.each([
    ['mıke@example.com', 'dotless i'],
    ['\u212aate@example.com', 'Kelvin sign, K by NFC'],
    ['İda@example.com', 'i with a dot in lower case'],
    ['ſam@example.com', 'long s, S in upper case'],
    ['ädä@example.com', 'umlaut'],
    ['а@example.com', 'Cyrillic a'],
    ['ada\u200b@example.com', 'zero-width space'],
    ['ada＠example.com', 'full-width @'],
    ['ａda@example.com', 'full-width a'],
    ['\ud800@example.com', 'half a surrogate pair'],
  ])('with a non-ASCII local part is refused: %j (%s)', (text) => {
    expect(parseEmail(text).ok).toBe(false)
  })

  it.each([
    ['', 'nothing'],
    ['ada', 'no @'],
    ['@example.com', 'no local part'],
    ['ada@', 'no domain'],
    ['ada@@example.com', 'double @'],
    ['ada@evil.com@example.com', 'two domains'],
    ['"ada"@example.com', 'quoted, the same as without quotes'],
    ['"a da"@example.com', 'quoted space'],
    ['"a@b"@example.com', 'quoted @'],
    ['ada(comment)@example.com', 'comment'],
    ['ada@example.com(comment)', 'comment after'],
    ['ada@(comment)example.com', 'comment in the domain'],
    ['Ada <ada@example.com>', 'display name'],
    ['<ada@example.com>', 'angle brackets'],
    ['friends: ada@example.com;', 'group'],
    ['ada@example.com, eve@example.com', 'list'],
    ['ada@example.com;eve@example.com', 'list by semicolon'],
    ['ada @example.com', 'space before @'],
    ['ada@ example.com', 'space after @'],
    ['a da@example.com', 'space'],
    ['ada@[192.0.2.1]', 'IPv4 literal'],
    ['ada@[IPv6:2001:db8::1]', 'IPv6 literal'],
    ['ada@192.0.2.1', 'IPv4 address'],
    ['ada@0x7f.1', 'IPv4 address as URLs have it'],
    ['ada@localhost', 'no dot in the domain'],
    ['ada@example.com.', 'trailing dot'],
    ['ada@.example.com', 'leading dot'],
    ['ada@example..com', 'empty label'],
    ['ada@-example.com', 'hyphen first'],
    ['ada@ex_ample.com', 'underscore'],
    ['ada@example.com:25', 'port'],
    ['ada@example.com/', 'slash'],
    ['ada@example.com#', 'hash'],
    ['ada@exa%6dple.com', 'percent-encoding'],
    ['ada@xn--a', 'not punycode'],
    ['.ada@example.com', 'dot first'],
    ['ada.@example.com', 'dot last'],
    ['a..da@example.com', 'two dots'],
    ['ada\0@example.com', 'NUL'],
    ['ada@example.com\0', 'NUL at the end'],
    ['ada@example.com\n', 'LF at the end'],
    ['ada@example.com\r\nBcc: eve@example.com', 'CR LF and a header'],
    ['ada@exam\r\n ple.com', 'folding'],
    ['ada\x7f@example.com', 'DEL'],
    [`${'a'.repeat(65)}@example.com`, 'local part of 65'],
    [`${'a'.repeat(60)}@${`${'b'.repeat(60)}.`.repeat(3)}${'c'.repeat(12)}`, '255 in all'],
    [`ada@${'b'.repeat(64)}.com`, 'label of 64'],
    [`ada@${'b.'.repeat(10_000)}com`, 'far too long'],
    [`${'('.repeat(100_000)}@example.com`, 'deep comments'],
  ])('is refused: %j (%s)', (text) => {
    expect(parseEmail(text).ok).toBe(false)
  })

  it('of 254 characters is accepted', () => {
    const longest = `${'a'.repeat(60)}@${`${'b'.repeat(60)}.`.repeat(3)}${'c'.repeat(10)}`
    expect(longest).toHaveLength(254)
    expect(parseEmail(longest).ok).toBe(true)
  })

  it('does not change when it is parsed again, and does not depend on the case of the input', () => {
    const texts = fc.oneof(
      fc.emailAddress({ size: '+1' }),
      fc
        .tuple(fc.stringMatching(/^[a-zA-Z0-9+.'-]{1,70}$/), fc.string({ unit: 'grapheme' }))
        .map(([a, b]) => `${a}@${b}.com`),
      fc.string({ unit: 'binary' }).map((text) => `ada@${text}`),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const email = parseEmail(text)
        if (!email.ok) return
        expect(parseEmail(email.value)).toEqual(email)
        expect(parseEmail(email.value.toUpperCase())).toEqual(email)
        expect(email.value).toMatch(/^[!-?A-~]+@[a-z0-9.-]+\.[a-z0-9-]+$/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('with any non-ASCII character before the @ is refused', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 0x80, max: 0x10ffff }),
        fc.string(),
        (before, code, after) => {
          const text = `${before}a${String.fromCodePoint(code)}b${after}@example.com`
          expect(parseEmail(text).ok).toBe(false)
        },
      ),
    )
  })

  it('is masked after its first character, whatever its length', () => {
    expect(maskEmail(addressOf('ada@example.com'))).toBe('a•••@example.com')
    expect(maskEmail(addressOf('a@example.com'))).toBe('a•••@example.com')
    expect(hostOf(addressOf('ada@Bücher.example'))).toBe('xn--bcher-kva.example')
  })
})
