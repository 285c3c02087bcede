import { parseArgs } from 'node:util'
import { openDatabase } from '../database/database.js'
import {
  PUBLISHED_BEFORE_S,
  rotateSigningKeys,
  SigningUnavailable,
} from '../domain/accessTokens/signingKeys.js'
import { errorCode } from '../lib/errorCode.js'
import type { Log } from '../lib/log.js'
import { StartError } from '../lib/startError.js'
import type { Settings } from '../settings/settings.js'
import { keyEncryptionSecret } from '../start/app.js'
import { openPostgres } from '../start/process.js'

const USAGE = `keys rotate [--json]              makes a new key for org access tokens. It is published now and signs ${PUBLISHED_BEFORE_S} s later.
                                  Tokens of the old key stay valid until they expire.
keys rotate --withdraw [--json]   for a key that leaked: the new key signs at once, and the old ones end with their tokens`

/**
 * The command `keys`. It works while servers run: they find the new key by themselves.
 * @returns the exit code
 * @throws StartError
 */
export async function keysCommand(args: readonly string[], settings: Settings, log: Log): Promise<number> {
  const { withdraw, json, help } = optionsOf(args)
  if (help) return print(USAGE)
  const postgres = await openPostgres(settings, log, { isStopping: () => true })
  try {
    const { connectionString } = postgres
    const database = await openDatabase({ connectionString, poolSize: 1 })
    try {
      const secret = await keyEncryptionSecret(database, {
        keySecret: settings.accessTokens.keySecret,
        production: settings.production,
      })
      if (secret === undefined) throw new StartError('KEY_ENCRYPTION_SECRET is not set.')
      const { kid, signsFrom } = await rotateSigningKeys(database, secret, { withdraw })
      const from = signsFrom.toISOString()
      return print(json ? JSON.stringify({ kid, signsFrom: from }) : `The key ${kid} signs from ${from} on.`)
    } finally {
      await database.close()
    }
  } catch (error) {
    if (error instanceof SigningUnavailable) throw new StartError(error.message)
    if (errorCode(error) === '42P01')
      throw new StartError('The database lacks a migration: run `node dist/main.js migrate` first.')
    throw error
  } finally {
    await postgres.stop()
  }
}

function optionsOf([action, ...args]: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const
  try {
    if (action === '--help') return { help: true, withdraw: false, json: false }
    if (action !== 'rotate') throw new StartError(`Unknown arguments. Usage:\n${USAGE}`)
    return parseArgs({ args, options: { withdraw: flag, json: flag, help: flag } }).values
  } catch (error) {
    throw error instanceof StartError ? error : new StartError(`${(error as Error).message}\n${USAGE}`)
  }
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}
