import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { StartError } from '../lib/startError.js'
import { connect } from './connect.js'
import { refuseForeignDatabase } from './foreignDatabase.js'
import { MIGRATIONS_DIR, type Migration, readMigrations } from './migrationFiles.js'
import { invalidIndexes, runSteps } from './migrationSteps.js'
import {
  isLockConflict,
  isTemporary,
  LOCK_TIMEOUT,
  LockBackOff,
  type MigrationLog,
} from './migrationWaits.js'
import {
  ensureTable,
  giveUp,
  type MigrationRow,
  readRows,
  recordEnd,
  recordFailure,
  recordStart,
  tryMigrationLock,
} from './prismaMigrations.js'
import { requireSessions } from './requireSessions.js'

/** A migration failed, now or at an earlier start. `message` says which one, why, and what to do. */
export class MigrationError extends StartError {
  override readonly name = 'MigrationError'
}

const POLL_MS = 50
const SAY_SO_EVERY_MS = 10_000

/** `again`: another process was faster, or the database has changed in the meantime. */
type Outcome = 'locked' | 'lock conflict' | 'again' | { applied: string | undefined }

/**
 * Applies the missing migrations of `prisma/migrations` and records them as `prisma migrate deploy` does. Several servers
 * may do so at once: one works and the others wait. Servers of the previous version can go on serving: no migration makes
 * them wait for its locks longer than `LOCK_TIMEOUT_MS`.
 *
 * A migration is one transaction together with its record, or statements that run one by one, if its files say so.
 *
 * @param options.connectionString a direct connection, or a pooler that gives each client a whole session
 * @returns names of the migrations that were applied now
 * @throws DatabaseUnreachable, TransactionPooler, ForeignDatabase
 * @throws MigrationError if a migration fails, or failed before and has not changed since
 */
export async function migrate(options: {
  connectionString: string
  log: MigrationLog
  migrationsDir?: string
  /** Called before a migration is tried. */
  onBegin?: (name: string) => void
}): Promise<string[]> {
  const { connectionString, log, migrationsDir = MIGRATIONS_DIR, onBegin = () => {} } = options
  const migrations = await readMigrations(migrationsDir)
  const client = await connect(connectionString)
  try {
    await requireSessions(client, connectionString)
    const rows = await readRows(client)
    const isEmpty = nextOf(migrations, rows) === migrations[0]
    if (!isEmpty) for (const warning of historyWarnings(migrations, rows)) log.warn(warning)
    const applied: string[] = []
    for (;;) {
      const name = await applyNext(client, migrations, log, onBegin)
      if (name === undefined) break
      if (!isEmpty) log.info(`migration ${name} applied`)
      applied.push(name)
    }
    if (isEmpty && applied.length > 0) log.info(`${applied.length} migrations applied to an empty database`)
    for (const index of await invalidIndexes(client, migrations))
      log.warn(
        `The index ${index} is invalid and slows writes for nothing: REINDEX INDEX CONCURRENTLY "${index}"`,
      )
    return applied
  } finally {
    await client.end().catch(() => {})
  }
}

/** Warnings about the migration history that do not prevent a start. */
function historyWarnings(migrations: Migration[], rows: MigrationRow[]): string[] {
  return rows.flatMap(({ migration_name: name, checksum, finished }) => {
    const migration = migrations.find((one) => one.name === name)
    if (!migration && !finished)
      return `Migration ${name} of another version failed on this database or is still running. This version doesn’t need it.`
    if (!migration)
      return `Migration ${name} of this database is unknown here: a newer version was there before.`
    if (!finished || migration.checksum === checksum) return []
    return `Migration ${name} was edited after this database took it: the two may differ.`
  })
}

/** The first migration that the database lacks. Undefined if it has all. */
function nextOf(migrations: Migration[], rows: MigrationRow[]): Migration | undefined {
  return migrations.find(({ name }) => !rows.some((row) => row.finished && row.migration_name === name))
}

/** @returns the name of the applied migration, or undefined if none was left */
async function applyNext(
  client: pg.Client,
  migrations: Migration[],
  log: MigrationLog,
  onBegin: (name: string) => void,
): Promise<string | undefined> {
  // First without the lock: usually the database is up to date, and then it is only read.
  const next = nextOf(migrations, await readRows(client))
  if (!next) return undefined
  onBegin(next.name)
  const backOff = new LockBackOff(log)
  // Polled, because a statement that waits for the lock holds a snapshot, and CREATE INDEX CONCURRENTLY waits for it.
  for (let waited = 0; ; ) {
    const outcome = await tryToApplyNext(client, migrations, log)
    if (typeof outcome === 'object') return outcome.applied
    if (outcome === 'lock conflict') await backOff.pause()
    if (outcome !== 'locked') continue
    if (waited % SAY_SO_EVERY_MS === 0) log.info('waiting for another process that migrates this database')
    await sleep(POLL_MS)
    waited += POLL_MS
  }
}

async function tryToApplyNext(
  client: pg.Client,
  migrations: Migration[],
  log: MigrationLog,
): Promise<Outcome> {
  try {
    // Time-outs that are set for the role or the database are meant for requests.
    await client.query(
      `BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
       SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`,
    )
    if (!(await tryMigrationLock(client, 'transaction'))) return 'locked'
    const migration = await nextUnderLock(client, migrations)
    if (!migration) return { applied: undefined }
    if (migration.steps) {
      await client.query('ROLLBACK')
      return await applySteps(client, migrations, log)
    }
    return await applyWhole(client, migration)
  } finally {
    await client.query('ROLLBACK').catch(() => {}) // if the transaction has already ended, this is only a warning
  }
}

/** @throws MigrationError if one of our migrations failed and can't simply be run again */
async function nextUnderLock(client: pg.Client, migrations: Migration[]): Promise<Migration | undefined> {
  const rows = await readRows(client)
  const next = nextOf(migrations, rows)
  if (next === undefined) return undefined
  // The database has nothing of ours yet, so everything in it belongs to another application.
  if (next === migrations[0]) await refuseForeignDatabase(client, migrations, rows)
  for (const row of rows) {
    const migration = migrations.find(({ name }) => name === row.migration_name)
    if (migration && !row.finished && !canRunAgain(migration, row))
      throw failure(row.migration_name, row.logs)
  }
  return next
}

/**
 * A failed transaction leaves nothing behind, so a migration that was corrected since is simply run again. So are steps
 * that were interrupted without an error. The same text would fail again, and hold locks while it runs.
 */
function canRunAgain(migration: Migration, row: MigrationRow): boolean {
  return row.checksum !== migration.checksum || (migration.steps !== undefined && !row.logs)
}

/** Runs in the open transaction and ends it. */
async function applyWhole(client: pg.Client, migration: Migration): Promise<Outcome> {
  await ensureTable(client)
  await giveUp(client, migration.name)
  const id = await recordStart(client, migration)
  await client.query('SAVEPOINT migration')
  try {
    await client.query(migration.sql)
  } catch (error) {
    if (isLockConflict(error)) return 'lock conflict'
    if (isTemporary(error)) throw error
    await client.query('ROLLBACK TO SAVEPOINT migration')
    await recordFailure(client, id, error)
    await client.query('COMMIT')
    throw failure(migration.name, String(error))
  }
  await recordEnd(client, id)
  await client.query('COMMIT')
  return { applied: migration.name }
}

/** As Prisma does: with a lock of the session, and a record that stays unfinished if this is interrupted. */
async function applySteps(client: pg.Client, migrations: Migration[], log: MigrationLog): Promise<Outcome> {
  if (!(await tryMigrationLock(client, 'session'))) return 'locked'
  try {
    const migration = await nextUnderLock(client, migrations)
    if (!migration?.steps) return 'again'
    await client.query('SET statement_timeout = 0')
    await ensureTable(client)
    await giveUp(client, migration.name)
    const id = await recordStart(client, migration)
    try {
      await runSteps(client, migration.steps, log)
    } catch (error) {
      if (isTemporary(error)) throw error
      await recordFailure(client, id, error)
      throw failure(migration.name, String(error))
    }
    await recordEnd(client, id)
    return { applied: migration.name }
  } finally {
    await client.query('SELECT pg_advisory_unlock_all(); RESET ALL').catch(() => {})
  }
}

function failure(name: string, logs: string | null): MigrationError {
  return new MigrationError(
    `Migration ${name} failed: ${logs?.trim() || 'it was broken off.'}\n` +
      'Servers of this version don’t start until that is settled; those of the version before do. Mend what it ' +
      `stumbled over, then run "node dist/cli.js migrate --resolve ${name} --rolled-back" to have it applied again, ` +
      'or the same with --applied if you have made its changes by hand.',
  )
}
