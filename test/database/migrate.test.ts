import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MigrationError, migrate } from '../../src/database/migrate.js'
import { ensureTable, readRows, recordStart } from '../../src/database/prismaMigrations.js'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { createDatabase, type TestDatabase } from '../support/database.js'

let database: TestDatabase
let client: pg.Client
/** A copy of prisma/migrations that tests add to. */
let migrationsDir: string
let said: string[]

const log = { info() {}, warn: (message: string) => void said.push(message) }
/** Names of the shipped migrations. */
const ours = (await readdir(join(packageRoot(), 'prisma/migrations')))
  .filter((name) => /^\d/.test(name))
  .sort()

// Prisma's CLI takes seconds each time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

beforeEach(async () => {
  said = []
  database = await createDatabase({ empty: true })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  migrationsDir = join(await mkdtemp(join(tmpdir(), 'guildhall-migrate-')), 'migrations')
  await cp(join(packageRoot(), 'prisma/migrations'), migrationsDir, { recursive: true })
})
afterEach(async () => {
  await client.end()
  await database.drop()
  await rm(join(migrationsDir, '..'), { recursive: true })
})

const run = () => migrate({ connectionString: database.url, log, migrationsDir })

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(migrationsDir, name), { recursive: true })
  await writeFile(join(migrationsDir, name, 'migration.sql'), sql)
}

async function rows(statement: string): Promise<unknown[]> {
  return (await client.query({ text: statement, rowMode: 'array' })).rows.map(([value]) => value)
}

/** Runs Prisma's own CLI on the same migrations. Returns its exit code and output. */
async function prisma(...args: string[]): Promise<{ code: number; said: string }> {
  const config = join(migrationsDir, '..', 'prisma.config.mjs')
  const schema = join(packageRoot(), 'prisma/schema.prisma')
  const content = { schema, migrations: { path: migrationsDir }, datasource: { url: database.url } }
  await writeFile(config, `export default ${JSON.stringify(content)}`)
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js')
  const engine = join(packageRoot(), 'prisma/schema-engine.mjs')
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, 'migrate', ...args, '--config', config],
      {
        cwd: packageRoot(),
        env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: engine, CHECKPOINT_DISABLE: '1' },
      },
      (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), said: stripVTControlCharacters(stdout + stderr) }),
    )
  })
}

test('servers that start at once on an empty database all succeed, and each migration is applied once', async () => {
  await addMigration('29990101000000_more', 'create table more (n int)')
  const applied = await Promise.all([run(), run(), run(), run()])
  expect(applied.flat().sort()).toEqual([...ours, '29990101000000_more'])
  expect(await rows('select migration_name from _prisma_migrations order by 1')).toEqual(
    applied.flat().sort(),
  )
})

test('a start finds the shipped migrations, and the next start has nothing to do', async () => {
  expect(await migrate({ connectionString: database.url, log })).toEqual(ours)
  expect(await migrate({ connectionString: database.url, log })).toEqual([])
})

test('prisma migrate recognises what a start has applied', async () => {
  expect((await prisma('status')).code).toBe(1)
  await run()
  expect(await prisma('status')).toMatchObject({ code: 0, said: expect.stringContaining('up to date') })
  expect(await prisma('deploy')).toMatchObject({
    code: 0,
    said: expect.stringContaining('No pending migrations'),
  })
})

test('a start recognises what prisma migrate deploy has applied, recorded in the same form', async () => {
  expect(await prisma('deploy')).toMatchObject({ code: 0, said: expect.stringContaining(ours[0] ?? '') })
  expect(await run()).toEqual([])
  expect(said).toEqual([])

  const record = `select migration_name || checksum || applied_steps_count || coalesce(logs, '') ||
    (finished_at >= started_at) || (rolled_back_at is null) from _prisma_migrations order by migration_name`
  const byPrisma = await rows(record)
  await client.query('drop schema public cascade; create schema public')
  await run()
  expect(await rows(record)).toEqual(byPrisma)
})

test('the migrations produce exactly the schema of schema.prisma', async () => {
  await run()
  const toSchema = ['--to-schema', join(packageRoot(), 'prisma/schema.prisma'), '--exit-code']
  for (const from of [['--from-migrations', migrationsDir], ['--from-config-datasource']])
    expect(await prisma('diff', ...from, ...toSchema)).toMatchObject({
      code: 0,
      said: expect.stringContaining('No difference detected'),
    })
  await client.query('alter table org add column surplus int')
  expect(await prisma('diff', '--from-config-datasource', ...toSchema)).toMatchObject({
    code: 2,
    said: expect.stringContaining('surplus'),
  })
})

test('a migration that fails leaves no changes, and its version does not start until it is resolved', async () => {
  await addMigration('29990101000000_bad', 'create table half (n int); select * from missing')
  await expect(run()).rejects.toThrow(MigrationError)
  expect(await rows(`select to_regclass('half')`)).toEqual([null])
  expect(await rows('select 1 from org')).toEqual([])

  // The cause is gone, but the failure is not resolved yet.
  await client.query('create table missing (n int)')
  await expect(run()).rejects.toThrow(
    /29990101000000_bad failed: .*"missing" does not exist.*migrate --resolve 29990101000000_bad --rolled-back/s,
  )
  expect((await prisma('deploy')).said).toContain('P3009')

  expect(await prisma('resolve', '--rolled-back', '29990101000000_bad')).toMatchObject({ code: 0 })
  expect(await run()).toEqual(['29990101000000_bad'])
})

test('the previous version still starts beside a failed migration, and reports it', async () => {
  await addMigration('29990101000000_bad', 'select nonsense')
  await expect(run()).rejects.toThrow(MigrationError)
  await rm(join(migrationsDir, '29990101000000_bad'), { recursive: true })
  expect(await run()).toEqual([])
  expect(said).toEqual([expect.stringMatching(/29990101000000_bad of another version failed/)])
})

test('a failed migration that was fixed is applied at the next start', async () => {
  await addMigration('29990101000000_bad', 'create table half (n int); select nonsense')
  await expect(run()).rejects.toThrow(MigrationError)
  await addMigration('29990101000000_bad', 'create table half (n int)')
  expect(await run()).toEqual(['29990101000000_bad'])
  expect(await prisma('status')).toMatchObject({ code: 0 })
})

test('a migration that failed for a passing reason is tried again at the next start', async () => {
  await run()
  await addMigration('29990101000000_unlucky', "do $$ begin raise 'full' using errcode = '53100'; end $$")
  await expect(run()).rejects.toThrow('full')
  await addMigration('29990101000000_unlucky', 'create table lucky (n int)')
  expect(await run()).toEqual(['29990101000000_unlucky'])
})

test('an applied migration that was edited or is unknown is reported and does not stop a start', async () => {
  await addMigration('29990101000000_edited', 'create table a (n int)')
  await addMigration('29990102000000_newer', 'create table b (n int)')
  await run()
  await addMigration('29990101000000_edited', 'create table a (n bigint)')
  await rm(join(migrationsDir, '29990102000000_newer'), { recursive: true })
  await addMigration('29990103000000_next', 'create table c (n int)')
  expect(await run()).toEqual(['29990103000000_next'])
  expect(said).toEqual([
    expect.stringMatching(/29990101000000_edited was edited/),
    expect.stringMatching(/29990102000000_newer .* unknown here/),
  ])
})

test('a process that gets the lock after another one sees what that one has applied', async () => {
  const other = new pg.Client({ connectionString: database.url })
  await other.connect()
  try {
    expect(await readRows(client)).toEqual([])
    await client.query('begin')
    await ensureTable(other)
    await recordStart(other, { name: 'first', checksum: 'x', sql: '' })
    expect(await readRows(client)).toHaveLength(1)
    await client.query('rollback')
  } finally {
    // Before the database is dropped.
    await other.end()
  }
})

test('a migration that runs beside reads and writes is applied outside a transaction, once, however many servers start', async () => {
  await addMigration('29990101000000_index', 'create index concurrently by_tier on org (tier)')
  const applied = await Promise.all([run(), run(), run(), run()])
  expect(applied.flat().sort()).toEqual([...ours, '29990101000000_index'])
  expect(await rows(`select indisvalid from pg_index where indexrelid = 'by_tier'::regclass`)).toEqual([true])
  expect(await prisma('status')).toMatchObject({ code: 0 })
})

test('a server that starts during such a migration waits for its end', async () => {
  await run()
  await addMigration('29990101000000_index', 'create index concurrently by_tier on org (tier)')
  await client.query('begin; lock table org in row exclusive mode') // The index waits for this transaction.
  const started = run()
  await vi.waitFor(async () =>
    expect(await rows('select 1 from _prisma_migrations')).toHaveLength(ours.length + 1),
  )
  const second = run()
  await sleep(300)
  await client.query('rollback')
  expect(await Promise.all([started, second])).toEqual([['29990101000000_index'], []])
})

test('such a migration is recorded as failed if it fails', async () => {
  await addMigration('29990101000000_index', 'create index concurrently by_tier on org (nonsense)')
  await expect(run()).rejects.toThrow(/29990101000000_index failed: .*"nonsense" does not exist/)
  await expect(run()).rejects.toThrow(/29990101000000_index failed: .*"nonsense" does not exist/)
})

test('an invalid index left by an interrupted build is built again', async () => {
  await run()
  await addMigration('29990101000000_index', 'create unique index concurrently if not exists once on dup (n)')
  await client.query('create table dup as select 1 as n from generate_series(1, 2)')
  await expect(client.query('create unique index concurrently once on dup (n)')).rejects.toThrow(
    'unique index',
  )
  const valid = `select indisvalid from pg_index where indexrelid = to_regclass('once')`
  expect(await rows(valid)).toEqual([false])
  await client.query('truncate dup')
  // The process was killed during the migration, so it has a start but no end and no error.
  await client.query(`insert into _prisma_migrations (id, checksum, migration_name)
    values ('x', '${createHash('sha256').update('create unique index concurrently if not exists once on dup (n)').digest('hex')}', '29990101000000_index')`)
  expect(await run()).toEqual(['29990101000000_index'])
  expect(await rows(valid)).toEqual([true])
  expect(await prisma('status')).toMatchObject({ code: 0 })
})

test('an index whose build fails is dropped, so that it does not slow down writes', async () => {
  await run()
  await client.query('create table dup as select 1 as n from generate_series(1, 2)')
  await addMigration('29990101000000_index', 'create unique index concurrently if not exists once on dup (n)')
  await expect(run()).rejects.toThrow(/29990101000000_index failed: .*could not create unique index/)
  expect(await rows(`select to_regclass('once')`)).toEqual([null])
})

test('an index that a later rebuild left invalid is reported', async () => {
  await addMigration('29990101000000_index', 'create index concurrently if not exists by_tier on org (tier)')
  await run()
  await client.query(`update pg_index set indisvalid = false where indexrelid = 'by_tier'::regclass`)
  expect(await run()).toEqual([])
  expect(said).toEqual([expect.stringMatching(/by_tier is invalid/)])
})

test('the statements for a live database have the same result as the migration', async () => {
  const definitions = `select indexdef from pg_indexes where schemaname = 'public' order by indexname`
  await run()
  const online = await rows(definitions)
  const copies = await readdir(migrationsDir, { recursive: true })
  for (const file of copies.filter((name) => name.endsWith('online.sql'))) await rm(join(migrationsDir, file))
  await client.query('drop schema public cascade; create schema public')
  await run()
  expect(await rows(definitions)).toEqual(online)
})

test('a start waits while another process, such as the CLI, holds the migration lock', async () => {
  await client.query('select pg_advisory_lock(72707369)')
  const waiting = run()
  await sleep(300)
  expect(await rows(`select to_regclass('org')`)).toEqual([null])
  await client.query('select pg_advisory_unlock(72707369)')
  expect(await waiting).toEqual(ours)
})

test('a migration ignores the timeouts of the role and the database', async () => {
  const [name] = await rows('select current_database()')
  await client.query(`alter database ${name} set statement_timeout = '100ms'`)
  await addMigration('29990101000000_slow', 'select pg_sleep(0.3)')
  expect(await run()).toContain('29990101000000_slow')
})
