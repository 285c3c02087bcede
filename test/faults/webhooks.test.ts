import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Endpoint, type Received, type Reply, startEndpoint } from '../support/endpoint.js'
import { createOrg, invite } from '../support/mutate.js'
import { ask, authorize, type Client, INSTANCE_TOKEN, type TestPerson } from '../support/testServer.js'
import { createWebhook, updateWebhook } from '../support/webhooks.js'
import { type Server, type ServerProcesses, startServerProcesses } from './serverProcesses.js'

const LASTS_MS = process.env.FAULTS === 'long' ? 120_000 : 15_000
const ORGS = 4

let processes: ServerProcesses
let endpoint: Endpoint
beforeEach(async () => {
  processes = await startServerProcesses(2)
  endpoint = await startEndpoint()
}, 120_000)
afterEach(async () => {
  await processes.close()
  await endpoint.close()
})

/** A caller that asks any of the servers, again if it is being restarted. */
function callerOf(servers: readonly Server[], authorization: string): Client {
  return {
    authorization,
    async ask(document, variables) {
      for (let tries = 0; ; tries++) {
        const server = servers[(tries + Math.floor(Math.random() * servers.length)) % servers.length]
        try {
          const answer = await ask(server?.url ?? '', authorization, document, variables)
          if (answer.errors?.[0]?.extensions.code !== 'UNAVAILABLE') return answer
        } catch (error) {
          if (tries > 200) throw error
        }
        await delay(50)
      }
    },
  }
}

const newAddress = () => `${crypto.randomUUID()}@new.example`
const placeOf = ({ path, message }: Received) => `${path} ${message.data.orgId}`

describe('webhooks of two servers', () => {
  it('are taken over within ten seconds from a server that is killed, and never delivered by both at once', async () => {
    const [first, second] = processes.servers
    if (!first || !second) throw new Error('two servers')
    const authorization = await authorize({ subject: 'owner', email: 'owner@owner.example' })
    const owner = callerOf([first], authorization)
    const orgId = await createOrg(owner as TestPerson)
    await createWebhook(owner, orgId, endpoint.url)
    // The first server, which has committed the event, waits for an answer.
    endpoint.reply(() => ({ hangs: true }))
    await invite(owner, orgId, newAddress())
    await endpoint.waitFor((received) => received.length === 1)
    await delay(4_000)
    expect(endpoint.received).toHaveLength(1)
    endpoint.reply(() => undefined)
    const killed = Date.now()
    const restarting = first.killAndRestart()
    await endpoint.waitFor((received) => received.length === 2, 12_000)
    const tookMs = Date.now() - killed
    console.info(`taken over after ${tookMs} ms`)
    expect(tookMs).toBeLessThan(10_000)
    expect(endpoint.mostAtOnce).toBe(1)
    expect(endpoint.received[1]?.id).toBe(endpoint.received[0]?.id)
    await restarting
  }, 90_000)

  it(
    'lose nothing and keep the order, whatever endpoints answer and whichever server is killed',
    async () => {
      const owner = callerOf(
        processes.servers,
        await authorize({ subject: 'owner', email: 'owner@owner.example' }),
      )
      const instance = callerOf(processes.servers, `Bearer ${INSTANCE_TOKEN}`)
      const orgs = await Promise.all(Array.from({ length: ORGS }, () => createOrg(owner as TestPerson)))
      const accepted = new Map<string, number[]>()
      const ids = new Map<string, string>()
      const problems: string[] = []
      let isCalm = false
      let repeats = 0
      endpoint.reply((received): Reply => {
        const place = placeOf(received)
        const { seq } = received.message.data
        const known = ids.get(`${place} ${seq}`)
        if (known !== undefined && known !== received.id) problems.push(`another id of ${place} ${seq}`)
        ids.set(`${place} ${seq}`, received.id)
        const before = accepted.get(place) ?? []
        const expected = (before.at(-1) ?? seq - 1) + 1
        if (seq > expected) problems.push(`${seq} instead of ${expected} at ${place}`)
        const chance = isCalm ? 1 : Math.random()
        if (chance < 0.02) return { status: 500 }
        if (chance < 0.03) return { status: 307, headers: { location: '/elsewhere' } }
        if (chance < 0.035) return { hangs: true }
        if (chance < 0.04) return { status: 410 }
        if (seq < expected) repeats += 1
        else accepted.set(place, [...before, seq])
        return { afterMs: chance < 0.2 ? 20 : 0 }
      })
      const webhooks = [
        ...(await Promise.all(orgs.map((orgId) => createWebhook(owner, orgId, `${endpoint.url}/own`)))).map(
          (webhook) => ({ webhook, by: owner }),
        ),
        { webhook: await createWebhook(instance, undefined, `${endpoint.url}/all`), by: instance },
      ]
      const starts = new Map<string, number>()
      for (const { id, seq } of await newest()) {
        starts.set(`/hook/own ${id}`, seq)
        starts.set(`/hook/all ${id}`, seq)
      }
      const until = Date.now() + LASTS_MS
      const writing = orgs.map(async (orgId) => {
        while (Date.now() < until) {
          await invite(owner, orgId, newAddress(), { sendEmail: false }).catch(() => {})
          await delay(50)
        }
      })
      const killing = (async () => {
        while (Date.now() < until) {
          await delay(1_000 + Math.random() * 4_000)
          await processes.servers[Math.floor(Math.random() * 2)]?.killAndRestart()
        }
      })()
      const switchingOn = (async () => {
        while (Date.now() < until) {
          await delay(1_000)
          for (const { webhook, by } of webhooks) await updateWebhook(by, webhook, { enabled: true })
        }
      })()
      await Promise.all([...writing, killing, switchingOn])
      isCalm = true
      for (const { webhook, by } of webhooks) {
        await updateWebhook(by, webhook, { enabled: false })
        await updateWebhook(by, webhook, { enabled: true })
      }
      let events = 0
      await vi.waitFor(
        async () => {
          events = 0
          for (const { id, seq } of await newest())
            for (const path of ['/hook/own', '/hook/all']) {
              const got = accepted.get(`${path} ${id}`) ?? []
              events += got.length
              if (got.at(-1) !== seq) throw new Error(`${path} ${id} has ${got.at(-1)} of ${seq}`)
            }
        },
        { timeout: 90_000, interval: 500 },
      )
      console.info({
        events,
        deliveries: endpoint.received.length,
        repeats,
        lost: 0,
        outOfOrder: problems.length,
      })
      expect(problems).toEqual([])
      expect(endpoint.mostAtOnceOfPlace).toBe(1)
      for (const [place, seqs] of accepted) {
        const first = seqs[0] ?? 0
        expect(seqs, place).toEqual(seqs.map((_, index) => first + index))
        expect(first, place).toBeLessThanOrEqual((starts.get(place) ?? 0) + 1)
      }

      async function newest(): Promise<Array<{ id: string; seq: number }>> {
        const rows = await processes.query<{ id: string; seq: number }>(
          'select id, event_seq as seq from org',
        )
        return rows.map(({ id, seq }) => ({ id: btoa(`Org:${id}`), seq }))
      }
    },
    LASTS_MS + 240_000,
  )
})
