import { describe, expect, it } from 'vitest'
import { type Domain, domainOf, parseDomain } from '../../../src/domain/users/domain.js'
import { parseEmail } from '../../../src/domain/users/email.js'

const domain = (text: string): Domain => {
  const parsed = parseDomain(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`)
  return parsed.value
}

describe('an email domain', () => {
  it.each([
    [' Example.COM ', 'example.com'],
    ['mail.example.com', 'mail.example.com'],
    ['example.co.uk', 'example.co.uk'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['acme.github.io', 'acme.github.io'],
    ['corp.internal', 'corp.internal'],
    ['acme.test', 'acme.test'],
  ])('%j becomes %j', (given, normal) => {
    expect(domain(given)).toBe(normal)
  })

  it.each([
    '',
    'com',
    'localhost',
    'co.uk',
    'github.io',
    'xn--p1ai',
    '192.0.2.1',
    '[2001:db8::1]',
    '2130706433',
    'example.com:25',
    'https://example.com',
    'example.com/',
    'example.com.',
    '.example.com',
    '*.example.com',
    '@example.com',
    'ada@example.com',
    'ex_ample.com',
    '-example.com',
    'example..com',
    'exam ple.com',
    'exam\nple.com',
    'example.com\0',
    'exa%6dple.com',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(120)}com`,
  ])('%j is refused', (text) => {
    expect(parseDomain(text).ok).toBe(false)
  })

  it.each([
    ['ada@Example.com', 'example.com'],
    ['ada@mail.bücher.example', 'mail.xn--bcher-kva.example'],
    ['ada@co.uk', null],
  ])('of the address %s is %s', (address, expected) => {
    const email = parseEmail(address)
    expect(email.ok && domainOf(email.value)).toBe(expected)
  })
})
