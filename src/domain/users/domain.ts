import { getDomain } from 'tldts'
import { type Parsed, parsed, refused } from '../core/inputIssue.js'
import { asciiHost } from './asciiHost.js'
import { type Email, hostOf } from './email.js'

declare const domain: unique symbol

/** A domain that an org could own: lower-case ASCII. Only `parseDomain` and `domainOf` make one. */
export type Domain = string & { readonly [domain]: true }

/** Leaves room for `_guildhall-challenge.` in the 253 characters of a DNS name. */
const MAX_LENGTH = 253 - '_guildhall-challenge.'.length
/** UTF-16 code units of a domain as typed, with spaces around it. Longer texts are refused without a look. */
const MAX_UNITS = 1_000

const tooLong = refused('This domain is too long.')

/**
 * The domain that somebody could own, or null. The private part of the public suffix list counts too: nobody owns
 * `github.io`, but somebody may own `acme.github.io`. An unknown top-level domain is accepted, so that internal names of a
 * company can be bound.
 */
const registrable = (host: string): string | null => getDomain(host, { allowPrivateDomains: true })

/** Parses the domain of an e-mail address (contract §4). It is bound without its subdomains. */
export const parseDomain = (text: string): Parsed<Domain> => {
  if (text.length > MAX_UNITS) return tooLong
  const host = asciiHost(text.trim())
  if (host === null) return refused('This is not a domain. It should look like example.com.')
  if (host.length > MAX_LENGTH) return tooLong
  if (registrable(host) === null) return refused('Nobody can own this domain: names are registered below it.')
  return parsed(host as Domain)
}

/** The domain of an address. Null if no org could own it. */
export const domainOf = (address: Email): Domain | null => {
  const domain = parseDomain(hostOf(address))
  return domain.ok ? domain.value : null
}
