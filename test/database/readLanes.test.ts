import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openReadLanes, type ReadLanes } from '../../src/database/readLanes.js'
import { createDatabase, type TestDatabase } from '../support/database.js'

describe('reads that go together on a connection', () => {
  let database: TestDatabase
  let lanes: ReadLanes
  beforeAll(async () => {
    database = await createDatabase()
    lanes = openReadLanes({ connectionString: database.url }, 1, new Map(), () => {})
    await vi.waitUntil(() => lanes.read(sleep(0)) !== undefined)
  })
  afterAll(async () => {
    await lanes.close()
    await database.drop()
  })

  const sleep = (seconds: number) => ({ name: undefined, text: 'select pg_sleep($1)', values: [seconds] })

  it('go on behind many, for as long as answers come', async () => {
    const many = Array.from({ length: 40 }, () => lanes.read(sleep(0.004)))
    // By now each read that waits is older than a slow one may be.
    await delay(60)
    const one = lanes.read(sleep(0))
    expect(one).toBeDefined()
    await Promise.all([...many, one])
  })

  it('are sent elsewhere as soon as a slow one holds them up', async () => {
    const slow = lanes.read(sleep(0.3))
    await delay(60)
    expect(lanes.read(sleep(0))).toBeUndefined()
    await slow
    expect(lanes.read(sleep(0))).toBeDefined()
  })
})
