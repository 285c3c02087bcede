import { setTimeout } from 'node:timers/promises'
import pLimit from 'p-limit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { decodeId } from '../../src/graphql/globalId.js'
import { startEndpoint } from '../support/endpoint.js'
import { createOrg, invite } from '../support/mutate.js'
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

  it('get two places beside those whose endpoints hang, and when the requests are over all that they need', async () => {
    const [ORGS_WITH_WEBHOOKS, REQUESTS] = [10, 20]
    const endpoint = await startEndpoint()
    const pool = openPool(testServer.database.url)
    onTestFinished(async () => {
      await pool.end()
      await endpoint.close()
    })
    endpoint.reply(() => ({ hangs: true }))
    const crowded = await createOrg(people.owner)
    const orgs: string[] = []
    while (orgs.length < ORGS_WITH_WEBHOOKS) {
      const orgId = await createOrg(people.owner)
      await createWebhook(people.owner, orgId, endpoint.url)
      orgs.push(orgId)
    }
    const locker = await pool.connect()
    await locker.query('begin')
    await locker.query('select from org where id = $1 for update', [decodeId('Org', crowded)])
    // They wait for the org's lock, and fail at last.
    const ended = Promise.all(
      Array.from({ length: REQUESTS }, () =>
        people.owner.ask(
          'mutation($id: ID!) { updateOrg(input: { orgId: $id, name: "New" }) { __typename } }',
          {
            id: crowded,
          },
        ),
      ),
    ).then(() => Date.now())
    await setTimeout(200)
    await Promise.all(orgs.map((orgId) => invite(people.owner, orgId, newAddress(), { sendEmail: false })))
    await endpoint.waitFor((received) => received.length >= 4, 20_000)
    await locker.query('rollback')
    locker.release()
    const endedAt = await ended
    await endpoint.waitFor((received) => received.length === ORGS_WITH_WEBHOOKS, 20_000)
    const [first = 0, , third = 0, fourth = 0] = endpoint.received.map(({ at }) => at)
    // The third place had to wait until one of two endpoints had hung for a second, but for no request.
    expect(third - first).toBeGreaterThan(500)
    expect(fourth).toBeLessThan(endedAt)
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
