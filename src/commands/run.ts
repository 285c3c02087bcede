import { pino } from 'pino'
import { Refusal } from '../domain/core/refusal.js'
import { isUnavailable } from '../graphql/unavailable.js'
import { errorCode } from '../lib/errorCode.js'
import { createLog, type Log } from '../lib/log.js'
import { type Progress, progressOn } from '../lib/progress.js'
import { StartError } from '../lib/startError.js'
import type { Environment } from '../settings/environment.js'
import { gatherAll } from '../settings/given.js'
import { BadSettings, type Settings, settingsOfCommand } from '../settings/settings.js'

/** What every command gets. */
export interface Given {
  settings: Settings
  /** Writes to stderr, because scripts read the result on stdout. */
  log: Log
  progress: Progress
  json: boolean
}

export interface Needs {
  env: NodeJS.ProcessEnv
  /** The settings that the command reads. */
  reads: readonly (keyof Environment)[]
  json?: boolean | undefined
}

/** The settings that `onInstance` reads: see instance.ts. */
export const settingsOfInstance = [
  'DATABASE_URL',
  'DATA_DIR',
  'REDIS_URL',
  'FREE_SEATS',
  'FREE_PENDING_INVITES',
  'PREMIUM_SEATS',
  'PREMIUM_PENDING_INVITES',
  'MAX_API_TOKENS_PER_ORG',
  'MAX_API_TOKEN_DEPTH',
] as const satisfies ReadonlyArray<keyof Environment>

/**
 * Runs a command. It reads only the settings that it needs, so that no other variable has to be set or be right. If it
 * fails, the reason goes to stderr and the process ends with code 1. The reason is text for people, and a JSON line of the
 * log with `--json`, and in production unless a person is at the terminal. Bad settings are always text, unless `--json`.
 * @param work returns the exit code
 */
export async function run(
  { env, reads, json = false }: Needs,
  work: (given: Given) => Promise<number>,
): Promise<void> {
  const only = ['NODE_ENV', 'LOG_LEVEL', ...reads]
  const settingsGiven = await gatherAll(env, { directory: process.cwd(), only })
  const production = settingsGiven.values.NODE_ENV === 'production'
  const inLines = json || (production && !process.stderr.isTTY)
  // Whoever read the result has read enough, as `head` does.
  process.stdout.on('error', () => process.exit(1))
  const progress = progressOn(process.stderr, process.stdout.isTTY === true && !inLines)
  try {
    const settings = settingsOfCommand(settingsGiven)
    const log = createLog(
      { level: settings.log.level, production: inLines },
      progress.beside(pino.destination(2)),
    )
    const code = await work({ settings, log, progress, json })
    progress.end()
    // What a check has given up must not keep the process alive.
    process.stdout.write('', () => process.exit(code))
  } catch (error) {
    progress.end()
    const log = createLog({ level: 'info', production: inLines }, pino.destination(2))
    const message = messageOf(error)
    if (message === undefined) log.fatal({ err: error }, 'the command failed')
    else if (json || (inLines && !(error instanceof BadSettings)))
      log.fatal(error instanceof BadSettings ? error.oneLine : message)
    else process.stderr.write(`${message}\n`)
    // The log is written synchronously. Open connections must not keep the process alive.
    process.exit(1)
  }
}

/** The reason that the operator can act on. Undefined for an error of the program. */
function messageOf(error: unknown): string | undefined {
  if (error instanceof StartError || error instanceof BadSettings || error instanceof Refusal)
    return error.message
  if (errorCode(error) === '42501')
    return `The user of DATABASE_URL lacks a right: ${(error as Error).message}`
  if (errorCode(error) === '25006')
    return 'DATABASE_URL leads to a database that accepts no writes: a standby, or one that is set to read-only.'
  if (isUnavailable(error)) return `The database can’t do it at the moment: ${(error as Error).message}`
  return undefined
}

/** Prints the result of a command. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
