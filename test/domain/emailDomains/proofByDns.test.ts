import { afterAll, describe, expect, it } from 'vitest'
import { startDnsServer } from '../../support/dnsServer.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { useTestServer } from '../../support/testServer.js'

const dns = await startDnsServer()
afterAll(() => dns.close())
const testServer = useTestServer({ env: { EMAIL_DOMAIN_PROOF: 'dns', DNS_SERVERS: dns.address } })
const read = 'emailDomain { status challenge { recordName recordValue } }'

describe('when only DNS can verify a domain', () => {
  it('the org owner’s own address does not, and nobody joins by the domain until DNS does', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const domain = owner.email.split('@')[1] ?? ''
    const input = { orgId, domain }
    const { emailDomain } = await mutate(owner, 'bindEmailDomain', input, read)
    expect(emailDomain.status).toBe('PENDING')
    expect(await mutate(owner, 'bindEmailDomain', input, read)).toEqual(
      expect.objectContaining({ emailDomain: expect.objectContaining({ status: 'PENDING' }) }),
    )
    const members = async () =>
      (await owner.ask('query($id: ID!) { org(id: $id) { users { totalCount } } }', { id: orgId })).data.org
        .users.totalCount
    await testServer.signUp({ email: `early@${domain}` })
    expect(await members()).toBe(1)
    dns.set(emailDomain.challenge.recordName, [emailDomain.challenge.recordValue])
    expect(await mutate(owner, 'verifyEmailDomain', input, read)).toMatchObject({
      emailDomain: { status: 'VERIFIED' },
    })
    await testServer.signUp({ email: `late@${domain}` })
    expect(await members()).toBe(2)
  })

  it('a domain that is bound with its org starts as pending', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner, { bindEmailDomain: true })
    const { data } = await owner.ask('query($id: ID!) { org(id: $id) { emailDomains { status } } }', {
      id: orgId,
    })
    expect(data.org.emailDomains).toEqual([{ status: 'PENDING' }])
  })
})
