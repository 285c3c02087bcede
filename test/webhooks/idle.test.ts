import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { createOrg, invite } from '../support/mutate.js'
import { usePeople } from '../support/people.js'
import { ofWebhooks, statementsOf } from '../support/statements.js'
import { useTestServer } from '../support/testServer.js'
import { createWebhook, NOWHERE, QUIET } from '../support/webhooks.js'

const MEASURED_MS = 15_000
/** A sweep each five seconds. One more may fall into the time. */
const SWEEPS = 4

describe('webhooks that have nothing to do', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)
  beforeAll(async () => {
    for (let made = 0; made < 3; made++) {
      const orgId = await createOrg(people.owner)
      await createWebhook(people.owner, orgId, NOWHERE, QUIET)
      await invite(people.owner, orgId, `${crypto.randomUUID()}@new.example`)
    }
    await delay(1_500)
  })

  it('cost one statement in five seconds, and two with a webhook of the instance', async () => {
    const idle = async () =>
      (await statementsOf(() => delay(MEASURED_MS), ofWebhooks)).map(({ text }) => text)
    const ofOrgs = await idle()
    expect(ofOrgs.length).toBeGreaterThan(0)
    expect(ofOrgs.length).toBeLessThanOrEqual(SWEEPS)
    await createWebhook(testServer.instance, undefined, NOWHERE, QUIET)
    // The next sweep finds that it may have missed the last events of these orgs.
    await delay(6_500)
    expect((await idle()).length).toBeLessThanOrEqual(2 * SWEEPS)
  }, 60_000)

  it('of one org cost few statements for an event that they do not want, however many they are', async () => {
    const orgId = await createOrg(people.owner)
    for (let made = 0; made < 10; made++) await createWebhook(people.owner, orgId, NOWHERE, QUIET)
    await delay(1_500)
    // Without a mail it is one event. A mail makes another one, at once or a moment later.
    const statements = await statementsOf(async () => {
      await invite(people.owner, orgId, `${crypto.randomUUID()}@new.example`, { sendEmail: false })
      await delay(1_500)
    }, ofWebhooks)
    expect(statements.length).toBeGreaterThan(0)
    expect(statements.length).toBeLessThanOrEqual(9)
  }, 30_000)
})
