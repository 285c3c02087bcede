import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  challengeFor,
  DnsUnavailable,
  dnsResolver,
  provesControl,
} from '../../../src/domain/emailDomains/dnsProof.js'
import { parseDomain } from '../../../src/domain/users/domain.js'
import type { Log } from '../../../src/lib/log.js'
import { outageOf } from '../../../src/lib/outage.js'
import { BUSY_MS } from '../../support/busy.js'
import { type DnsServer, startDnsServer } from '../../support/dnsServer.js'
import { logLines } from '../../support/logLines.js'

let dns: DnsServer
beforeAll(async () => {
  dns = await startDnsServer()
})
afterAll(() => dns.close())

const challenge = (domain: string, secret = 's3cret') => {
  const parsed = parseDomain(domain)
  if (!parsed.ok) throw new Error(parsed.message)
  return challengeFor(parsed.value, secret)
}
const proven = (domain: string, secret?: string) =>
  provesControl(dnsResolver([dns.address]), challenge(domain, secret))

describe('the DNS proof of a domain', () => {
  it('is asked for as a record under a name of its own', () => {
    expect(challenge('example.com')).toEqual({
      recordName: '_guildhall-challenge.example.com',
      recordValue: 'guildhall-domain-verification=s3cret',
    })
  })

  it('is found among other records, whole or in chunks', async () => {
    dns.set('_guildhall-challenge.one.test', ['v=spf1 -all', 'guildhall-domain-verification=s3cret'])
    dns.set('_guildhall-challenge.chunks.test', [['guildhall-domain-', 'verification=', 's3cret']])
    dns.set('_guildhall-challenge.space.test', ['guildhall-domain-verification=s3cret '])
    expect(await proven('one.test')).toBe(true)
    expect(await proven('chunks.test')).toBe(true)
    expect(await proven('space.test')).toBe(true)
  })

  it('is not found in another org’s record, in a part of the record, or under another name', async () => {
    const value = 'guildhall-domain-verification=s3cret'
    dns.set('_guildhall-challenge.other.test', ['guildhall-domain-verification=0ther', value.toUpperCase()])
    dns.set('_guildhall-challenge.part.test', [value.slice(0, -1), `${value}x`, `x ${value}`, 's3cret', ''])
    dns.set('_guildhall-challenge.split.test', ['guildhall-domain-verification=', 's3cret'])
    dns.set('apex.test', [value])
    dns.set('_guildhall-challenge.parent.test', [value])
    for (const domain of ['other.test', 'part.test', 'split.test', 'apex.test', 'sub.parent.test'])
      expect(await proven(domain), domain).toBe(false)
  })

  it('is missing if the name or its TXT record does not exist', async () => {
    dns.set('_guildhall-challenge.empty.test', [])
    expect(await proven('nowhere.test')).toBe(false)
    expect(await proven('empty.test')).toBe(false)
  })

  it('is seen as soon as the record exists, and no longer once it is gone', async () => {
    const resolver = dnsResolver([dns.address])
    const asked = challenge('late.test')
    expect(await provesControl(resolver, asked)).toBe(false)
    dns.set(asked.recordName, [asked.recordValue])
    expect(await provesControl(resolver, asked)).toBe(true)
    dns.unset(asked.recordName)
    expect(await provesControl(resolver, asked)).toBe(false)
  })

  it('is unknown, not missing, when the resolver fails', async () => {
    dns.set('_guildhall-challenge.failing.test', 'SERVFAIL')
    dns.set('_guildhall-challenge.refused.test', 'REFUSED')
    await expect(proven('failing.test')).rejects.toThrow(DnsUnavailable)
    await expect(proven('refused.test')).rejects.toThrow(DnsUnavailable)
  })

  it('is unknown within 8 s when the resolver is silent, and at once when the caller disconnects', async () => {
    dns.set('_guildhall-challenge.silent.test', 'SILENT')
    const begin = performance.now()
    const slow = expect(proven('silent.test')).rejects.toThrow(DnsUnavailable)
    await expect(
      provesControl(dnsResolver([dns.address]), challenge('silent.test'), AbortSignal.timeout(100)),
    ).rejects.toThrow(DnsUnavailable)
    expect(performance.now() - begin).toBeLessThan(1_000 + BUSY_MS)
    await expect(
      provesControl(dnsResolver([dns.address]), challenge('silent.test'), AbortSignal.abort()),
    ).rejects.toThrow(DnsUnavailable)
    await slow
    expect(performance.now() - begin).toBeLessThan(9_000 + BUSY_MS)
    expect(
      dns.questions.filter((name) => name === '_guildhall-challenge.silent.test').length,
    ).toBeGreaterThan(1)
  }, 15_000)

  it('is not looked up for an invalid resolver address', () => {
    expect(() => dnsResolver(['resolver.example'])).toThrow(TypeError)
  })
})

describe('a DNS outage', () => {
  const proof = (server: string, log: Log) =>
    provesControl(dnsResolver([server], outageOf('Asking the DNS', log)), challenge('outage.test'))

  it('is logged once when it begins and once when it ends', async () => {
    const { log, lines } = logLines()
    const resolver = await startDnsServer()
    const outage = outageOf('Asking the DNS', log)
    const asked = () => provesControl(dnsResolver([resolver.address], outage), challenge('outage.test'))
    // Fails for every name.
    for (const name of ['.', '_guildhall-challenge.outage.test']) resolver.set(name, 'SERVFAIL')
    for (let time = 0; time < 3; time++) await expect(asked()).rejects.toThrow(DnsUnavailable)
    await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(1)
    expect(lines[0]).toMatchObject({
      level: 'warn',
      msg: expect.stringContaining('Asking the DNS failed'),
      err: { message: 'no resolver answers (ESERVFAIL)' },
    })
    for (const name of ['.', '_guildhall-challenge.outage.test']) resolver.unset(name)
    for (let time = 0; time < 3; time++) expect(await asked()).toBe(false)
    expect(lines.slice(1)).toMatchObject([{ level: 'info', msg: 'Asking the DNS works again' }])
    await resolver.close()
  })

  it('is logged when nothing listens at the resolver’s address', async () => {
    const { log, lines } = logLines()
    const gone = await startDnsServer()
    await gone.close()
    await expect(proof(gone.address, log)).rejects.toThrow(DnsUnavailable)
    await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(1)
  }, 30_000)

  it('is not logged when only the domain’s own name servers fail, because anybody can choose those', async () => {
    const { log, lines } = logLines()
    dns.set('_guildhall-challenge.outage.test', 'SERVFAIL')
    for (let time = 0; time < 5; time++) await expect(proof(dns.address, log)).rejects.toThrow(DnsUnavailable)
    // The server has by now got the answer for the root, which it asked after the first failure.
    await expect.poll(() => dns.questions.includes('.'), { timeout: 20_000 }).toBe(true)
    await delay(200)
    expect(lines).toEqual([])
  })
})
