import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Migration } from './migrationFiles.js'

/** A migration's record in the database, in the table that Prisma's CLI uses too. */
export interface MigrationRow {
  migration_name: string
  checksum: string
  finished: boolean
  logs: string | null
}

const TABLE = `
  CREATE TABLE "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
  )`

/** Prisma's lock number, so that its CLI and this code wait for each other. */
const LOCK = 72707369

/** Tries to take the migration lock until the end of the transaction or session. It doesn't wait. */
export async function tryMigrationLock(
  client: pg.Client,
  until: 'transaction' | 'session',
): Promise<boolean> {
  const lock = until === 'transaction' ? 'pg_try_advisory_xact_lock' : 'pg_try_advisory_lock'
  const { rows } = await client.query<{ taken: boolean }>(`SELECT ${lock}($1) AS taken`, [LOCK])
  return rows[0]?.taken === true
}

/** Needs the migration lock. */
export async function ensureTable(client: pg.Client): Promise<void> {
  if (!(await hasTable(client))) await client.query(TABLE)
}

/**
 * It reads the catalog. `to_regclass` would ask the session's cache, which can say for the rest of a transaction that there
 * is no such table, though another process has made it.
 */
async function hasTable(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_class WHERE relname = '_prisma_migrations' AND pg_table_is_visible(oid)`,
  )
  return rowCount !== 0
}

/** Without the records that were marked as rolled back (`--resolve … --rolled-back`). */
export async function readRows(client: pg.Client): Promise<MigrationRow[]> {
  if (!(await hasTable(client))) return []
  const { rows } = await client.query<MigrationRow>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, logs
       FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
  )
  return rows
}

/**
 * Marks failed attempts at a migration as rolled back, so that it can be tried again.
 * @returns how many there were
 */
export async function giveUp(client: pg.Client, name: string): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE "_prisma_migrations" SET rolled_back_at = now()
      WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL`,
    [name],
  )
  return rowCount ?? 0
}

/** @returns the record's id, to record the end or the failure later */
export async function recordStart(client: pg.Client, { name, checksum }: Migration): Promise<string> {
  const id = randomUUID()
  await client.query(
    `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at)
     VALUES ($1, $2, $3, clock_timestamp())`,
    [id, checksum, name],
  )
  return id
}

export async function recordEnd(client: pg.Client, id: string): Promise<void> {
  await client.query(
    `UPDATE "_prisma_migrations" SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1`,
    [id],
  )
}

/** The record stays unfinished: by that Prisma knows that the migration failed. */
export async function recordFailure(client: pg.Client, id: string, error: unknown): Promise<void> {
  await client.query('UPDATE "_prisma_migrations" SET logs = $2 WHERE id = $1', [id, String(error)])
}
