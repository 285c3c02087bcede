import { setTimeout } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { decodeId } from '../../src/graphql/globalId.js'
import { startEndpoint } from '../support/endpoint.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { usePeople } from '../support/people.js'
import { useTestServer } from '../support/testServer.js'
import { createWebhook } from '../support/webhooks.js'

/** More than the places for which a server has room. */
const ORGS = 200
const ROOM_PER_HOST = 16
const newAddress = () => `${crypto.randomUUID()}@new.example`

describe('a host that does not answer', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)

  it('takes 16 places of a server, and leaves the others to other hosts', async () => {
    const slow = await startEndpoint()
    const quick = await startEndpoint()
    const pool = openPool(testServer.database.url)
    onTestFinished(async () => {
      await pool.end()
      await slow.close()
      await quick.close()
    })
    slow.reply(() => ({ hangs: true }))
    const some = pLimit(8)
    const healthy = await createOrg(people.owner)
    await createWebhook(people.owner, healthy, quick.url)
    const orgs = await Promise.all(
      Array.from({ length: ORGS }, () =>
        some(async () => {
          const orgId = await createOrg(people.owner)
          await createWebhook(people.owner, orgId, slow.url)
          return orgId
        }),
      ),
    )
    await Promise.all(
      orgs.map((orgId) => some(() => invite(people.owner, orgId, newAddress(), { sendEmail: false }))),
    )
    await slow.waitFor((received) => received.length >= ROOM_PER_HOST)
    for (let made = 1; made <= 5; made++) {
      await invite(people.owner, healthy, newAddress())
      await quick.waitFor((received) => received.length >= made, 2_000)
      const { rows } = await pool.query<{ held: number }>(
        `select count(*)::int as held from webhook_place p join webhook w on w.id = p.webhook_id
         where p.owner is not null and w.url = $1`,
        [slow.url],
      )
      expect(rows[0]?.held).toBeLessThanOrEqual(ROOM_PER_HOST)
    }
    expect(quick.seqs()).toEqual([4, 5, 6, 7, 8])
  }, 60_000)
})

describe('webhooks of a server that requests fill', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)
  let pool: Pool
  beforeAll(() => {
    pool = openPool(testServer.database.url)
  })
  afterAll(() => pool.end())

  /** Makes requests that wait for the lock of an org, until the returned function is called. It resolves when they ended. */
  async function fill(): Promise<() => Promise<void>> {
    const crowded = await createOrg(people.owner)
    const locker = await pool.connect()
    await locker.query('begin')
    await locker.query('select from org where id = $1 for update', [decodeId('Org', crowded)])
    let isOver = false
    const requests = Array.from({ length: 20 }, async () => {
      while (!isOver)
        await people.owner.ask(
          'mutation($id: ID!) { updateOrg(input: { orgId: $id, name: "New" }) { __typename } }',
          { id: crowded },
        )
    })
    await setTimeout(200)
    return async () => {
      isOver = true
      await locker.query('rollback')
      locker.release()
      await Promise.all(requests)
    }
  }

  it('get two places beside those whose endpoints hang, and when the requests are over all that they need', async () => {
    const ORGS_WITH_WEBHOOKS = 10
    const endpoint = await startEndpoint()
    onTestFinished(() => endpoint.close())
    endpoint.reply(() => ({ hangs: true }))
    const orgs: string[] = []
    while (orgs.length < ORGS_WITH_WEBHOOKS) {
      const orgId = await createOrg(people.owner)
      await createWebhook(people.owner, orgId, endpoint.url)
      orgs.push(orgId)
    }
    const empty = await fill()
    await Promise.all(orgs.map((orgId) => invite(people.owner, orgId, newAddress(), { sendEmail: false })))
    await endpoint.waitFor((received) => received.length >= 4, 5_000).finally(empty)
    await endpoint.waitFor((received) => received.length === ORGS_WITH_WEBHOOKS, 20_000)
    const [first = 0, , third = 0] = endpoint.received.map(({ at }) => at)
    // The third place had to wait until one of two endpoints had hung for a second.
    expect(third - first).toBeGreaterThan(500)
  }, 60_000)

  it('take turns by org, however much one org has to tell', async () => {
    const loud = await startEndpoint()
    const quiet = await startEndpoint()
    onTestFinished(async () => {
      await loud.close()
      await quiet.close()
    })
    loud.reply(() => ({ afterMs: 200 }))
    const orgs: string[] = []
    while (orgs.length < 3) orgs.push(await createOrg(people.owner))
    const [quietOrg = '', loudOrg = '', lastOrg = ''] = orgs
    for (let made = 0; made < 10; made++) await createWebhook(people.owner, loudOrg, loud.url)
    for (const orgId of [quietOrg, lastOrg]) await createWebhook(people.owner, orgId, quiet.url)
    const empty = await fill()
    // Each of the ten webhooks needs a quarter of a minute for these.
    const invitees = Array.from({ length: 70 }, () => ({ email: newAddress() }))
    await mutate(people.owner, 'createOrgInvites', { orgId: loudOrg, invitees, sendEmail: false })
    await loud.waitFor((received) => received.length > 2)
    for (const orgId of [quietOrg, lastOrg])
      await invite(people.owner, orgId, newAddress(), { sendEmail: false })
    await quiet.waitFor((received) => received.length === 2, 20_000).finally(empty)
    const before = Math.max(...quiet.received.map(({ at }) => at))
    // Two places of the loud org each had a turn, or two.
    expect(loud.received.filter(({ at }) => at < before).length).toBeLessThan(30)
  }, 60_000)
})

describe('endpoints that are slow, each on a host of its own', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)

  it('leave room for the others, although they accept each message', async () => {
    const [SLOW_ORGS, WEBHOOKS, EVENTS] = [22, 10, 5]
    const endpoints = await Promise.all(
      Array.from({ length: SLOW_ORGS * WEBHOOKS + 1 }, () => startEndpoint()),
    )
    onTestFinished(async () => void (await Promise.all(endpoints.map((endpoint) => endpoint.close()))))
    const [quick, ...slow] = endpoints
    if (!quick) throw new Error('no endpoint')
    for (const endpoint of slow) endpoint.reply(() => ({ afterMs: 3_000 }))
    const some = pLimit(8)
    const healthy = await createOrg(people.owner)
    await createWebhook(people.owner, healthy, quick.url)
    const orgs = await Promise.all(
      Array.from({ length: SLOW_ORGS }, (_, index) =>
        some(async () => {
          const orgId = await createOrg(people.owner)
          for (const { url } of slow.slice(index * WEBHOOKS, (index + 1) * WEBHOOKS))
            await createWebhook(people.owner, orgId, url)
          return orgId
        }),
      ),
    )
    for (let made = 0; made < EVENTS; made++)
      await Promise.all(
        orgs.map((orgId) => some(() => invite(people.owner, orgId, newAddress(), { sendEmail: false }))),
      )
    // Each of them has had a message, and is known as slow.
    await Promise.all(slow.map((endpoint) => endpoint.waitFor((received) => received.length > 0, 20_000)))
    await setTimeout(3_100)
    for (let made = 1; made <= 5; made++) {
      await invite(people.owner, healthy, newAddress())
      await quick.waitFor((received) => received.length >= made, 1_500)
    }
    expect(quick.seqs()).toEqual([4, 5, 6, 7, 8])
    const waiting = slow.filter(({ received }) => received.length < EVENTS)
    expect(waiting.length).toBeGreaterThan(100)
  }, 90_000)
})
