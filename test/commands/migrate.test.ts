import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MIGRATIONS_DIR, readMigrations } from '../../src/database/migrationFiles.js'
import { lastMessage, runCli } from '../support/cli.js'
import { createDatabase, type TestDatabase } from '../support/database.js'

vi.setConfig({ testTimeout: 90_000 })

const LAST = (await readMigrations(MIGRATIONS_DIR)).at(-1)?.name ?? ''
let database: TestDatabase
let client: pg.Client

beforeEach(async () => {
  database = await createDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterEach(async () => {
  await client.end()
  await database.drop()
})

/** Runs the command as an operator does. */
const run = (args: string[], { PRELOAD: preload, ...env }: Record<string, string> = {}) =>
  runCli(['migrate', ...args], { DATABASE_URL: database.url, ...env }, preload ? { preload } : {})

/** Leaves the record of a failed migration, as a failed start does. */
const fail = () =>
  client.query(
    `update _prisma_migrations set finished_at = null, logs = 'relation "x" does not exist' where migration_name = $1`,
    [LAST],
  )

test('the migrate command needs only the database’s address, and prints what it has applied', async () => {
  const empty = await createDatabase({ empty: true })
  try {
    const env = { DATABASE_URL: empty.url }
    expect(await run(['--status'], env)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^pending +\S*_init/),
    })
    expect(await run([], env)).toMatchObject({ code: 0, out: expect.stringContaining(LAST) })
    expect(await run([], env)).toMatchObject({ code: 0, out: 'Nothing to apply.\n' })
    const { code, out } = await run(['--status', '--json'], env)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toContainEqual({ name: LAST, state: 'applied' })
  } finally {
    await empty.drop()
  }
})

test('the migrate command resolves a failed migration as the failed start suggests, without development packages', async () => {
  await fail()
  const failed = await run([])
  expect(failed.code).toBe(1)
  const [, args = ''] = /"node dist\/cli\.js migrate ([^"]+)"/.exec(lastMessage(failed.err)) ?? []
  expect(args).toBe(`--resolve ${LAST} --rolled-back`)
  expect(await run(['--status'])).toMatchObject({ code: 1, out: expect.stringContaining(`failed   ${LAST}`) })

  // Makes packages unavailable that `npm prune --omit=dev` removes, except for this test's loader.
  const directory = await mkdtemp(join(tmpdir(), 'guildhall-migrate-'))
  const preload = join(directory, 'preload.mjs')
  const hooks = `export async function resolve(specifier, context, next) {
    if (/schema-engine-wasm|^prisma(\\/|$)/.test(specifier)) throw new Error('not installed: ' + specifier)
    return next(specifier, context)
  }`
  const url = `data:text/javascript,${encodeURIComponent(hooks)}`
  await writeFile(preload, `import { register } from 'node:module'; register(${JSON.stringify(url)})`)
  try {
    expect(await run(args.split(' '), { PRELOAD: preload })).toMatchObject({ code: 0 })
  } finally {
    await rm(directory, { recursive: true })
  }
  const { rows } = await client.query(
    'select rolled_back_at is not null as given_up from _prisma_migrations where migration_name = $1',
    [LAST],
  )
  expect(rows).toEqual([{ given_up: true }])
})

test('the migrate command marks a migration as applied if an operator made its changes by hand', async () => {
  await fail()
  expect(await run(['--resolve', LAST, '--applied'])).toMatchObject({ code: 0 })
  expect(await run(['--status'])).toMatchObject({ code: 0, out: expect.stringContaining(`applied  ${LAST}`) })
})

test.each<[string[], number, RegExp]>([
  [['--resolve', LAST, '--rolled-back'], 1, /nothing to settle/],
  [['--resolve', '29990101000000_unknown', '--applied'], 1, /no migration/],
  [
    ['--resolve', LAST, '--applied', '--rolled-back'],
    2,
    /'--rolled-back' cannot be used with option '--applied'/,
  ],
  [['--resolve', LAST], 2, /--resolve needs --rolled-back or --applied/],
  [['--applied'], 2, /these need --resolve/],
  [['deploy'], 2, /too many arguments/],
])('the migrate command changes nothing if its arguments are wrong: %j', async (args, expected, said) => {
  const rows = async () => (await client.query('select * from _prisma_migrations order by id')).rows
  const before = await rows()
  const { code, err } = await run(args)
  expect([code, err]).toEqual([expected, expect.stringMatching(said)])
  expect(await rows()).toEqual(before)
})

test('the migrate command creates no data directory if there is a DATABASE_URL', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'guildhall-migrate-'))
  const dataDir = join(directory, 'data')
  await run(['--status'], { DATA_DIR: dataDir })
  expect(existsSync(dataDir)).toBe(false)
  await rm(directory, { recursive: true })
})
