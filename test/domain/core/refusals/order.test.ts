import { afterAll, describe, expect, it } from 'vitest'
import { startDnsServer } from '../../../support/dnsServer.js'
import { act } from '../../../support/mutate.js'
import { useCast } from '../../../support/people.js'
import { useWorld } from '../../../support/testServer.js'
import { type Fault, ladders } from './orderCases.js'

const dns = await startDnsServer()
afterAll(() => dns.close())
const wide = useWorld({ env: { DNS_SERVERS: dns.address } })
const theatre = { wide, tight: wide, cast: useCast(wide), dns }

/** Contract §3. */
const order: Fault[] = ['sign-in', 'existence', 'permission', 'input', 'rank', 'org status', 'state']

for (const { mutation, answers, scene } of ladders)
  describe(`${mutation}: of several refusals counts first`, () => {
    const faults = order.filter((fault) => fault in answers)
    for (const [index, fault] of faults.entries()) {
      const rest = faults.slice(index)
      it(`${fault}, before ${rest.slice(1).join(', ') || 'nothing'}`, async () => {
        const { client, input } = await scene(theatre, (one) => rest.includes(one))
        const answer = act(client, mutation, input)
        if (fault === 'sign-in') await expect(answer).rejects.toThrow('"code":"UNAUTHENTICATED"')
        else expect(await answer).toMatchObject({ __typename: answers[fault] })
      })
    }
    it('nothing, where nothing is wrong', async () => {
      const { client, input } = await scene(theatre, () => false)
      expect((await act(client, mutation, input)).__typename).toMatch(/Payload$/)
    })
  })
