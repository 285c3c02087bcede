import { parseArgs } from 'node:util'
import { migrate } from '../database/migrate.js'
import { type MigrationState, migrationStates, settleMigration } from '../database/settleMigration.js'
import type { Log } from '../lib/log.js'
import { StartError } from '../lib/startError.js'
import type { Settings } from '../settings/settings.js'
import { openPostgres } from '../start/process.js'

const USAGE = `migrate                                    applies the migrations that the database lacks, and exits
migrate --status [--json]                  lists all migrations as applied, pending or failed; exit code 0 if all are applied
migrate --resolve NAME --rolled-back       marks a failed migration as rolled back: the next start applies it again
migrate --resolve NAME --applied           marks a failed migration as applied, after you have made its changes by hand`

/**
 * The command `migrate`. It applies migrations like a start of the server, lists their states, or marks a failed one as
 * applied or rolled back.
 * @returns the exit code: 0 only if the database is up to date
 * @throws StartError
 */
export async function migrateCommand(args: readonly string[], settings: Settings, log: Log): Promise<number> {
  const act = actOf(args)
  const postgres = await openPostgres(settings, log, { isStopping: () => true })
  try {
    return await act(postgres.connectionString, log)
  } finally {
    await postgres.stop()
  }
}

type Act = (connectionString: string, log: Log) => Promise<number>

function actOf(args: readonly string[]): Act {
  const { resolve: name, ...is } = optionsOf(args)
  if (is.help) return async () => print(USAGE)
  if (is.status && name === undefined) return (connectionString) => status(connectionString, is.json)
  if (name !== undefined && !is.status && is.applied !== is['rolled-back'])
    return async (connectionString) => {
      await settleMigration({ connectionString, name, as: is.applied ? 'applied' : 'rolled-back' })
      return print(`Migration ${name} is marked as ${is.applied ? 'applied' : 'rolled back'}.`)
    }
  if (args.length > 0) throw new StartError(`Unknown arguments. Usage:\n${USAGE}`)
  return async (connectionString, log) => {
    const applied = await migrate({ connectionString, log })
    return print(applied.length === 0 ? 'Nothing to apply.' : `Applied: ${applied.join(', ')}.`)
  }
}

function optionsOf(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const
  const options = {
    resolve: { type: 'string' },
    applied: flag,
    'rolled-back': flag,
    status: flag,
    json: flag,
    help: flag,
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n${USAGE}`)
  }
}

async function status(connectionString: string, json: boolean): Promise<number> {
  const states = await migrationStates({ connectionString })
  print(json ? JSON.stringify(states) : states.map(inWords).join('\n'))
  return states.every(({ state }) => state === 'applied' || state === 'unknown') ? 0 : 1
}

const inWords = ({ name, state, reason }: MigrationState) =>
  `${state.padEnd(8)} ${name}${reason === undefined ? '' : `\n           ${reason}`}`

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}
