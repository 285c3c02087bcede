import { domainToASCII } from 'node:url'

/**
 * A text of only these characters is passed to the IDNA conversion. Node's function follows the URL standard: it also
 * decodes `%65`, stops at `/` or `#`, and reads `0x7f.1` as an IP address. None of that is allowed in a host name.
 */
const hostCharacters = /^[a-z0-9.\-\u0080-\u{10ffff}]+$/iu

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Normalizes a host name for comparison, to IDNA in ASCII and lower case: `bücher.example` and `xn--bcher-kva.example`
 * give the same result. Null for anything that can't be a public host: an IP address, a single label, a trailing dot, an
 * underscore, more than 253 characters in total, or more than 63 in a label.
 */
export const asciiHost = (text: string): string | null => {
  // A text this long in Unicode is longer than 253 in ASCII, even though IDNA drops some characters.
  if (text.length > 1_000 || !hostCharacters.test(text)) return null
  const host = domainToASCII(text)
  const labels = host.split('.')
  if (host.length > 253 || labels.length < 2 || !labels.every((part) => label.test(part))) return null
  // No top-level domain is a number, so this is an IPv4 address.
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : host
}
