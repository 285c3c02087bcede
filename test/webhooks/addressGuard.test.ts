import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressGuard, ForbiddenAddress, isPublic } from '../../src/webhooks/addressGuard.js'
import { retryAfterOf } from '../../src/webhooks/sender.js'
import { type DnsServer, startDnsServer } from '../support/dnsServer.js'

/** Addresses of every special range of IANA's registries, and forms of IPv6 that lead to one of IPv4. */
const special: Record<string, string[]> = {
  'this network': ['0.0.0.0', '0.1.2.3'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  loopback: ['127.0.0.1', '127.255.255.255', '::1'],
  'link-local, with the metadata of clouds': ['169.254.0.1', '169.254.169.254', 'fe80::1', 'febf::1'],
  'IETF protocol assignments': ['192.0.0.1', '192.0.0.8', '192.0.0.170', '2001::1', '2001:1::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1', '3fff:fff::1'],
  '6to4 relays': ['192.88.99.1'],
  benchmarking: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  reserved: ['240.0.0.1', '255.255.255.255'],
  unspecified: ['::'],
  mapped: ['::ffff:10.0.0.1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1'],
  'IPv4-compatible': ['::7f00:1', '::8.8.8.8'],
  translated: ['::ffff:0:7f00:1'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::7f00:1'],
  '6to4': ['2002:7f00:1::', '2002:a00:1::1', '2002:808:808::'],
  Teredo: ['2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  'discard only': ['100::1'],
  ORCHID: ['2001:10::1', '2001:20::1'],
  'segment routing': ['5f00::1'],
  'unique local': ['fc00::1', 'fd12:3456:789a::1'],
  'site-local': ['fec0::1'],
  unassigned: ['4000::1', '8000::1', '1::1'],
}

let dns: DnsServer
beforeAll(async () => {
  dns = await startDnsServer()
})
afterAll(() => dns.close())
const guardOf = (production: boolean) => addressGuard({ dnsServers: [dns.address], production })

describe('a webhook may not call', () => {
  for (const [range, addresses] of Object.entries(special))
    it.each(addresses)(`${range}: %s`, async (address) => {
      expect(isPublic(address)).toBe(false)
      const host = address.includes(':') ? `[${address}]` : address
      const { hostname } = new URL(`https://${host}/`)
      await expect(guardOf(true).addressesOf(hostname, 'public')).rejects.toThrow(ForbiddenAddress)
      const name = `n${Math.random()}.example`
      dns.setAddresses(name, ['93.184.215.14', address])
      await expect(guardOf(true).addressesOf(name, 'public')).rejects.toThrow(ForbiddenAddress)
      await expect(guardOf(true).addressesOf(`${name}.`, 'public')).rejects.toThrow(ForbiddenAddress)
    })

  it.each([
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://localhost/',
    'https://a.localhost/',
    'https://LOCALHOST./',
    'https://①②⑦.0.0.1/',
  ])('this machine under another spelling: %s', async (url) => {
    await expect(guardOf(true).addressesOf(new URL(url).hostname, 'public')).rejects.toThrow(ForbiddenAddress)
  })
})

describe('a webhook may call', () => {
  it.each(['93.184.215.14', '8.8.8.8', '1.1.1.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '2a00:1450::1'])(
    '%s',
    async (address) => {
      dns.setAddresses('public.example', [address])
      const family = address.includes(':') ? 6 : 4
      expect(await guardOf(true).addressesOf('public.example', 'public')).toEqual([{ address, family }])
    },
  )

  it('loopback, but only outside production, and nothing else by http', async () => {
    dns.setAddresses('here.example', ['127.0.0.1'])
    dns.setAddresses('there.example', ['93.184.215.14'])
    for (const reach of ['public', 'loopback'] as const) {
      for (const host of ['127.0.0.1', '[::1]', 'localhost', 'here.example']) {
        expect(await guardOf(false).addressesOf(host, reach)).not.toEqual([])
        await expect(guardOf(true).addressesOf(host, reach)).rejects.toThrow(ForbiddenAddress)
      }
      await expect(guardOf(false).addressesOf('[::ffff:127.0.0.1]', reach)).rejects.toThrow(ForbiddenAddress)
    }
    await expect(guardOf(false).addressesOf('there.example', 'loopback')).rejects.toThrow(ForbiddenAddress)
  })
})

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Fri, 31 Dec 2027 23:59:59 GMT', 60_000],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 0],
    ['soon', null],
    ['-1', null],
    ['1e3', null],
    [undefined, null],
  ])('%s', (header, ms) => {
    expect(retryAfterOf(header, Date.parse('Fri, 31 Dec 2027 23:58:59 GMT'))).toBe(ms)
  })
})
