import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/database/database.js'
import { inTransaction } from '../../src/database/transaction.js'
import { createDatabase } from '../support/database.js'

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
