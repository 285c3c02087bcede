import { migrate } from '../database/migrate.js'
import { type MigrationState, migrationStates, settleMigration } from '../database/settleMigration.js'
import { openPostgres } from '../start/process.js'
import { type Given, print } from './run.js'

/** Applies the migrations that the database lacks. */
export async function applyMigrations(given: Given): Promise<number> {
  const { log, progress, json } = given
  return onDatabase(given, async (connectionString) => {
    const applied = await migrate({
      connectionString,
      log,
      onBegin: (name) => progress.show(`Applying ${name} …`),
    })
    progress.end()
    if (json) print(JSON.stringify({ applied }))
    else print(applied.length === 0 ? 'Nothing to apply.' : `Applied: ${applied.join(', ')}.`)
    return 0
  })
}

/**
 * Lists all migrations with their states.
 * @returns 0 only if none is missing
 */
export async function printMigrations(given: Given): Promise<number> {
  const states = await onDatabase(given, (connectionString) => migrationStates({ connectionString }))
  print(given.json ? JSON.stringify(states) : states.map(inWords).join('\n'))
  return states.every(({ state }) => state === 'applied' || state === 'unknown') ? 0 : 1
}

/** Marks a failed migration. */
export async function resolveMigration(
  given: Given,
  name: string,
  as: 'applied' | 'rolled-back',
): Promise<number> {
  await onDatabase(given, (connectionString) => settleMigration({ connectionString, name, as }))
  if (given.json) print(JSON.stringify({ name, state: as }))
  else print(`Migration ${name} is marked as ${as === 'applied' ? 'applied' : 'rolled back'}.`)
  return 0
}

async function onDatabase<T>(
  { settings, log }: Given,
  act: (connectionString: string) => Promise<T>,
): Promise<T> {
  const postgres = await openPostgres(settings, log, { isStopping: () => true })
  try {
    return await act(postgres.connectionString)
  } finally {
    await postgres.stop()
  }
}

const inWords = ({ name, state, reason }: MigrationState) =>
  `${state.padEnd(8)} ${name}${reason === undefined ? '' : `\n           ${reason}`}`
