import type pg from 'pg'
import { StartError } from '../lib/startError.js'
import type { Migration } from './migrationFiles.js'
import type { MigrationRow } from './prismaMigrations.js'

/** The database belongs to another application. Nothing was changed in it. */
class ForeignDatabase extends StartError {
  override readonly name = 'ForeignDatabase'
}

/** A table, view, sequence or type in the schema that would be ours. Those of extensions don't count. */
const FOUND = `
  SELECT name FROM (
    SELECT 'pg_class'::regclass AS catalog, oid, relname AS name, 1 AS turn FROM pg_class
     WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relname <> '_prisma_migrations'
       AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    UNION ALL
    SELECT 'pg_type'::regclass, oid, typname, 2 FROM pg_type
     WHERE typtype IN ('e', 'd') AND typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
  ) AS found
  WHERE NOT EXISTS (
    SELECT 1 FROM pg_depend
     WHERE classid = catalog AND objid = found.oid AND deptype = 'e' AND refclassid = 'pg_extension'::regclass)
  ORDER BY turn, name LIMIT 1`

/**
 * Before the first migration the schema has to be empty. Otherwise two applications would mistake each other's tables and
 * migrations for their own. Needs the migration lock.
 * @throws ForeignDatabase
 */
export async function refuseForeignDatabase(
  client: pg.Client,
  migrations: Migration[],
  history: MigrationRow[],
): Promise<void> {
  const { rows } = await client.query<{ schema: string | null; name: string | null }>(
    `SELECT current_schema() AS schema, (${FOUND}) AS name`,
  )
  const [{ schema = null, name = null } = {}] = rows
  if (schema === null)
    throw new ForeignDatabase('The search_path of DATABASE_URL names no schema that exists: create it first.')
  const stranger = history.find((row) => !migrations.some((one) => one.name === row.migration_name))
  const what = name === null ? stranger && `the migration "${stranger.migration_name}"` : `"${name}"`
  if (what === undefined) return
  throw new ForeignDatabase(
    `DATABASE_URL leads to another application’s database: its schema "${schema}" has ${what} and not Guildhall’s ` +
      'tables. Nothing was changed. Give Guildhall a database of its own, or an empty schema by ' +
      '?options=-c%20search_path%3Dguildhall.',
  )
}
