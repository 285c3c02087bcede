import { randomUUID } from 'node:crypto'
import type pg from 'pg'

/** One folder of prisma/migrations. */
export interface Migration {
  name: string
  sql: string
  checksum: string
}

/** What a database says of one, in the table that Prisma's CLI keeps as well. */
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

/** Needs the migration lock. */
export async function ensureTable(client: pg.Client): Promise<void> {
  if (!(await hasTable(client))) await client.query(TABLE)
}

async function hasTable(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(`SELECT to_regclass('"_prisma_migrations"') AS found`)
  return rows[0].found !== null
}

/** Without those that were given up (`migrate resolve --rolled-back`). */
export async function readRows(client: pg.Client): Promise<MigrationRow[]> {
  if (!(await hasTable(client))) return []
  const { rows } = await client.query<MigrationRow>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, logs
       FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
  )
  return rows
}

/** @returns the record's id, for its end or failure. */
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

/** It stays unfinished: that is how Prisma knows a failed one. */
export async function recordFailure(client: pg.Client, id: string, error: unknown): Promise<void> {
  await client.query('UPDATE "_prisma_migrations" SET logs = $2 WHERE id = $1', [id, String(error)])
}
