import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { StartedServer } from '../../src/start/server.js'
import { type Endpoint, startEndpoint } from '../support/endpoint.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { uuidOf } from '../support/orgSnapshot.js'
import { usePeople } from '../support/people.js'
import { ask, type TestPerson, useTestServer } from '../support/testServer.js'
import { createWebhook } from '../support/webhooks.js'

const newAddress = () => `${crypto.randomUUID()}@new.example`

describe('two servers', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)
  let second: StartedServer
  let pool: Pool
  let endpoint: Endpoint
  beforeAll(async () => {
    second = await testServer.startAnother()
    pool = openPool(testServer.database.url)
  })
  afterAll(() => pool.end())
  beforeEach(async () => {
    endpoint = await startEndpoint()
  })
  afterEach(() => endpoint.close())

  const at = (url: string): TestPerson => ({
    ...people.owner,
    ask: (document, variables) => ask(url, people.owner.authorization, document, variables),
  })
  const both = () => [at(testServer.url), at(second.url)]
  const seqsAt = (path: string) =>
    endpoint.received.filter((one) => one.path === path).map(({ message }) => message.data.seq)

  const held = async () => {
    const { rows } = await pool.query(
      'select count(*)::int as held from webhook_place where owner is not null',
    )
    return rows[0].held
  }
  /** How many servers wait for places. */
  const waiting = async () => {
    const { rows } = await pool.query(
      `select count(*)::int as waiting from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query ilike '%insert into webhook_place%'`,
    )
    return rows[0].waiting
  }

  it('never deliver one place at the same time, and each message once', async () => {
    const ORGS = 12
    const BURSTS = 4
    endpoint.reply(() => ({ afterMs: 100 }))
    const orgs = await Promise.all(
      Array.from({ length: ORGS }, async (_, index) => {
        const orgId = await createOrg(people.owner)
        await createWebhook(people.owner, orgId, `${endpoint.url}/${index}`)
        return orgId
      }),
    )
    // These servers send no hints to each other: the second one reads from time to time who has webhooks.
    await delay(6_000)
    const holder = await pool.connect()
    onTestFinished(() => holder.release(true))
    for (let burst = 1; burst <= BURSTS; burst++) {
      // Both find all places free, because none can be taken yet. Then they take them at the same time.
      await vi.waitFor(async () => expect(await held()).toBe(0), { timeout: 5_000, interval: 20 })
      await holder.query('begin')
      await holder.query('select from webhook_place for update')
      await Promise.all(
        orgs.flatMap((orgId) =>
          both().map((owner) => invite(owner, orgId, newAddress(), { sendEmail: false })),
        ),
      )
      await vi.waitFor(async () => expect(await waiting()).toBe(2), { timeout: 5_000, interval: 20 })
      await holder.query('commit')
      await endpoint.waitFor(
        () => orgs.every((_, index) => seqsAt(`/hook/${index}`).length >= 2 * burst),
        15_000,
      )
    }
    await delay(500)
    expect(endpoint.mostAtOnceOfPlace).toBe(1)
    for (const index of orgs.keys())
      expect(seqsAt(`/hook/${index}`)).toEqual(Array.from({ length: 2 * BURSTS }, (_, made) => 4 + made))
  }, 60_000)

  it('leave a place to its owner although they found it free before', async () => {
    endpoint.reply(() => ({ afterMs: 1_500 }))
    const [one, other] = both()
    if (!one || !other) throw new Error('two servers')
    const orgs: string[] = []
    for (const name of ['first', 'last', 'contested']) {
      orgs.push(await createOrg(people.owner))
      await createWebhook(people.owner, orgs.at(-1) ?? '', `${endpoint.url}/${name}`)
    }
    const [first = '', last = '', contested = ''] = orgs
    // Until both servers know who has webhooks.
    await delay(6_000)
    const hold = async (orgId: string) => {
      const client = await pool.connect()
      onTestFinished(() => client.release(true))
      await client.query('begin')
      await client.query('select from webhook_place where org_id = $1 for update', [uuidOf(orgId)])
      return () => client.query('commit')
    }
    const releaseFirst = await hold(first)
    const releaseLast = await hold(last)
    await invite(other, first, newAddress())
    await vi.waitFor(async () => expect(await waiting()).toBe(1), { timeout: 2_000, interval: 10 })
    // The other one finds both free, and waits for the first of them.
    await invite(other, last, newAddress())
    await invite(other, contested, newAddress())
    await releaseFirst()
    await endpoint.waitFor(() => seqsAt('/hook/first').length === 1)
    await vi.waitFor(async () => expect(await waiting()).toBe(1), { timeout: 2_000, interval: 10 })
    await invite(one, contested, newAddress())
    await endpoint.waitFor(() => seqsAt('/hook/contested').length === 1)
    await releaseLast()
    await endpoint.waitFor(() => seqsAt('/hook/contested').length >= 2)
    await endpoint.waitFor(() => seqsAt('/hook/last').length === 1)
    expect(seqsAt('/hook/contested')).toEqual([4, 5])
    expect(endpoint.mostAtOnceOfPlace).toBe(1)
  }, 30_000)

  it('leave a place to the one that waits for its endpoint, for longer than a lease', async () => {
    endpoint.reply(() => ({ afterMs: 8_000 }))
    const orgId = await createOrg(people.owner)
    await createWebhook(people.owner, orgId, endpoint.url)
    const [one, other] = both()
    if (!one || !other) throw new Error('two servers')
    await invite(one, orgId, newAddress())
    await endpoint.waitFor((received) => received.length === 1)
    const owners = async () =>
      (await pool.query('select owner from webhook_place where org_id = $1', [uuidOf(orgId)])).rows
    const [first] = await owners()
    expect(first.owner).not.toBeNull()
    // The other one has reasons to look.
    for (let made = 0; made < 6; made++) {
      await invite(other, orgId, newAddress())
      await delay(1_200)
      expect(await owners()).toEqual([first])
    }
    endpoint.reply(() => undefined)
    await endpoint.waitFor(() => endpoint.seqs().length >= 7)
    expect(endpoint.seqs()).toEqual([4, 5, 6, 7, 8, 9, 10])
    expect(endpoint.mostAtOnceOfPlace).toBe(1)
  }, 60_000)

  it.each(['an org', 'the instance'])(
    'deliver to a webhook of %s although no hint arrives',
    async (whose) => {
      const orgId = await createOrg(people.owner)
      // There are no hints. So one makes the webhook, and the other one does not know it when it
      // commits the event.
      const webhook =
        whose === 'an org'
          ? await createWebhook(people.owner, orgId, endpoint.url)
          : await createWebhook(testServer.instance, undefined, endpoint.url)
      await invite(at(second.url), orgId, newAddress())
      const committed = Date.now()
      await endpoint.waitFor((received) => received.length > 0, 8_000)
      console.info(`found after ${Date.now() - committed} ms`)
      expect(Date.now() - committed).toBeLessThan(6_500)
      expect(endpoint.seqs()).toEqual([whose === 'an org' ? 4 : 3])
      if (whose === 'the instance')
        await mutate(testServer.instance, 'deleteWebhook', { webhookId: webhook.id })
    },
  )
})
