import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openReadPipelines, type ReadPipelines } from '../../src/database/readPipelines.js'
import { createDatabase, type TestDatabase } from '../support/database.js'

describe('reads that share a connection', () => {
  let database: TestDatabase
  let pipelines: ReadPipelines
  beforeAll(async () => {
    database = await createDatabase()
    pipelines = openReadPipelines({ connectionString: database.url }, 1, new Map(), () => {})
    await vi.waitUntil(() => pipelines.read(sleep(0)) !== undefined)
  })
  afterAll(async () => {
    await pipelines.close()
    await database.drop()
  })

  const sleep = (seconds: number) => ({ name: undefined, text: 'select pg_sleep($1)', values: [seconds] })

  it('can wait behind many others as long as answers keep coming', async () => {
    const many = Array.from({ length: 40 }, () => pipelines.read(sleep(0.004)))
    // By now each waiting read is older than the limit for a slow one.
    await delay(60)
    const one = pipelines.read(sleep(0))
    expect(one).toBeDefined()
    await Promise.all([...many, one])
  })

  it('move to another connection as soon as a slow one blocks them', async () => {
    const slow = pipelines.read(sleep(0.3))
    await delay(60)
    expect(pipelines.read(sleep(0))).toBeUndefined()
    await slow
    expect(pipelines.read(sleep(0))).toBeDefined()
  })
})
