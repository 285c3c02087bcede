import { afterAll, describe, expect, it } from 'vitest'
import { startDnsServer } from '../../../support/dnsServer.js'
import { mutate } from '../../../support/mutate.js'
import { usePeople } from '../../../support/people.js'
import { useTestServer } from '../../../support/testServer.js'
import { type Fault, orderCases } from './orderCases.js'

const dns = await startDnsServer()
afterAll(() => dns.close())
const server = useTestServer({ env: { DNS_SERVERS: dns.address } })
const fixture = { server, limited: server, people: usePeople(server), dns }

/** Contract §3: the order in which faults are reported. */
const order: Fault[] = ['sign-in', 'existence', 'permission', 'input', 'rank', 'org status', 'state']

for (const { mutation, answers, testCase } of orderCases)
  describe(`of several faults ${mutation} reports first`, () => {
    const faults = order.filter((fault) => fault in answers)
    for (const [index, fault] of faults.entries()) {
      const rest = faults.slice(index)
      it(`${fault}, before ${rest.slice(1).join(', ') || 'nothing else'}`, async () => {
        const { client, input } = await testCase(fixture, (one) => rest.includes(one))
        const answer = mutate(client, mutation, input)
        if (fault === 'sign-in') await expect(answer).rejects.toThrow('"code":"UNAUTHENTICATED"')
        else expect(await answer).toMatchObject({ __typename: answers[fault] })
      })
    }
    it('none if nothing is wrong', async () => {
      const { client, input } = await testCase(fixture, () => false)
      expect((await mutate(client, mutation, input)).__typename).toMatch(/Payload$/)
    })
  })
