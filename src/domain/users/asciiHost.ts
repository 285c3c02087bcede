import { domainToASCII } from 'node:url'

/**
 * What may reach IDNA. Node's converter follows the URL standard, which also decodes `%65`, stops at
 * `/` or `#`, and reads `0x7f.1` as an address: none of that belongs to a host's name.
 */
const nothingOfUrls = /^[a-z0-9.\-\u0080-\u{10ffff}]+$/iu

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * A host's name in the one form that it is compared in: IDNA to ASCII, lower case. Null for anything
 * that can't be a public host: an IP address, a single label, a trailing dot, an underscore, more than
 * 253 characters in all or 63 in a label. `bücher.example` and `xn--bcher-kva.example` come out alike.
 */
export const asciiHost = (text: string): string | null => {
  // Longer than that in Unicode, it is longer still in ASCII, but for what IDNA drops.
  if (text.length > 1_000 || !nothingOfUrls.test(text)) return null
  const host = domainToASCII(text)
  const labels = host.split('.')
  if (host.length > 253 || labels.length < 2 || !labels.every((part) => label.test(part))) return null
  // No top-level domain is a number, so this is what is left of an IPv4 address.
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : host
}
