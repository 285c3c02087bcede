import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DnsServer, startDnsServer } from '../../support/dnsServer.js'
import { act, foundOrg } from '../../support/mutate.js'
import { useWorld } from '../../support/testServer.js'

let dns: DnsServer
const env = { DNS_SERVERS: '' }
beforeAll(async () => {
  dns = await startDnsServer()
  env.DNS_SERVERS = dns.address
})
const world = useWorld({ env })
afterAll(() => dns.close())

it('takes the record as a zone’s editor may have left it: in chunks, with space around it', async () => {
  const owner = await world.person()
  const orgId = await foundOrg(owner)
  const input = { orgId, domain: 'spaced.example' }
  const read = 'emailDomain { status challenge { recordName recordValue } }'
  const { emailDomain } = await act(owner, 'bindEmailDomain', input, read)
  const { recordName, recordValue } = emailDomain.challenge
  dns.set(recordName, [[recordValue.slice(0, 9), `${recordValue.slice(9)} `]])
  expect(await act(owner, 'verifyEmailDomain', input, read)).toMatchObject({
    emailDomain: { status: 'VERIFIED', challenge: null },
  })
})
