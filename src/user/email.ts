import emailAddresses from 'email-addresses'
import { asciiHost } from '../platform/asciiHost.js'
import { type Parsed, parsed, refused } from '../platform/inputIssue.js'

declare const email: unique symbol

/** An address in the one form that it is stored, matched and mailed in. Only `parseEmail` makes one. */
export type Email = string & { readonly [email]: true }

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
  // Not trim(): a line break is no slip of the hand, and must never come near a mail's header.
  const given = text.replace(/^[\t\p{Zs}]+|[\t\p{Zs}]+$/gu, '')
  const at = given.lastIndexOf('@')
  if (at < 1) return notAnAddress
  const local = given.slice(0, at)
  if (/[^\0-\x7f]/.test(local)) return nonAsciiLocalPart
  const host = asciiHost(given.slice(at + 1))
  if (host === null) return notAnAddress
  const address = `${local.toLowerCase()}@${host}`
  if (local.length > 64 || address.length > 254) return tooLong
  const mailbox = emailAddresses.parseOneAddress({ input: address, startAt: 'mailbox', strict: true })
  // Equal: nothing was unquoted, unfolded or left out on the way.
  const plain = mailbox?.type === 'mailbox' && `${mailbox.local}@${mailbox.domain}` === address
  return plain ? parsed(address as Email) : notAnAddress
}

/** What stands after the @: lower-case ASCII, not necessarily a domain that an org could bind. */
export const hostOf = (address: Email): string => address.slice(address.lastIndexOf('@') + 1)

/** `a•••@example.com`: enough to know one's own address by, whatever its length. */
export const maskEmail = (address: Email): string => `${address[0]}•••@${hostOf(address)}`
