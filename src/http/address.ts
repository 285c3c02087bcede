import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** The proxies whose X-Forwarded-For is trusted: the nearest `hops` proxies, or the proxies at these addresses. */
export type TrustedProxies = { readonly hops: number } | { readonly addresses: readonly string[] }

/** A dual-stack socket reports IPv4 addresses as IPv6. This returns the IPv4 address. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')

const v4WithPort = /^([\d.]+):(\d{1,5})$/
const v6InBrackets = /^\[([^\]]+)\](?::(\d{1,5}))?$/
/** No address is longer than this, even with a zone and a port. */
const MAX_PART = 100

/** The address in one part of X-Forwarded-For. Some proxies add the client's port. Undefined if it is no address. */
const addressIn = (part: string): string | undefined => {
  if (part.length > MAX_PART) return undefined
  const v4 = v4WithPort.exec(part)
  const v6 = v6InBrackets.exec(part)
  const [, host = part, port = '0'] = v4 ?? v6 ?? []
  const version = isIP(host)
  if (version === 0 || (v4 && version !== 4) || (v6 && version !== 6)) return undefined
  return Number(port) > 65_535 ? undefined : plain(host)
}

const addressMatcher = (addresses: readonly string[]) => {
  const list = new BlockList()
  for (const entry of addresses) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address: string) => {
    const version = isIP(address)
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4')
  }
}

const trustOf = (proxies: TrustedProxies): ((address: string, hop: number) => boolean) => {
  if ('hops' in proxies) return (_, hop) => hop < proxies.hops
  return addressMatcher(proxies.addresses)
}

/**
 * The address of the client: the socket's, or behind trusted proxies the rightmost address in X-Forwarded-For that is
 * not a trusted proxy. The client can write anything further left.
 */
export const clientAddress = (proxies: TrustedProxies | undefined) => {
  const peer = ({ socket }: IncomingMessage): string => plain(socket.remoteAddress ?? '')
  if (proxies === undefined) return peer
  const isTrusted = trustOf(proxies)
  return (req: IncomingMessage): string => {
    let address = peer(req)
    const header = req.headers['x-forwarded-for'] ?? ''
    const forwarded = (Array.isArray(header) ? header.join(',') : header)
      .split(',')
      .map((part) => part.trim())
      // Empty list elements are allowed and mean nothing (RFC 9110, 5.6.1).
      .filter((part) => part !== '')
    for (let hop = 0; isTrusted(address, hop); hop++) {
      const next = addressIn(forwarded.pop() ?? '')
      if (next === undefined) break
      address = next
    }
    return address
  }
}

/** The key by which an address is counted. An IPv6 /64 counts as one, because one household or server owns it. */
export const sourceOf = (address: string) => {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right]
  return groups.slice(0, 4).join(':')
}
