import cluster from 'node:cluster'
import { pino } from 'pino'
import { errorCode } from './lib/errorCode.js'
import { createLog, type Log } from './lib/log.js'
import { logProcess } from './lib/logProcess.js'
import { StartError } from './lib/startError.js'
import { BadSettings, readSettings, type Settings } from './settings/settings.js'
import { likelyTypos } from './settings/typos.js'

type Env = NodeJS.ProcessEnv

const USAGE = 'Run it without arguments, with `--demo`, or with `migrate`, `keys rotate` or `mail preview`.'

/** The demo's people invite each other all day, so the demo raises these limits. */
const demoLimits = {
  INVITES_PER_ORG_PER_DAY: '100000',
  MAILS_PER_ADDRESS_PER_ORG_PER_DAY: '10',
  MAILS_PER_USER_PER_DAY: '100000',
}

/**
 * Runs what the command line asks for: the server, the server with the demo (`--demo`), or a command
 * (`migrate`, `keys`, `mail`). Each loads only the code that it needs. If it fails, it logs the reason and exits with code 1.
 */
export async function start(args: readonly string[], env: Env): Promise<void> {
  const [command, ...rest] = args
  if (command === 'migrate' || command === 'keys' || command === 'mail') return runCommand(command, rest, env)
  const unknown = args.filter((arg) => arg !== '--demo')
  if (unknown.length > 0) {
    process.stderr.write(`Unknown arguments: ${unknown.join(' ')}. ${USAGE}\n`)
    process.exitCode = 1
    return
  }
  const isDemo = args.includes('--demo')
  const settings = settingsOrExit(() => (isDemo ? demoSettings(env) : readSettings(env)))
  const log = createLog({ level: settings.log.level, production: settings.production })
  if (settings.production) logProcess(log)
  if (cluster.isPrimary) for (const warning of warningsOf(settings, env)) log.warn(warning)
  try {
    if (settings.workers > 1 && cluster.isPrimary) {
      const { superviseWorkers } = await import('./start/process.js')
      await superviseWorkers(settings, log)
    } else {
      const { serve } = await import('./start/server.js')
      await serve(settings, log, { isDemo })
    }
  } catch (error) {
    endWith(error, log)
  }
}

/** Reads only the settings that a command needs, so that no other variable has to be set. */
async function runCommand(
  command: 'migrate' | 'keys' | 'mail',
  args: readonly string[],
  env: Env,
): Promise<void> {
  const { DATABASE_URL, DATA_DIR, LOG_LEVEL, KEY_ENCRYPTION_SECRET, MAIL_TEMPLATES_DIR } = env
  const own = {
    migrate: { DATABASE_URL, DATA_DIR },
    keys: { DATABASE_URL, DATA_DIR, KEY_ENCRYPTION_SECRET },
    mail: { MAIL_TEMPLATES_DIR },
  }
  const settings = settingsOrExit(() => readSettings({ LOG_LEVEL, ...own[command] }))
  const production = env.NODE_ENV === 'production'
  // Logs to stderr: scripts read the result on stdout.
  const log = createLog({ level: settings.log.level, production }, pino.destination(2))
  try {
    if (command === 'migrate') {
      const { migrateCommand } = await import('./commands/migrate.js')
      process.exitCode = await migrateCommand(args, settings, log)
    } else if (command === 'mail') {
      const { mailCommand } = await import('./commands/mail.js')
      process.exitCode = await mailCommand(args, settings)
    } else {
      const { keysCommand } = await import('./commands/keys.js')
      process.exitCode = await keysCommand(args, { ...settings, production }, log)
    }
  } catch (error) {
    endWith(error, log)
  }
}

function endWith(error: unknown, log: Log): never {
  // If the operator can fix the problem, the message is enough. Anything else is logged with its stack.
  if (error instanceof StartError) log.fatal(error.message)
  else if (isListenError(error)) log.fatal(`can’t listen on HOST and PORT: ${error.message}`)
  else if (errorCode(error) === '42501')
    log.fatal(`could not start: the user of DATABASE_URL lacks a right: ${(error as Error).message}`)
  else log.fatal({ err: error }, 'could not start')
  // The log is written synchronously. Open connections must not keep the process alive.
  process.exit(1)
}

/** Settings that are likely not what the operator wants. */
function warningsOf({ production, database, mail, auth }: Settings, env: Env): string[] {
  const warnings = likelyTypos(env).map(
    ({ name, meant }) => `${name} is not a setting: did you mean ${meant}?`,
  )
  if (!production) return warnings
  if (database.url === undefined)
    warnings.push(
      `DATABASE_URL is not set: the embedded PostgreSQL keeps all data in ${database.dataDir}, and only one server can use it`,
    )
  if (mail.smtpUrl === undefined) warnings.push('SMTP_URL is not set: no mail is sent')
  // A provider signs the tokens of all its applications with the same keys.
  if (auth.keys.by === 'jwks' && auth.audiences === undefined)
    warnings.push(
      'AUTH_AUDIENCE is not set: tokens that the identity provider issued for other applications sign in here too',
    )
  return warnings
}

function isListenError(error: unknown): error is Error {
  // getaddrinfo: HOST is a name that does not resolve.
  return (
    error instanceof Error && 'syscall' in error && ['listen', 'getaddrinfo'].includes(`${error.syscall}`)
  )
}

function demoSettings(env: Env): Settings {
  if (env.NODE_ENV === 'production')
    throw new BadSettings(['NODE_ENV must not be production for the demo: it lets anyone sign in'])
  const settings = readSettings({ ...demoLimits, ...env })
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
