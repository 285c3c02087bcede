import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, useJobs } from '../support/jobs.js'
import { openPool } from '../support/openPool.js'

const jobs = useJobs()

describe('a server', () => {
  test('shares the jobs with other servers, and each job runs once', async () => {
    const values = Array.from({ length: 300 }, (_, value) => value)
    const seen: [number, number][] = []
    for (const server of [1, 2, 3])
      jobs.serve(async ({ value }) => {
        await sleep(Math.random() * 20)
        seen.push([server, value])
      })
    await Promise.all(values.map((value) => jobs.enqueue(value)))
    await eventually(10_000, async () => expect(await jobs.jobsLeft()).toBe(0))
    expect(seen.map(([, value]) => value).toSorted((a, b) => a - b)).toEqual(values)
    expect(new Set(seen.map(([server]) => server)).size).toBe(3)
  }, 15_000)

  test('that is killed during a job leaves it to another server, which runs it within 10 s', async () => {
    await jobs.enqueue(7)
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('../support/jobsChild.ts', import.meta.url)), jobs.url],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    const started = () => jobs.pool.query('select 1 from run where value = 7')
    await eventually(20_000, async () => expect((await started()).rowCount).toBe(1))

    const seen: { value: number; attempt: number }[] = []
    jobs.serve(async ({ value }, { attempt }) => void seen.push({ value, attempt }))
    await sleep(5_000)
    expect(seen, 'a job is left to the server that lives').toEqual([])

    child.kill('SIGKILL')
    await once(child, 'exit')
    const killed = performance.now()
    await eventually(10_000, () => expect(seen).toEqual([{ value: 7, attempt: 2 }]))
    console.log(`the killed server's job was run again after ${Math.round(performance.now() - killed)} ms`)
    await eventually(2_000, async () => expect(await jobs.jobsLeft()).toBe(0))
  }, 45_000)

  test('that loses its heartbeat aborts its jobs and continues under a new identity', async () => {
    const seen: string[] = []
    jobs.serve(async ({ value }) => {
      seen.push(`${value} begins`)
      await sleep(1_000)
      seen.push(`${value} ends`)
    })
    await jobs.enqueue(1)
    await eventually(2_000, () => expect(seen).toEqual(['1 begins']))
    const killed = await jobs.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'guildhall jobs: proof of life' and datname = current_database()`,
    )
    expect(killed.rowCount).toBe(1)
    await eventually(4_000, () => expect(seen).toEqual(['1 begins', '1 ends']))
    await jobs.enqueue(2)
    await eventually(5_000, () => expect(seen).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']))
    await eventually(2_000, async () => expect(await jobs.jobsLeft()).toBe(0))
  }, 20_000)

  test('tells a job that its heartbeat is lost before another server may run the job', async () => {
    let abortedAt = 0
    const again: number[] = []
    jobs.serve(async ({ value }, { signal, attempt }) => {
      if (attempt > 1) return void again.push(performance.now())
      await once(signal, 'abort')
      abortedAt = performance.now()
      await sleep(10_000 * value)
    })
    await jobs.enqueue(1)
    await eventually(2_000, async () =>
      expect(
        (await jobs.pool.query('select 1 from graphile_worker.jobs where locked_by is not null')).rowCount,
      ).toBe(1),
    )
    await jobs.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'guildhall jobs: proof of life' and datname = current_database()`,
    )
    await eventually(10_000, () => expect(again).toHaveLength(1))
    expect(abortedAt).toBeGreaterThan(0)
    expect(abortedAt).toBeLessThan(again[0] ?? 0)
  }, 20_000)

  test.each([
    ['alone if both runs have one key', { key: 'again' }, [1, 2]],
    ['beside the interrupted run if they do not', {}, [1, 2, 1]],
  ])(
    'that dies after a job scheduled its next run leaves that run %s',
    async (_, options, expected) => {
      const seen: number[] = []
      jobs.serve(async ({ value }, { attempt }) => {
        seen.push(value)
        if (value === 2 || attempt > 1) return
        await jobs.enqueue(2, options)
        await new Promise(() => {})
      })
      await jobs.enqueue(1, options)
      await eventually(2_000, () => expect(seen).toEqual([1, 2]))
      await jobs.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'guildhall jobs: proof of life' and datname = current_database()`,
      )
      await sleep(6_000)
      expect(seen).toEqual(expected)
    },
    20_000,
  )

  test('survives the loss of all its connections at once', async () => {
    const seen: number[] = []
    const own = openPool(jobs.url)
    const server = jobs.serve(async ({ value }) => {
      seen.push(value)
      await sleep(500)
    }, own)
    await jobs.enqueue(1)
    await eventually(2_000, () => expect(seen).toEqual([1]))
    await jobs.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    )
    await jobs.enqueue(2)
    await eventually(10_000, () => expect(seen).toContain(2))
    await eventually(10_000, async () => expect(await jobs.jobsLeft()).toBe(0))
    await server.stop()
    await own.end()
  }, 30_000)

  test('that cannot store the end of a job keeps running, and the job is run again', async () => {
    const attempts: number[] = []
    jobs.serve(async (_, { attempt }) => {
      attempts.push(attempt)
      if (attempt === 1) await jobs.pool.query('alter table graphile_worker._private_jobs rename to away')
    })
    await jobs.enqueue(1)
    await eventually(2_000, () => expect(attempts).toEqual([1]))
    await sleep(500)
    await jobs.pool.query('alter table graphile_worker.away rename to _private_jobs')
    await eventually(10_000, () => expect(attempts).toEqual([1, 2]))
    await eventually(2_000, async () => expect(await jobs.jobsLeft()).toBe(0))
  }, 20_000)

  test('that stops waits for its running jobs and leaves the rest to other servers', async () => {
    const seen: string[] = []
    const server = jobs.serve(async ({ value }) => {
      seen.push(`${value} begins`)
      await sleep(1_000)
      seen.push(`${value} ends`)
    })
    await jobs.enqueue(1)
    await eventually(2_000, () => expect(seen).toEqual(['1 begins']))
    const stopped = server.stop()
    await jobs.enqueue(2)
    await stopped
    expect(seen).toEqual(['1 begins', '1 ends'])
    expect(await jobs.jobsLeft()).toBe(1)
  })

  test('that stops puts a job that does not end back into the queue', async () => {
    const server = jobs.serve(() => new Promise(() => {}))
    await jobs.enqueue(1)
    const locked = () => jobs.pool.query('select 1 from graphile_worker.jobs where locked_by is not null')
    await eventually(2_000, async () => expect((await locked()).rowCount).toBe(1))
    const start = performance.now()
    await server.stop()
    expect(performance.now() - start).toBeLessThan(9_000)
    expect((await locked()).rowCount).toBe(0)
    expect(await jobs.jobsLeft()).toBe(1)
  }, 20_000)
})
