import type pg from 'pg'
import { StartError } from '../lib/startError.js'
import { connect } from './connect.js'
import { MIGRATIONS_DIR, readMigrations } from './migrationFiles.js'
import {
  ensureTable,
  giveUp,
  readRows,
  recordEnd,
  recordStart,
  tryMigrationLock,
} from './prismaMigrations.js'

export interface MigrationState {
  name: string
  /** `unknown`: another version has applied it. */
  state: 'applied' | 'pending' | 'failed' | 'unknown'
  /** Why it failed, if that is known. */
  reason?: string
}

interface Where {
  connectionString: string
  migrationsDir?: string | undefined
}

/** All migrations of this version and of the database, by name. */
export async function migrationStates({ connectionString, migrationsDir }: Where): Promise<MigrationState[]> {
  const client = await connect(connectionString)
  try {
    return await migrationStatesOn(client, migrationsDir)
  } finally {
    await client.end()
  }
}

/** As `migrationStates`, on an open connection. */
export async function migrationStatesOn(
  client: pg.Client,
  migrationsDir = MIGRATIONS_DIR,
): Promise<MigrationState[]> {
  const migrations = await readMigrations(migrationsDir)
  const rows = await readRows(client)
  const names = new Set([...migrations.map(({ name }) => name), ...rows.map((row) => row.migration_name)])
  return [...names].sort().map((name): MigrationState => {
    const of = rows.filter((row) => row.migration_name === name)
    const known = migrations.some((one) => one.name === name)
    if (of.some((row) => row.finished)) return { name, state: known ? 'applied' : 'unknown' }
    const [failed] = of
    if (!failed) return { name, state: 'pending' }
    return { name, state: 'failed', ...(failed.logs && { reason: failed.logs.trim() }) }
  })
}

/**
 * Resolves a failed migration, as `prisma migrate resolve` does. With `rolled-back` the next start applies it again, with
 * `applied` it counts as done.
 * @throws StartError if there is nothing to resolve, or another process is migrating
 */
export async function settleMigration({
  connectionString,
  migrationsDir = MIGRATIONS_DIR,
  name,
  as,
}: Where & { name: string; as: 'applied' | 'rolled-back' }): Promise<void> {
  const migration = (await readMigrations(migrationsDir)).find((one) => one.name === name)
  const client = await connect(connectionString)
  try {
    await client.query('BEGIN')
    if (!(await tryMigrationLock(client, 'transaction')))
      throw new StartError('Another process is migrating this database: wait until it is done.')
    const rows = (await readRows(client)).filter((row) => row.migration_name === name)
    if (rows.some((row) => row.finished))
      throw new StartError(`Migration ${name} is applied: there is nothing to settle.`)
    if (as === 'rolled-back') {
      if (rows.length === 0)
        throw new StartError(`Migration ${name} has not failed here: there is nothing to settle.`)
      await giveUp(client, name)
    } else {
      if (!migration) throw new StartError(`This version has no migration ${name}.`)
      await ensureTable(client)
      await giveUp(client, name)
      await recordEnd(client, await recordStart(client, migration))
    }
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}
