import { setTimeout as delay } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../../src/database/database.js'
import { inTransaction } from '../../src/database/transaction.js'
import { createLog } from '../../src/lib/log.js'
import { readSettings } from '../../src/settings/settings.js'
import { startServer } from '../../src/start/server.js'
import { createDatabase } from '../support/database.js'
import { type DatabaseProxy, startDatabaseProxy } from '../support/databaseProxy.js'
import { APP_URL, ask, authorize, JWT_SECRET } from '../support/testServer.js'

const ANSWER_WITHIN_MS = 1_000
const WAIT = { timeout: 15_000, interval: 100 }

async function newFront(): Promise<DatabaseProxy> {
  const database = await createDatabase()
  const proxy = await startDatabaseProxy(database.url)
  onTestFinished(() => proxy.close().then(() => database.drop()))
  return proxy
}

test('a request that waits for a lost database gets an error, and requests work again once it is back', async () => {
  const proxy = await newFront()
  const settings = readSettings({ PORT: '0', AUTH_JWT_SECRET: JWT_SECRET, LOG_LEVEL: 'silent' })
  const server = await startServer({
    settings,
    log: createLog({ level: 'silent', production: true }),
    connectionString: proxy.url,
    appUrl: APP_URL,
    jwtSecret: undefined,
    mailer: null,
    answerWithinMs: ANSWER_WITHIN_MS,
  })
  onTestFinished(() => server.close())
  const ada = await authorize({ subject: 'ada', email: 'ada@ada.example' })
  const read = () => ask(server.url, ada, '{ orgs { nodes { name } } }')
  const write = (name: string) =>
    ask(server.url, ada, `mutation { createOrg(input: { name: "${name}" }) { __typename } }`)
  const ready = async () => (await fetch(`${server.url}/ready`)).status
  expect((await write('Before')).data.createOrg.__typename).toBe('CreateOrgPayload')
  expect(await ready()).toBe(200)

  proxy.setForwarding(false)
  const from = performance.now()
  const answers = Promise.all([read(), write('During'), read(), write('Meanwhile')])
  expect(await ready()).toBe(503)
  expect(performance.now() - from).toBeLessThan(2_500)
  for (const { errors } of await answers) expect(errors?.[0]?.extensions.code).toBe('UNAVAILABLE')
  expect(performance.now() - from).toBeLessThan(8_000)

  proxy.setForwarding(true)
  await vi.waitFor(async () => expect(await ready()).toBe(200), WAIT)
  expect((await write('After')).data.createOrg.__typename).toBe('CreateOrgPayload')
  expect((await read()).data.orgs.nodes).toEqual([{ name: 'After' }, { name: 'Before' }])
}, 60_000)

test('a connection is dropped if an answer is overdue, but not if it is idle or keeps answering', async () => {
  const proxy = await newFront()
  const database = await openDatabase({ connectionString: proxy.url, poolSize: 6, answerWithinMs: 400 })
  onTestFinished(() => database.close())
  const pids = () => database.query(sql`select pg_backend_pid() as pid`)
  const before = await pids()
  await delay(1_000)
  expect(await pids()).toEqual(before)
  await inTransaction(database, async (transaction) => {
    for (let turn = 0; turn < 10; turn++) await transaction.query(sql`select pg_sleep(0.1)`)
  })
  await expect(database.query(sql`select pg_sleep(5)`)).rejects.toThrow('no answer')
  await expect(database.read('select pg_sleep(5)', [])).rejects.toThrow('no answer')
}, 30_000)
