import { afterAll, describe, expect, it } from 'vitest'
import { startDnsServer } from '../../support/dnsServer.js'
import { act, foundOrg } from '../../support/mutate.js'
import { useWorld } from '../../support/testServer.js'

const dns = await startDnsServer()
afterAll(() => dns.close())
const world = useWorld({ env: { EMAIL_DOMAIN_PROOF: 'dns', DNS_SERVERS: dns.address } })
const read = 'emailDomain { status challenge { recordName recordValue } }'

describe('a domain where the DNS alone is proof', () => {
  it('is not verified by the binder’s own address, and nobody joins by it until it is by the DNS', async () => {
    const owner = await world.person()
    const orgId = await foundOrg(owner)
    const domain = owner.email.split('@')[1] ?? ''
    const input = { orgId, domain }
    const { emailDomain } = await act(owner, 'bindEmailDomain', input, read)
    expect(emailDomain.status).toBe('PENDING')
    expect(await act(owner, 'bindEmailDomain', input, read)).toEqual(
      expect.objectContaining({ emailDomain: expect.objectContaining({ status: 'PENDING' }) }),
    )
    const members = async () =>
      (await owner.ask('query($id: ID!) { org(id: $id) { users { totalCount } } }', { id: orgId })).data.org
        .users.totalCount
    await world.person({ email: `early@${domain}` })
    expect(await members()).toBe(1)
    dns.set(emailDomain.challenge.recordName, [emailDomain.challenge.recordValue])
    expect(await act(owner, 'verifyEmailDomain', input, read)).toMatchObject({
      emailDomain: { status: 'VERIFIED' },
    })
    await world.person({ email: `late@${domain}` })
    expect(await members()).toBe(2)
  })

  it('is pending where it is bound with the org', async () => {
    const owner = await world.person()
    const orgId = await foundOrg(owner, { bindEmailDomain: true })
    const { data } = await owner.ask('query($id: ID!) { org(id: $id) { emailDomains { status } } }', {
      id: orgId,
    })
    expect(data.org.emailDomains).toEqual([{ status: 'PENDING' }])
  })
})
