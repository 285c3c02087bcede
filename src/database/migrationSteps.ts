import pg from 'pg'
import { indexBuiltBy, isConcurrent, type Migration } from './migrationFiles.js'
import { LOCK_TIMEOUT, type MigrationLog, SteppingBack, stepsBack } from './migrationWaits.js'

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
  const steppingBack = new SteppingBack(log)
  // Nobody has to wait for a concurrent statement, so it may take as long as it needs.
  await client.query(`SET lock_timeout = '${isConcurrent(step) ? '0' : LOCK_TIMEOUT}'`)
  for (;;) {
    try {
      if (index) await dropIfInvalid(client, index)
      await client.query(step)
      return
    } catch (error) {
      if (stepsBack(error)) await steppingBack.pause()
      else {
        // An unfinished index slows writes down and helps no read.
        if (index) await dropIfInvalid(client, index).catch(() => {})
        throw error
      }
    }
  }
}

/** Drops what an interrupted CREATE INDEX CONCURRENTLY has left. IF NOT EXISTS would mistake it for the index. */
async function dropIfInvalid(client: pg.Client, index: string): Promise<void> {
  const { rows } = await client.query(
    'SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid',
    [pg.escapeIdentifier(index)],
  )
  if (rows.length > 0) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${pg.escapeIdentifier(index)}`)
}

/** Names of our indexes that PostgreSQL doesn't use, because they were not built completely. */
export async function invalidIndexes(client: pg.Client, migrations: Migration[]): Promise<string[]> {
  const names = migrations.flatMap(({ steps = [] }) => steps.flatMap((step) => indexBuiltBy(step) ?? []))
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE NOT indisvalid AND relname = ANY ($1) AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`,
    [names],
  )
  return rows.map(({ name }) => name)
}
