import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate.js'
import { createDatabase, type TestDatabase } from '../support/database.js'

let database: TestDatabase
let client: pg.Client
let said: string[]

beforeEach(async () => {
  said = []
  database = await createDatabase({ empty: true })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterEach(async () => {
  await client.end()
  await database.drop()
})

const log = { info: (line: string) => void said.push(line), warn: (line: string) => void said.push(line) }
const run = (url = database.url) => migrate({ connectionString: url, log })

/** Returns all objects in the database and the content of Prisma's table. */
async function contents(): Promise<unknown> {
  const { rows } = await client.query(`select nspname, relname from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace where nspname !~ '^pg_|^information' order by 1, 2`)
  const history = rows.some(({ relname }) => relname === '_prisma_migrations')
  return { rows, history: history && (await client.query('select * from _prisma_migrations')).rows }
}

const HISTORY = `create table _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null,
  finished_at timestamptz, migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
  started_at timestamptz not null default now(), applied_steps_count int not null default 0)`
const FOREIGN = `insert into _prisma_migrations (id, checksum, migration_name, finished_at)
  values ('a', 'b', '20200101000000_shop', now())`

test.each([
  ['a table with one of our names', 'create table "user" (n int)'],
  ['a table with another name', 'create table customer (n int)'],
  ['only a type', `create type "OrgStatus" as enum ('A')`],
  ['only a view', 'create view seen as select 1 as n'],
  ['another migration history', `${HISTORY}; ${FOREIGN}`],
  ['another migration history and a table', `${HISTORY}; ${FOREIGN}; create table customer (n int)`],
  [
    'a failed start of Guildhall',
    `${HISTORY}; ${FOREIGN}; create table "user" (n int);
     insert into _prisma_migrations (id, checksum, migration_name) values ('c', 'd', '20261121000000_init')`,
  ],
])('a database of another application is refused and not changed: %s', async (_, sql) => {
  await client.query(sql)
  const before = await contents()
  await expect(run()).rejects.toThrow(
    /^DATABASE_URL leads to another application’s database.*Nothing was changed/,
  )
  expect(await contents()).toEqual(before)
  expect(said).toEqual([])
})

test('an empty schema beside another application’s is used', async () => {
  await client.query('create table "user" (n int); create schema guildhall')
  const url = `${database.url}?options=-c%20search_path%3Dguildhall`
  expect(await run(url)).not.toEqual([])
  expect(await run(url)).toEqual([])
  expect((await client.query(`select to_regclass('guildhall.org') as org`)).rows).not.toEqual([{ org: null }])
})

test('a search_path that names no schema is reported', async () => {
  await expect(run(`${database.url}?options=-c%20search_path%3Dmissing`)).rejects.toThrow(/search_path/)
})

test('tables of extensions do not count as another application’s', async () => {
  await client.query('create extension pg_stat_statements')
  expect(await run()).not.toEqual([])
})
