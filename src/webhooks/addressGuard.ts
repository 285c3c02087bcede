import { Resolver, lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import ipaddr from 'ipaddr.js'

/** Which addresses webhooks may call. */
export type Reach =
  /** Public ones. Outside production loopback ones too, so that a developer can try webhooks. */
  | 'public'
  /** Only those of this machine. It is for http, which is for developers. */
  | 'loopback'

/** The host of a webhook has an address that webhooks may not call. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress'
  constructor() {
    super('The host has an address that webhooks may not call.')
  }
}

/** The host of a webhook has no address. */
export class UnknownHost extends Error {
  override readonly name = 'UnknownHost'
  readonly code = 'ENOTFOUND'
  constructor() {
    super('The name of the host has no address.')
  }
}

interface HostAddress {
  address: string
  family: 4 | 6
}

export interface AddressGuard {
  /**
   * The addresses of a host, all of them allowed.
   * @param host a name or an address, as in `URL.hostname`
   * @throws {ForbiddenAddress} if one of them is not allowed
   * @throws {UnknownHost} if there is none
   */
  addressesOf(host: string, reach: Reach): Promise<[HostAddress, ...HostAddress[]]>
  /** `addressesOf` as `net.connect` asks for it: the connection goes to an address that was checked. */
  lookup(reach: Reach): LookupFunction
  /** @throws {ForbiddenAddress} for a host that is an address. `net.connect` looks up names only. */
  checkLiteral(host: string, reach: Reach): void
}

const TRY_MS = 2_000
const TRIES = 2
/** How long a person waits at most for what the DNS knows of a URL. Each connection asks it again. */
const KNOWN_WITHIN_MS = 2_000

/** Documentation (RFC 9637). */
const newRanges = [ipaddr.IPv6.parseCIDR('3fff::/20')]
/** Global unicast (RFC 4291). Everything else of IPv6 is special, assigned or not. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an address belongs to one host of the public internet. Each of the special ranges of IANA's registries is
 * refused, and with them the forms of IPv6 that lead to an IPv4 address: mapped, 6to4, NAT64, Teredo.
 */
export function isPublic(text: string): boolean {
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  if (address.kind() === 'ipv4') return true
  const v6 = address as ipaddr.IPv6
  return v6.match(globalUnicast) && !newRanges.some((range) => v6.match(range))
}

function isLoopback(text: string): boolean {
  return ipaddr.parse(text).range() === 'loopback'
}

/**
 * @param options.dnsServers ask these and nobody else; left out, those of the operating system
 * @param options.production whether loopback is refused
 */
export function addressGuard({
  dnsServers,
  production,
}: {
  dnsServers: readonly string[] | undefined
  production: boolean
}): AddressGuard {
  const mayCall = (address: string, reach: Reach) =>
    (reach === 'public' && isPublic(address)) || (!production && isLoopback(address))

  const resolve = async (name: string): Promise<HostAddress[]> => {
    if (name === 'localhost' || name.endsWith('.localhost'))
      return [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ]
    // A resolver of its own, because `cancel` would cancel all queries of one. It uses no thread of the pool, which the
    // look-ups of other hosts need.
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES })
    if (dnsServers) resolver.setServers(dnsServers)
    const [v4, v6] = await Promise.all([
      resolver.resolve4(name).catch(() => []),
      resolver.resolve6(name).catch(() => []),
    ])
    const found = [
      ...v4.map((address): HostAddress => ({ address, family: 4 })),
      ...v6.map((address): HostAddress => ({ address, family: 6 })),
    ]
    if (found.length > 0 || production || dnsServers) return found
    // A developer may have put the name into the file of hosts.
    const local = await systemLookup(name, { all: true }).catch(() => [])
    return local.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
  }

  const addressesOf: AddressGuard['addressesOf'] = async (host, reach) => {
    const literal = literalOf(host)
    const [first, ...more] = literal ? [literal] : await resolve(host.replace(/\.$/, ''))
    if (!first) throw new UnknownHost()
    if (![first, ...more].every(({ address }) => mayCall(address, reach))) throw new ForbiddenAddress()
    return [first, ...more]
  }

  return {
    addressesOf,
    lookup: (reach) => (host, options, callback) => {
      addressesOf(host, reach).then(
        (addresses) => {
          const family = options.family === 6 || options.family === 'IPv6' ? 6 : options.family === 4 ? 4 : 0
          const fitting = family === 0 ? addresses : addresses.filter((one) => one.family === family)
          const [first] = fitting
          if (!first) callback(new UnknownHost(), '')
          else if (options.all) callback(null, fitting)
          else callback(null, first.address, first.family)
        },
        (error) => callback(error, ''),
      )
    },
    checkLiteral(host, reach) {
      const literal = literalOf(host)
      if (literal && !mayCall(literal.address, reach)) throw new ForbiddenAddress()
    },
  }
}

/** A host that is an address. A URL has brackets around one of IPv6. */
function literalOf(host: string): HostAddress | null {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(address)
  return family === 0 ? null : { address, family: family === 6 ? 6 : 4 }
}

/** http reaches this machine alone. */
export function reachOf({ protocol }: Pick<URL, 'protocol'>): Reach {
  return protocol === 'http:' ? 'loopback' : 'public'
}

/**
 * Why a URL is refused when a webhook gets it. Null if nothing is known against it: a name without an address may get
 * one later, and every connection checks it.
 */
export async function problemOfUrl(guard: AddressGuard, text: string): Promise<string | null> {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null
  try {
    await Promise.race([
      guard.addressesOf(url.hostname, reachOf(url)),
      delay(KNOWN_WITHIN_MS, undefined, { ref: false }),
    ])
    return null
  } catch (error) {
    if (!(error instanceof ForbiddenAddress)) return null
    return url.protocol === 'http:'
      ? 'The URL must begin with https://.'
      : 'The host has an address that webhooks may not call, such as one of a private network.'
  }
}
