import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServerProcesses, startServerProcesses } from '../faults/serverProcesses.js'
import { followInstance } from '../faults/subscribers.js'
import { startMembershipWriters } from '../packages/node/membershipWriters.js'
import { newSeed, seededRandom } from '../support/random.js'
import { ask, INSTANCE_TOKEN } from '../support/testServer.js'

/** `npm run test:faults` sets this for the long run. */
const KILLS = process.env.FAULTS === 'long' ? 30 : 4
const SUBSCRIBERS = 6

describe('instanceEvents while servers are killed', () => {
  let processes: ServerProcesses
  beforeAll(async () => {
    processes = await startServerProcesses(2)
  }, 120_000)
  afterAll(() => processes.close(), 60_000)

  it('delivers every event of every org once, in the order of the org, and in the same order to all', {
    timeout: 600_000,
  }, async () => {
    const seed = newSeed()
    const random = seededRandom(seed)
    const { servers } = processes
    const authorization = `Bearer ${INSTANCE_TOKEN}`
    const { data } = await ask(servers[0]?.url ?? '', authorization, '{ instanceEventCursor }')
    const subscribers = Array.from({ length: SUBSCRIBERS }, (_, n) =>
      followInstance(servers, authorization, n, data.instanceEventCursor),
    )
    const writers = await startMembershipWriters(servers, random, { writers: 4, people: 10, orgs: 8 })
    for (let kill = 0; kill < KILLS; kill++) {
      await delay(300 + random.below(900))
      await servers[kill % 2]?.killAndRestart()
    }
    await writers.pause()

    const [{ count } = { count: 0 }] = await processes.query<{ count: number }>(
      'select count(*)::int as count from org_event',
    )
    const end = Date.now() + 60_000
    while (subscribers.some(({ seen }) => seen.length < count) && Date.now() < end) await delay(50)
    await delay(500)
    console.info(
      `seed ${seed}; ${KILLS} kills, ${writers.done()} mutations, ${count} events × ${SUBSCRIBERS} subscribers`,
    )
    for (const subscriber of subscribers) subscriber.stop()

    for (const { seen, connections } of subscribers)
      if (seen.length !== count) console.error(`${seen.length} of ${count} events`, connections)
    const orders = subscribers.map(({ seen }) => seen.map(({ cursor }) => cursor))
    for (const order of orders) {
      expect(order).toEqual(orders[0])
      expect(new Set(order).size).toBe(count)
    }
    const byOrg = new Map<string, number[]>()
    for (const { orgId = '', seq } of subscribers[0]?.seen ?? [])
      byOrg.set(orgId, [...(byOrg.get(orgId) ?? []), seq])
    for (const seqs of byOrg.values()) expect(seqs).toEqual(seqs.map((_, index) => index + 1))
    expect([...byOrg.values()].flat().length).toBe(count)
    expect(count).toBeGreaterThan(KILLS * 10)
  })
})
