import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/database/database.js'
import { inTransaction } from '../../src/database/transaction.js'
import { createDatabase } from '../support/database.js'
import { startDatabaseProxy } from '../support/databaseProxy.js'
import { openPool } from '../support/openPool.js'

test('a connection that is lost during a transaction fails only that transaction, not the process', async () => {
  const { url, drop } = await createDatabase()
  const database = await openDatabase({ connectionString: url, poolSize: 2 })
  onTestFinished(() => database.close().then(drop))
  const lost = inTransaction(database, async (transaction) => {
    const [own] = await transaction.query<{ pid: number }>(sql`select pg_backend_pid() as pid`)
    await database.query(sql`select pg_terminate_backend(${own?.pid}::int)`)
    await sleep(200)
    await transaction.query(sql`select 1`)
  })
  await expect(lost).rejects.toThrow()
  expect(await database.query(sql`select 1 as one`)).toEqual([{ one: 1 }])
})

test('a row that vanished clients locked or waited for is free again after 4 s, however many they were', async () => {
  const { url, drop } = await createDatabase()
  const others = openPool(url)
  const proxy = await startDatabaseProxy(url)
  const database = await openDatabase({ connectionString: proxy.url, poolSize: 10 })
  onTestFinished(async () => {
    await Promise.all([database.close(), others.end()])
    await proxy.close()
    await drop()
  })
  await others.query('create table thing (id text); insert into thing values (1)')
  // Open connections, because the others must begin soon after the first.
  await Promise.all(Array.from({ length: 4 }, () => database.query(sql`select pg_sleep(0.1)`)))
  let vanish = () => {}
  const vanished = new Promise<void>((resolve) => {
    vanish = resolve
  })
  const lock = (onLocked = () => {}) =>
    inTransaction(database, async ({ query }) => {
      await query(sql`select id from thing for update`)
      await sleep(100)
      onLocked()
      await vanished
      await query(sql`select 1`)
    })
  const lost: Promise<void>[] = []
  // These wait for the row in PostgreSQL, and get it in turn when the one before them ends.
  const waiting = () => void lost.push(lock(), lock(), lock())
  lost.push(lock(waiting))
  await expect
    .poll(async () => {
      const { rowCount } = await others.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rowCount
    })
    .toBe(3)
  const ended = Promise.allSettled(lost)
  vanish()
  proxy.setForwarding(false)
  const from = performance.now()
  await others.query('select id from thing for update')
  const waitedMs = performance.now() - from
  expect((await ended).map(({ status }) => status)).toEqual(lost.map(() => 'rejected'))
  expect(waitedMs).toBeLessThan(6_000)
})
