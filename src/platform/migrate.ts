import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { errorCode } from './errorCode.js'
import { packageRoot } from './packageRoot.js'
import {
  ensureTable,
  type Migration,
  type MigrationRow,
  readRows,
  recordEnd,
  recordFailure,
  recordStart,
} from './prismaMigrations.js'

/** A migration did not go through, now or at an earlier start. `message` says which, why and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** Nobody answers where the database should be, or lets us in. `message` says why, and nothing of a password. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable'
}

/** Longer than that no host takes to answer that is there at all. */
const CONNECT_TIMEOUT_MS = 15_000

/** Prisma's own, so that its CLI and this one wait for each other. */
const LOCK = 72707369
const POLL_MS = 50
const SAY_SO_EVERY_MS = 10_000

/** SQLSTATEs of what time heals: connection, deadlock, resources, lock time-out, shutdown, disk. */
const PASSING = /^(08|40|53|55P03|57|58)/
const NOT_IN_A_TRANSACTION = '25001'

/**
 * Brings a database up to date with `prisma/migrations`, as `prisma migrate deploy` would and with the same
 * bookkeeping. Any number of servers may do so at once: one works, the others wait. Each migration is a
 * transaction with its own record; only what PostgreSQL refuses inside one (CREATE INDEX CONCURRENTLY, alone in
 * its file) runs outside.
 *
 * @param connectionString of a direct connection, or a pool by session or transaction.
 * @returns names of the migrations applied now.
 * @throws DatabaseUnreachable
 * @throws MigrationError where one fails or failed before: until it is resolved, no server starts on half a schema.
 */
export async function migrate(options: {
  connectionString: string
  log: { info(message: string): void; warn(message: string): void }
  migrationsDir?: string
}): Promise<string[]> {
  const { connectionString, log, migrationsDir = join(packageRoot(), 'prisma', 'migrations') } = options
  const migrations = await readMigrations(migrationsDir)
  const client = new pg.Client({
    connectionString,
    application_name: 'guildhall migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  client.on('error', () => {}) // the statement under way rejects as well
  await client.connect().catch((error: Error) => {
    // Of several addresses of one name that all fail, Node says the code alone.
    throw new DatabaseUnreachable(error.message || errorCode(error), { cause: error })
  })
  try {
    for (const oddity of odditiesOf(migrations, await readRows(client))) log.warn(oddity)
    const applied: string[] = []
    for (;;) {
      const name = await applyNext(client, migrations, log)
      if (name === undefined) return applied
      log.info(`migration ${name} applied`)
      applied.push(name)
    }
  } finally {
    await client.end().catch(() => {})
  }
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** What is strange about the history, but no reason to stay down. */
function odditiesOf(migrations: Migration[], rows: MigrationRow[]): string[] {
  return rows
    .filter((row) => row.finished)
    .flatMap(({ migration_name: name, checksum }) => {
      const migration = migrations.find((one) => one.name === name)
      if (!migration)
        return `Migration ${name} of this database is unknown here: a newer version was there before.`
      if (migration.checksum === checksum) return []
      return `Migration ${name} was edited after this database took it: the two may differ.`
    })
}

/** The first migration that the database lacks; undefined where it has them all. */
function nextOf(migrations: Migration[], rows: MigrationRow[]): Migration | undefined {
  return migrations.find(({ name }) => !rows.some((row) => row.finished && row.migration_name === name))
}

/** @returns the name of the migration applied; undefined where there was none left. */
async function applyNext(
  client: pg.Client,
  migrations: Migration[],
  log: { info(message: string): void },
): Promise<string | undefined> {
  // Without the lock first: a database that is up to date, the usual case, is only read.
  const rows = await readRows(client)
  if (!nextOf(migrations, rows) && rows.every((row) => row.finished)) return undefined
  // Polled: a statement that waits for the lock has a snapshot, and CREATE INDEX CONCURRENTLY waits for that.
  for (let waited = 0; ; waited += POLL_MS) {
    const outcome = await tryToApplyNext(client, migrations)
    if (outcome !== 'locked') return outcome.applied
    if (waited % SAY_SO_EVERY_MS === 0) log.info('waiting for another process that migrates this database')
    await sleep(POLL_MS)
  }
}

async function tryToApplyNext(
  client: pg.Client,
  migrations: Migration[],
): Promise<'locked' | { applied: string | undefined }> {
  try {
    // Whatever time-outs the role or the database sets, they are meant for requests.
    await client.query(
      'BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0',
    )
    // The transaction's lock, not the session's: it can't be lost or left behind in a transaction pooler.
    if (!(await take(client, 'pg_try_advisory_xact_lock'))) return 'locked'
    const migration = await nextUnderLock(client, migrations)
    if (migration && !(await applyWithin(client, migration))) return await applyOutside(client, migrations)
    await client.query('COMMIT')
    return { applied: migration?.name }
  } finally {
    await client.query('ROLLBACK').catch(() => {}) // only a warning where it is over already
  }
}

async function nextUnderLock(client: pg.Client, migrations: Migration[]): Promise<Migration | undefined> {
  const rows = await readRows(client)
  const failed = rows.find((row) => !row.finished)
  if (failed) throw failure(failed.migration_name, failed.logs)
  return nextOf(migrations, rows)
}

/** False, with nothing done, where it can't be within a transaction. */
async function applyWithin(client: pg.Client, migration: Migration): Promise<boolean> {
  await ensureTable(client)
  const id = await recordStart(client, migration)
  await client.query('SAVEPOINT migration')
  try {
    await client.query(migration.sql)
  } catch (error) {
    if (errorCode(error) === NOT_IN_A_TRANSACTION) return false
    if (PASSING.test(errorCode(error) ?? '08')) throw error
    await client.query('ROLLBACK TO SAVEPOINT migration')
    await recordFailure(client, id, error)
    await client.query('COMMIT')
    throw failure(migration.name, String(error))
  }
  await recordEnd(client, id)
  return true
}

/** As Prisma does it: the session's lock, and a record that stays unfinished where this is broken off. */
async function applyOutside(
  client: pg.Client,
  migrations: Migration[],
): Promise<'locked' | { applied: string | undefined }> {
  await client.query('ROLLBACK')
  if (!(await take(client, 'pg_try_advisory_lock'))) return 'locked'
  try {
    const migration = await nextUnderLock(client, migrations)
    if (!migration) return { applied: undefined }
    await client.query('SET statement_timeout = 0')
    await ensureTable(client)
    const id = await recordStart(client, migration)
    try {
      await client.query(migration.sql)
    } catch (error) {
      await recordFailure(client, id, error)
      throw failure(migration.name, String(error))
    }
    await recordEnd(client, id)
    return { applied: migration.name }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => {})
  }
}

async function take(client: pg.Client, lock: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(`SELECT ${lock}($1) AS taken`, [LOCK])
  return rows[0]?.taken === true
}

function failure(name: string, logs: string | null): MigrationError {
  return new MigrationError(
    `Migration ${name} failed: ${logs?.trim() || 'it was broken off.'}\n` +
      'The server does not start until that is settled: mend the database or the migration, then run ' +
      `npx prisma migrate resolve --rolled-back ${name} (to have it applied again) or --applied ${name}.`,
  )
}
