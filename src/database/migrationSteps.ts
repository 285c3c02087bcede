import pg from 'pg'
import { indexBuiltBy, isConcurrent, type Migration } from './migrationFiles.js'
import { isLockConflict, LOCK_TIMEOUT, LockBackOff, type MigrationLog } from './migrationWaits.js'

/** Runs statements one by one, each in its own transaction. Each of them may have run before. */
export async function runSteps(
  client: pg.Client,
  steps: readonly string[],
  log: MigrationLog,
): Promise<void> {
  for (const step of steps) await runStep(client, step, log)
}

async function runStep(client: pg.Client, step: string, log: MigrationLog): Promise<void> {
  const index = indexBuiltBy(step)
  const backOff = new LockBackOff(log)
  // A concurrent statement blocks no other session, so it may wait for its lock as long as it needs.
  await client.query(`SET lock_timeout = '${isConcurrent(step) ? '0' : LOCK_TIMEOUT}'`)
  for (;;) {
    try {
      if (index) await dropIfInvalid(client, index)
      await client.query(step)
      return
    } catch (error) {
      if (isLockConflict(error)) await backOff.pause()
      else {
        // An unfinished index slows down writes, and no read uses it.
        if (index) await dropIfInvalid(client, index).catch(() => {})
        throw error
      }
    }
  }
}

/**
 * Drops the invalid index that an interrupted CREATE INDEX CONCURRENTLY leaves. Otherwise IF NOT EXISTS would accept
 * it.
 */
async function dropIfInvalid(client: pg.Client, index: string): Promise<void> {
  const { rows } = await client.query(
    'SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid',
    [pg.escapeIdentifier(index)],
  )
  if (rows.length > 0) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${pg.escapeIdentifier(index)}`)
}

/**
 * Names of the migrations' indexes that are invalid: PostgreSQL does not use them, because they were not built
 * completely.
 */
export async function invalidIndexes(client: pg.Client, migrations: Migration[]): Promise<string[]> {
  const names = migrations.flatMap(({ steps = [] }) => steps.flatMap((step) => indexBuiltBy(step) ?? []))
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE NOT indisvalid AND relname = ANY ($1) AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`,
    [names],
  )
  return rows.map(({ name }) => name)
}
