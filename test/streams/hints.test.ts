import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inProcessHints } from '../../src/streams/hints/hints.js'
import { postgresHints } from '../../src/streams/hints/postgresHints.js'
import { redisHints } from '../../src/streams/hints/redisHints.js'
import { type RedisServer, startRedis, whyNoRedis } from '../support/redisServer.js'
import {
  commitEvents,
  type Fixture,
  newOrg,
  newPerson,
  openFixture,
  range,
  type Server,
  seqs,
  silent,
  take,
} from './fixture.js'

let fixture: Fixture
beforeEach(async () => {
  fixture = await openFixture()
})
afterEach(() => fixture.close())

async function watched(on: Server) {
  const actor = await newPerson(fixture)
  const orgId = await newOrg(fixture, actor)
  const stream = await on.streams.org({ orgId, actor, permission: 'EVENT_READ', after: null })
  return { orgId, stream }
}

/**
 * Measures how long it takes from a commit on one server until the event is read on another, in ms,
 * in ascending order.
 */
async function latencies(
  from: Server,
  { orgId, stream }: Awaited<ReturnType<typeof watched>>,
  count: number,
) {
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    const read = take(stream, 1)
    await commitEvents(from, orgId)
    const committed = performance.now()
    await read
    times.push(performance.now() - committed)
    await delay(Math.random() * 10)
  }
  return times.sort((a, b) => a - b)
}

const median = (ascending: number[]) => ascending[Math.floor(ascending.length / 2)] ?? Number.NaN

async function onPostgres<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: fixture.url })
  await client.connect()
  return work(client).finally(() => client.end())
}

const listeners = `
  from pg_stat_activity where application_name = 'guildhall hints: listen' and datname = current_database()
`

const listening = (count: number) =>
  onPostgres(async (client) => {
    for (;;) {
      const { rows } = await client.query(
        `select 1 ${listeners} and state = 'idle' and query ilike 'listen%'`,
      )
      if (rows.length >= count) return
      await delay(10)
    }
  })

const killListeners = () =>
  onPostgres((client) => client.query(`select pg_terminate_backend(pid) ${listeners}`))

describe('without hints', () => {
  it('another server delivers a commit within 1 s, and nothing twice', async () => {
    const other = await fixture.server()
    const target = await watched(other)
    const times = await latencies(fixture, target, 5)
    expect(times.at(-1)).toBeLessThan(1_000)
    await commitEvents(fixture, target.orgId, 10)
    expect(seqs(await take(target.stream, 10))).toEqual(range(8, 17))
    await target.stream.return()
  })
})

describe('hints over PostgreSQL', () => {
  const postgres = () => postgresHints({ connectionString: fixture.url, log: silent })

  it('usually bring a commit to another server in less than 50 ms', async () => {
    const from = await fixture.server({ hints: postgres() })
    const to = await fixture.server({ hints: postgres() })
    await listening(2)
    const target = await watched(to)
    const times = await latencies(from, target, 60)
    expect(median(times)).toBeLessThan(50)
    await target.stream.return()
  })

  it('are listened to again after PostgreSQL kills the listening connection, and missed events come within 1 s', {
    timeout: 30_000,
  }, async () => {
    const from = await fixture.server({ hints: postgres() })
    const to = await fixture.server({ hints: postgres() })
    await listening(2)
    const target = await watched(to)
    const read: number[] = []
    for (let round = 0; round < 3; round++) {
      await killListeners()
      const killed = performance.now()
      await commitEvents(from, target.orgId)
      read.push(...seqs(await take(target.stream, 1)))
      expect(performance.now() - killed).toBeLessThan(1_000)
    }
    expect(read).toEqual([3, 4, 5])
    await listening(2)
    expect(median(await latencies(from, target, 20))).toBeLessThan(50)
    await target.stream.return()
  })

  it('make the server check all orgs once they work again, because some may have been lost', async () => {
    const hints = postgres()
    const heard: unknown[] = []
    hints.onHint((wake) => heard.push(wake))
    await listening(1)
    await killListeners()
    for (let tries = 0; tries < 300 && heard.length === 0; tries++) await delay(10)
    expect(heard).toEqual(['everything'])
    await hints.close()
  })

  it('about many commits are combined into few notifications, none longer than PostgreSQL allows', async () => {
    const hints = postgres()
    const other = postgres()
    await listening(2)
    const payloads: string[] = []
    const heard = new Set<string>()
    other.onHint((wake) => {
      if (wake !== 'everything') for (const id of [...wake.orgIds, ...wake.userIds]) heard.add(id)
    })
    await onPostgres(async (client) => {
      client.on('notification', ({ payload = '' }) => payloads.push(payload))
      await client.query('listen guildhall_events')
      const id = (index: number) => `018f0000-0000-7000-8000-${String(index).padStart(12, '0')}`
      for (let index = 0; index < 1_000; index++)
        hints.publish({ orgIds: [id(index)], userIds: [id(100_000 + index)] })
      for (let tries = 0; tries < 300 && heard.size < 2_000; tries++) await delay(10)
    })
    expect(heard.size).toBe(2_000)
    expect(payloads.length).toBeLessThan(20)
    expect(Math.max(...payloads.map((payload) => Buffer.byteLength(payload)))).toBeLessThan(8_000)
    await Promise.all([hints.close(), other.close()])
  })

  it('stop at once when the server closes, even if PostgreSQL cannot be reached', async () => {
    const hints = postgresHints({ connectionString: 'postgresql://nobody@127.0.0.1:1/none', log: silent })
    hints.publish({ orgIds: ['018f0000-0000-7000-8000-000000000000'], userIds: [] })
    await delay(50)
    const closing = performance.now()
    await hints.close()
    expect(performance.now() - closing).toBeLessThan(500)
  })
})

const missing = whyNoRedis()

describe.skipIf(missing)(`hints over Redis${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let server: RedisServer
  beforeEach(async () => {
    server = await startRedis()
  })
  afterEach(() => server.stop())
  const redis = () => redisHints({ url: server.url, log: silent })

  it('usually bring a commit to another server in less than 50 ms', async () => {
    const from = await fixture.server({ hints: redis() })
    const to = await fixture.server({ hints: redis() })
    const target = await watched(to)
    await delay(200)
    expect(median(await latencies(from, target, 60))).toBeLessThan(50)
    await target.stream.return()
  })

  it('may fail and come back: every event comes within 1 s, and quickly again afterwards', {
    timeout: 30_000,
  }, async () => {
    const from = await fixture.server({ hints: redis() })
    const to = await fixture.server({ hints: redis() })
    const target = await watched(to)
    await delay(200)
    await server.kill()
    const late = await latencies(from, target, 3)
    expect(late.at(-1)).toBeLessThan(1_000)
    await server.start()
    await delay(2_500)
    expect(median(await latencies(from, target, 30))).toBeLessThan(50)
    await target.stream.return()
  })
})

describe('hints within one process', () => {
  it('wake only the streams that they are about', async () => {
    const hints = inProcessHints()
    const heard: unknown[] = []
    const stop = hints.onHint((wake) => heard.push(wake))
    hints.publish({ orgIds: ['a'], userIds: [] })
    stop()
    hints.publish({ orgIds: ['b'], userIds: [] })
    expect(heard).toEqual([{ orgIds: ['a'], userIds: [] }])
  })
})
