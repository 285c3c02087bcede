import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { deleteReplacedJobsSql, jobSql, jobsSql, migrateJobs } from '../../src/jobs/jobs.js'
import { createDatabase } from '../support/database.js'
import { eventually, silent, useJobs } from '../support/jobs.js'
import type { Jobs } from '../support/jobsChild.js'
import { openPool } from '../support/openPool.js'

const jobs = useJobs()

describe('a job', () => {
  test('runs once its transaction has committed, and not before', async () => {
    const seen: number[] = []
    jobs.serve(async ({ value }) => void seen.push(value))
    const client = await jobs.pool.connect()
    await client.query('begin')
    await client.query(jobSql<Jobs>({ name: 'work', payload: { value: 1 } }))
    await sleep(500)
    expect(seen).toEqual([])
    await client.query('commit')
    client.release()
    await eventually(2_000, () => expect(seen).toEqual([1]))
  })

  test('never runs if its transaction is rolled back', async () => {
    const seen: number[] = []
    jobs.serve(async ({ value }) => void seen.push(value))
    const client = await jobs.pool.connect()
    await client.query('begin')
    await client.query(jobSql<Jobs>({ name: 'work', payload: { value: 1 } }))
    await client.query('rollback')
    client.release()
    await jobs.enqueue(2)
    await eventually(2_000, () => expect(seen).toEqual([2]))
    await eventually(2_000, async () => expect(await jobs.jobsLeft()).toBe(0))
  })

  test('waits for its scheduled time', async () => {
    const seen: number[] = []
    jobs.serve(async ({ value }) => void seen.push(value))
    const start = Date.now()
    await jobs.enqueue(1, { runAt: new Date(start + 1_000) })
    await eventually(3_000, () => expect(seen).toEqual([1]))
    expect(Date.now() - start).toBeGreaterThanOrEqual(1_000)
  })

  test('replaces the waiting job with the same key', async () => {
    const seen: number[] = []
    await jobs.enqueue(1, { key: 'a' })
    await jobs.enqueue(2, { key: 'a' })
    await jobs.enqueue(3, { key: 'b' })
    jobs.serve(async ({ value }) => void seen.push(value))
    await eventually(2_000, () => expect(seen.sort()).toEqual([2, 3]))
    await eventually(2_000, async () => expect(await jobs.jobsLeft()).toBe(0))
    expect(seen.sort()).toEqual([2, 3])
  })

  test('can schedule its own next run under its own key', async () => {
    const runs: number[] = []
    jobs.serve(async ({ value }) => {
      runs.push(value)
      if (value < 3) await jobs.enqueue(value + 1, { key: 'again', runAt: new Date(Date.now() + 100) })
    })
    await jobs.enqueue(1, { key: 'again' })
    await eventually(5_000, () => expect(runs).toEqual([1, 2, 3]))
    await eventually(2_000, async () => expect(await jobs.jobsLeft()).toBe(0))
  })

  test('can be added together with many others in one statement', async () => {
    const seen: number[] = []
    const values = Array.from({ length: 100 }, (_, value) => value)
    await jobs.pool.query(jobsSql<Jobs>(values.map((value) => ({ name: 'work', payload: { value } }))))
    jobs.serve(async ({ value }) => void seen.push(value))
    await eventually(5_000, () => expect(seen.toSorted((a, b) => a - b)).toEqual(values))
  })

  test('that throws is run again, up to its maximum number of attempts', async () => {
    const attempts: number[] = []
    jobs.serve(async (_, { attempt }) => {
      attempts.push(attempt)
      throw new Error('no')
    })
    await jobs.enqueue(1, { maxAttempts: 2 })
    await eventually(10_000, () => expect(attempts).toEqual([1, 2]))
  })

  test('that was replaced while it failed is deleted, and no other job is', async () => {
    jobs.serve(async ({ value }) => {
      if (value === 1) await jobs.enqueue(2, { key: 'a', runAt: new Date(Date.now() + 60_000) })
      throw new Error(`no ${value}`)
    })
    await jobs.enqueue(1, { key: 'a' })
    await jobs.enqueue(3, { key: 'b', maxAttempts: 1 })
    await eventually(2_000, async () => expect(await jobs.errors()).toEqual([null, 'no 1', 'no 3']))
    await jobs.pool.query(deleteReplacedJobsSql<{ play: unknown }>(['play']))
    expect(await jobs.errors()).toEqual([null, 'no 1', 'no 3'])
    await jobs.pool.query(deleteReplacedJobsSql<Jobs>(['work']))
    expect(await jobs.errors()).toEqual([null, 'no 3'])
  })

  test('has the payload type of its registry, or the code does not compile', () => {
    // @ts-expect-error a string is no number
    jobSql<Jobs>({ name: 'work', payload: { value: 'one' } })
    // @ts-expect-error no such job
    jobSql<Jobs>({ name: 'play', payload: { value: 1 } })
    // @ts-expect-error no registry, no job
    jobSql({ name: 'work', payload: { value: 1 } })
    // @ts-expect-error a Date doesn't come back as one
    jobSql<{ work: { at: Date } }>({ name: 'work', payload: { at: new Date() } })
  })
})

test('the queries in the docs distinguish a growing queue from failed jobs', async () => {
  const docs = await readFile(new URL('../../docs/deploying.md', import.meta.url), 'utf8')
  // The queries about mails are tested with the mails.
  const queries = [...docs.matchAll(/^```sql\n([\s\S]*?)^```$/gm)]
    .map(([, query = '']) => query)
    .filter((query) => query.startsWith('select count(*) from graphile_worker._private_jobs'))
  const answers = async () => {
    const rows = await Promise.all(queries.map(async (query) => (await jobs.pool.query(query)).rows[0]))
    return rows.map(({ count }) => Number(count))
  }
  const longAgo = () =>
    jobs.pool.query("update graphile_worker._private_jobs set run_at = run_at - interval '2 hours'")

  for (const value of [1, 2, 3]) await jobs.enqueue(value)
  expect(await answers()).toEqual([0, 0])
  await longAgo()
  expect(await answers()).toEqual([3, 0])
  const server = jobs.serve(async ({ value }) => {
    if (value === 4) throw new Error('never')
  })
  await jobs.enqueue(4, { maxAttempts: 1 })
  await eventually(2_000, async () => expect(await jobs.errors()).toEqual(['never']))
  await longAgo()
  expect(await answers()).toEqual([0, 1])
  await server.stop()

  // The documented remedy works too.
  await jobs.pool.query(`select graphile_worker.reschedule_jobs(
    array(select id from graphile_worker._private_jobs), run_at => now(), attempts => 0)`)
  jobs.serve(async () => {})
  await eventually(2_000, async () => expect(await jobs.jobsLeft()).toBe(0))
})

test('a database outage is logged once, and so is its end', async () => {
  const lines: { msg: string }[] = []
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) })
  const messages = (words: RegExp) => lines.map(({ msg }) => msg).filter((msg) => words.test(msg))
  const seen: number[] = []
  jobs.serve(async ({ value }) => void seen.push(value), jobs.pool, log)
  await jobs.enqueue(1)
  await eventually(5_000, () => expect(seen).toEqual([1]))

  await jobs.goAway()
  // Long enough for both loops to fail several times.
  await sleep(3_500)
  await jobs.comeBack()
  await jobs.enqueue(2)
  await eventually(10_000, () => expect(seen).toEqual([1, 2]))
  await eventually(5_000, () => expect(messages(/works again/)).toHaveLength(2))
  expect(messages(/retrying until/).sort()).toEqual([
    'Checking for dead workers failed; retrying until it works',
    'The job queue failed; retrying until it works',
  ])
}, 30_000)

test('many servers can migrate at once', async () => {
  const fresh = await createDatabase({ empty: true })
  const pools = Array.from({ length: 8 }, () => openPool(fresh.url))
  await Promise.all(pools.map((pool) => migrateJobs(pool, silent)))
  const { rows } =
    (await pools[0]?.query("select to_regclass('graphile_worker.jobs_locked_by') as index")) ?? {}
  expect(rows).toEqual([{ index: 'graphile_worker.jobs_locked_by' }])
  await Promise.all(pools.map((pool) => pool.end()))
  await fresh.drop()
}, 30_000)
