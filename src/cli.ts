import cluster from 'node:cluster'
import { CommanderError } from '@commander-js/extra-typings'
import { program } from './commands/program.js'
import { errorCode } from './lib/errorCode.js'
import { createLog, type Log } from './lib/log.js'
import { logProcess } from './lib/logProcess.js'
import { StartError } from './lib/startError.js'
import { type GivenSettings, gatherAll } from './settings/given.js'
import { BadSettings, type Settings, settingsOf } from './settings/settings.js'
import { settingsWarnings } from './settings/warnings.js'

type Env = NodeJS.ProcessEnv

/** The demo's people invite each other all day, so the demo raises these limits. */
const demoLimits = {
  INVITES_PER_ORG_PER_DAY: '100000',
  MAILS_PER_ADDRESS_PER_ORG_PER_DAY: '10',
  MAILS_PER_USER_PER_DAY: '100000',
}

/** The exit code of a wrong use: an unknown command, a missing option. A command that fails ends with 1. */
const WRONG_USE = 2

/** Longer than any path or id. */
const MAX_ARGUMENT = 4_096

/** Runs what the command line asks for: see `program`. Without a command it runs the server. */
export async function start(args: readonly string[], env: Env): Promise<void> {
  if (args.some((arg) => arg.length > MAX_ARGUMENT)) {
    process.stderr.write(`error: an argument is longer than ${MAX_ARGUMENT} characters\n`)
    process.exitCode = WRONG_USE
    return
  }
  try {
    const serve = (options: { isDemo: boolean }) => serveUntilStopped(env, options)
    await program({ env, serve }).parseAsync(withCommand(args), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // It has printed the help or the error.
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE
  }
}

/** `guildhall --demo` is short for `guildhall serve --demo`. */
function withCommand(args: readonly string[]): string[] {
  const [first] = args
  const isOption = first === undefined || (first.startsWith('-') && !ofNoCommand.includes(first))
  return isOption ? ['serve', ...args] : [...args]
}

const ofNoCommand = ['-h', '--help', '--version']

/** Runs the server, with the demo or without. If it can't start, it logs the reason and exits with code 1. */
async function serveUntilStopped(env: Env, { isDemo }: { isDemo: boolean }): Promise<void> {
  // Whoever reads the output may leave, as `head` does, or as a terminal that closes. The server goes on without it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const given = await givenTo(env, { isDemo })
  const settings = settingsOrExit(given, isDemo ? demoSettings : settingsOf)
  // Some libraries read it while they are loaded.
  if (given.values.NODE_ENV !== undefined) env.NODE_ENV = given.values.NODE_ENV
  const log = createLog({ level: settings.log.level, production: settings.production })
  if (settings.production) logProcess(log)
  if (cluster.isPrimary) for (const warning of settingsWarnings(settings, env, given)) log.warn(warning)
  try {
    if (settings.workers > 1 && cluster.isPrimary) {
      const { superviseWorkers } = await import('./start/process.js')
      await superviseWorkers(settings, given.values, log)
    } else {
      const { serve } = await import('./start/serve.js')
      await serve(settings, log, { isDemo })
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

function isListenError(error: unknown): error is Error {
  // getaddrinfo: HOST is a name that does not resolve.
  return (
    error instanceof Error && 'syscall' in error && ['listen', 'getaddrinfo'].includes(`${error.syscall}`)
  )
}

/** A worker gets its settings from its supervisor. */
async function givenTo(env: Env, { isDemo }: { isDemo: boolean }): Promise<GivenSettings> {
  if (cluster.isWorker) {
    const { settingsFromSupervisor } = await import('./start/process.js')
    return settingsFromSupervisor()
  }
  const defaults = isDemo ? { place: 'demo', values: demoLimits } : undefined
  return gatherAll(env, { directory: process.cwd(), defaults })
}

function demoSettings(given: GivenSettings): Settings {
  if (given.values.NODE_ENV === 'production')
    throw new BadSettings(['NODE_ENV must not be production for the demo: it lets anyone sign in'])
  const settings = settingsOf(given)
  if (settings.workers > 1) throw new BadSettings(['WORKERS must be 1 for the demo'])
  if (settings.auth.keys.by !== 'generated')
    throw new BadSettings([
      'AUTH_JWT_SECRET and AUTH_JWKS_URL must be unset for the demo: it signs people in itself',
    ])
  return settings
}

/** In production, bad settings are a line of the log like any other fatal error. Elsewhere a person reads them. */
function settingsOrExit(given: GivenSettings, read: (given: GivenSettings) => Settings): Settings {
  try {
    return read(given)
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error
    if (given.values.NODE_ENV === 'production')
      createLog({ level: 'fatal', production: true }).fatal(error.oneLine)
    else process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
