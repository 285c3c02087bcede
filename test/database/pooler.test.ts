import pg from 'pg'
import sql from 'sql-template-tag'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/database/migrate.js'
import { createLog } from '../../src/lib/log.js'
import { readSettings } from '../../src/settings/settings.js'
import { startServer } from '../../src/start/server.js'
import { createDatabase } from '../support/database.js'
import { startDatabaseProxy } from '../support/databaseProxy.js'
import { APP_URL, JWT_SECRET } from '../support/testServer.js'
import { transactionPooler } from '../support/transactionPooler.js'

/** The startup parameters that PgBouncer accepts by default. */
const TAKEN = new Set(['user', 'database', 'application_name', 'client_encoding'])

/** Returns PostgreSQL's `FATAL` message if a startup packet has another parameter. */
function refuseOthers(startup: Buffer): Buffer | undefined {
  const words = startup.subarray(8).toString().split('\0')
  const other = words.find((word, index) => index % 2 === 0 && word !== '' && !TAKEN.has(word))
  if (other === undefined) return undefined
  const text = `SFATAL\0C08P01\0Munsupported startup parameter: ${other}\0\0`
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(4 + text.length, 1)
  return Buffer.concat([head, Buffer.from(text)])
}

test('a pooler that refuses startup settings is usable, and the settings still apply', async () => {
  const { url, drop } = await createDatabase()
  const proxy = await startDatabaseProxy(url, refuseOthers)
  const server = await startServer({
    settings: readSettings({ PORT: '0', AUTH_JWT_SECRET: JWT_SECRET, LOG_LEVEL: 'silent' }),
    log: createLog({ level: 'silent', production: true }),
    connectionString: proxy.url,
    appUrl: APP_URL,
    jwtSecret: undefined,
    mailer: null,
  })
  onTestFinished(() => server.close().then(proxy.close).then(drop))
  const { database } = server.app
  const held = `select current_setting('statement_timeout') as timeout,
    current_setting('idle_in_transaction_session_timeout') as idle,
    current_setting('plan_cache_mode') as plans, current_setting('random_page_cost') as page`
  const expected = { timeout: '3500ms', idle: '4s', plans: 'force_generic_plan', page: '1.1' }
  const many = Array.from({ length: 20 }, () => database.query(sql([held] as never)))
  for (const rows of await Promise.all(many)) expect(rows).toEqual([expected])
  const reads = Array.from({ length: 20 }, () => database.read(held, []))
  for (const rows of await Promise.all(reads)) expect(rows).toEqual([Object.values(expected)])
})

test('a pooler that shares sessions between transactions is refused at the start, with the remedy', async () => {
  const { url, drop } = await createDatabase({ empty: true })
  const pooler = await transactionPooler(url)
  onTestFinished(() => pooler.close().then(drop))
  const log = { info() {}, warn() {} }
  await expect(migrate({ connectionString: pooler.url, log })).rejects.toThrow(
    /DATABASE_URL leads to a pooler .* pool_mode = session/,
  )
  // Other clients are active, so that the next transaction may get any session.
  const others = [1, 2, 3].map(() => new pg.Client({ connectionString: pooler.url }))
  for (const other of others) await other.connect()
  await Promise.all(others.map((other) => other.query('select pg_sleep(0.05)')))
  for (let round = 0; round < 5; round++)
    await expect(migrate({ connectionString: pooler.url, log })).rejects.toThrow(/pooler/)
  for (const other of others) await other.end()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  expect((await client.query(`select to_regclass('_prisma_migrations') as found`)).rows).toEqual([
    { found: null },
  ])
  await client.end()
})
