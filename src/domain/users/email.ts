import { type Parsed, parsed, refused } from '../core/inputIssue.js'
import { asciiHost } from './asciiHost.js'

declare const email: unique symbol

/** An address in the one form that it is stored, matched and mailed in. Only `parseEmail` makes one. */
export type Email = string & { readonly [email]: true }

/** UTF-16 code units of an address as typed, with space around it. Longer texts are refused unread. */
const MAX_UNITS = 1_000

const notAnAddress = refused('This is not an e-mail address.')
const tooLong = refused('This e-mail address is too long.')
const nonAsciiLocalPart = refused('An e-mail address can have only ASCII characters before the @.')

/**
 * Parses an address as people type it (contract §7). Space around it is dropped and the whole is in lower
 * case. Its domain goes by IDNA to ASCII, so the Unicode and the punycode form are one address. `+tag`
 * stays, since it is the provider's to say what it means.
 *
 * A non-ASCII local part is refused before anything is normalised, for that would make another's address
 * of some: K (U+212A, Kelvin) is `K` by NFC, and ı is `I` in upper case. So are all that RFC 5322 lets stand
 * beside an address or hide in it: display names, groups, comments, folding, quoted local parts and
 * address literals. At most 64 characters before the @ and 254 in all, as SMTP has it (RFC 5321, 4.5.3.1).
 */
export const parseEmail = (text: string): Parsed<Email> => {
  if (text.length > MAX_UNITS) return tooLong
  const given = withoutBlanksAround(text)
  const at = given.lastIndexOf('@')
  if (at < 1) return notAnAddress
  const local = given.slice(0, at)
  if (/[^\0-\x7f]/.test(local)) return nonAsciiLocalPart
  if (!dotString.test(local)) return notAnAddress
  const host = asciiHost(given.slice(at + 1))
  if (host === null) return notAnAddress
  const address = `${local.toLowerCase()}@${host}`
  return local.length > 64 || address.length > 254 ? tooLong : parsed(address as Email)
}

const blank = /[\t\p{Zs}]/u

/** RFC 5321, 4.1.2: `Dot-string`. A parser of all that RFC 5322 allows takes the cube of some inputs' length. */
const dotString = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/

/**
 * Not trim(): a line break is no slip of the hand, and must never come near a mail's header. By index, since a
 * pattern that ends in `+$` tries each blank again as the start of the end, which takes the square of their number.
 */
const withoutBlanksAround = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && blank.test(text.charAt(start))) start++
  while (end > start && blank.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** What stands after the @: lower-case ASCII, not necessarily a domain that an org could bind. */
export const hostOf = (address: Email): string => address.slice(address.lastIndexOf('@') + 1)

/** `a•••@example.com`: enough to know one's own address by, whatever its length. */
export const maskEmail = (address: Email): string => `${address[0]}•••@${hostOf(address)}`
