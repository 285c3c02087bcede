import { type Parsed, parsed, refused } from '../core/inputIssue.js'
import { asciiHost } from './asciiHost.js'

declare const email: unique symbol

/** An address in the form in which it is stored, compared and mailed to. Only `parseEmail` makes one. */
export type Email = string & { readonly [email]: true }

/** UTF-16 code units of an address as typed, with spaces around it. Longer texts are refused without a look. */
const MAX_UNITS = 1_000

const notAnAddress = refused('This is not an e-mail address.')
const tooLong = refused('This e-mail address is too long.')
const nonAsciiLocalPart = refused('An e-mail address can have only ASCII characters before the @.')

/**
 * Parses an address as people type it (contract §7). Spaces around it are removed, and it becomes lower case. IDNA makes
 * the domain ASCII, so its Unicode and punycode forms are the same address. `+tag` stays, because only the provider knows
 * what it means.
 *
 * A local part that is not ASCII is refused before anything is normalised. Otherwise it could become the address of
 * another person: K (U+212A, Kelvin) is `K` in NFC, and ı is `I` in upper case. RFC 5322 allows more around and in an
 * address: display names, groups, comments, folding, quoted local parts and address literals. All these are refused. The
 * limits are those of SMTP: 64 characters before the @ and 254 in all (RFC 5321, 4.5.3.1).
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

/** `Dot-string` of RFC 5321, 4.1.2. A parser for everything in RFC 5322 needs cubic time for some inputs. */
const dotString = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/

/**
 * Removes spaces and tabs, but not line breaks as trim() does: these must never get near a mail's header. It uses no
 * pattern, because one that ends in `+$` needs quadratic time for many spaces.
 */
const withoutBlanksAround = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && blank.test(text.charAt(start))) start++
  while (end > start && blank.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

/** The part after the @ in lower-case ASCII. It need not be a domain that an org could bind. */
export const hostOf = (address: Email): string => address.slice(address.lastIndexOf('@') + 1)

/** Instead of an address that the reader may not see, not even in part. */
export const HIDDEN_EMAIL = '•••'

/** `a•••@example.com`: enough to recognise one's own address. It does not reveal the length. */
export const maskEmail = (address: Email): string => `${address[0]}•••@${hostOf(address)}`

/** The address without `+tag`. Providers deliver both to one mailbox, which would otherwise have any number of days. */
export function withoutTag(email: Email): string {
  const tag = email.indexOf('+')
  return tag < 1 ? email : email.slice(0, tag) + email.slice(email.lastIndexOf('@'))
}
