import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DnsServer, startDnsServer } from '../../support/dnsServer.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { useTestServer } from '../../support/testServer.js'

let dns: DnsServer
const env = { DNS_SERVERS: '' }
beforeAll(async () => {
  dns = await startDnsServer()
  env.DNS_SERVERS = dns.address
})
const testServer = useTestServer({ env })
afterAll(() => dns.close())

it('verifyEmailDomain accepts a record that a zone editor split into chunks or padded with space', async () => {
  const owner = await testServer.signUp()
  const orgId = await createOrg(owner)
  const input = { orgId, domain: 'spaced.example' }
  const read = 'emailDomain { status challenge { recordName recordValue } }'
  const { emailDomain } = await mutate(owner, 'bindEmailDomain', input, read)
  const { recordName, recordValue } = emailDomain.challenge
  dns.set(recordName, [[recordValue.slice(0, 9), `${recordValue.slice(9)} `]])
  expect(await mutate(owner, 'verifyEmailDomain', input, read)).toMatchObject({
    emailDomain: { status: 'VERIFIED', challenge: null },
  })
})
