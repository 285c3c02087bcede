import pg from 'pg'
import { indexBuiltBy, isConcurrent, type Migration } from './migrationFiles.js'
import { LOCK_TIMEOUT, type MigrationLog, SteppingBack, stepsBack } from './migrationWaits.js'

/** Runs statements one by one, each in a transaction of its own. All may have run before. */
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
  // Nobody queues behind a concurrent statement: it may wait as long as it takes.
  await client.query(`SET lock_timeout = '${isConcurrent(step) ? '0' : LOCK_TIMEOUT}'`)
  for (;;) {
    try {
      if (index) await dropIfInvalid(client, index)
      await client.query(step)
      return
    } catch (error) {
      if (stepsBack(error)) await steppingBack.pause()
      else {
        // Half an index costs writes and serves no read.
        if (index) await dropIfInvalid(client, index).catch(() => {})
        throw error
      }
    }
  }
}

/** What a broken CREATE INDEX CONCURRENTLY has left. With IF NOT EXISTS the next one would take it for the index. */
async function dropIfInvalid(client: pg.Client, index: string): Promise<void> {
  const { rows } = await client.query(
    'SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid',
    [pg.escapeIdentifier(index)],
  )
  if (rows.length > 0) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${pg.escapeIdentifier(index)}`)
}

/** Names of indexes that migrations built and that PostgreSQL doesn't use, because a build or rebuild broke off. */
export async function invalidIndexes(client: pg.Client, migrations: Migration[]): Promise<string[]> {
  const names = migrations.flatMap(({ steps = [] }) => steps.flatMap((step) => indexBuiltBy(step) ?? []))
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE NOT indisvalid AND relname = ANY ($1) AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`,
    [names],
  )
  return rows.map(({ name }) => name)
}
