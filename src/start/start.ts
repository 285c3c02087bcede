import cluster from 'node:cluster'
import { EmbeddedPostgresError } from '@guildhall/embedded-postgres'
import { pino } from 'pino'
import { errorCode } from '../lib/errorCode.js'
import { createLog, type Log } from '../lib/log.js'
import { logProcess } from '../lib/logProcess.js'
import { StartError } from '../lib/startError.js'
import { BadSettings, readSettings, type Settings } from '../settings/settings.js'
import { likelyTypos } from '../settings/typos.js'
import { doubtsOf } from './startLine.js'

type Env = NodeJS.ProcessEnv

/** The demo's people invite one another all day. */
const unhurried = {
  INVITES_PER_ORG_PER_DAY: '100000',
  MAILS_PER_ADDRESS_PER_ORG_PER_DAY: '10',
  MAILS_PER_USER_PER_DAY: '100000',
}

/**
 * Does what the command line says: serves, with `--demo` with people in it who act as one watches, or runs a
 * command. Where that fails the process ends with 1, and has said why. Each way loads only what it needs.
 */
export async function start(args: readonly string[], env: Env): Promise<void> {
  const [command, ...rest] = args
  if (command === 'migrate') return runMigrate(rest, env)
  const isDemo = args.includes('--demo')
  const settings = settingsOrExit(() => (isDemo ? demoSettings(env) : readSettings(env)))
  const log = createLog({ level: settings.log.level, production: settings.production })
  if (settings.production) logProcess(log)
  if (cluster.isPrimary)
    for (const { name, meant } of likelyTypos(env)) log.warn(`${name} is no setting: is ${meant} meant?`)
  if (cluster.isPrimary && settings.production) for (const doubt of doubtsOf(settings)) log.warn(doubt)
  if (cluster.isPrimary && acceptsForeignTokens(settings))
    log.warn(
      'AUTH_AUDIENCE is not set: tokens that the identity provider issued for other applications sign in here too',
    )
  try {
    if (settings.workers > 1 && cluster.isPrimary) {
      const { superviseWorkers } = await import('./superviseWorkers.js')
      await superviseWorkers(settings, log)
    } else {
      const { serve } = await import('./serve.js')
      await serve(settings, log, { isDemo })
    }
  } catch (error) {
    endWith(error, log)
  }
}

/** Asks for no setting but those of the database: it may run where nothing else is set. */
async function runMigrate(args: readonly string[], env: Env): Promise<void> {
  const { DATABASE_URL, DATA_DIR, LOG_LEVEL } = env
  const settings = settingsOrExit(() => readSettings({ DATABASE_URL, DATA_DIR, LOG_LEVEL }))
  // Programs read the answer on stdout.
  const log = createLog(
    { level: settings.log.level, production: env.NODE_ENV === 'production' },
    pino.destination(2),
  )
  try {
    const { migrateCommand } = await import('./commands/migrate.js')
    process.exitCode = await migrateCommand(args, settings, log)
  } catch (error) {
    endWith(error, log)
  }
}

function endWith(error: unknown, log: Log): never {
  // What the operator can mend says so itself; everything else comes with where it happened.
  if (error instanceof StartError || error instanceof EmbeddedPostgresError) log.fatal(error.message)
  else if (isOfListening(error)) log.fatal(`PORT and HOST can’t be listened on: ${error.message}`)
  else if (errorCode(error) === '42501')
    log.fatal(`could not start: the user of DATABASE_URL lacks a right: ${(error as Error).message}`)
  else log.fatal({ err: error }, 'could not start')
  // The log is written by then, line for line. Whatever may still be open is no reason to stay.
  process.exit(1)
}

/** A provider signs the tokens of all its applications with the same keys. */
function acceptsForeignTokens({ production, auth }: Settings): boolean {
  return production && auth.keys.by === 'jwks' && auth.audiences === undefined
}

function isOfListening(error: unknown): error is Error {
  // The second: HOST is a name that leads nowhere.
  return (
    error instanceof Error && 'syscall' in error && ['listen', 'getaddrinfo'].includes(`${error.syscall}`)
  )
}

function demoSettings(env: Env): Settings {
  if (env.NODE_ENV === 'production')
    throw new BadSettings(['NODE_ENV must not be production for the demo: it lets everybody in'])
  const settings = readSettings({ ...unhurried, ...env })
  if (settings.workers > 1) throw new BadSettings(['WORKERS must be 1 for the demo'])
  if (settings.auth.keys.by !== 'generated')
    throw new BadSettings([
      'AUTH_JWT_SECRET and AUTH_JWKS_URL must be unset for the demo: it signs people in itself',
    ])
  return settings
}

function settingsOrExit(read: () => Settings): Settings {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
