import { connect } from '../database/connect.js'
import { type Database, openDatabase } from '../database/database.js'
import { requireSessions } from '../database/requireSessions.js'
import { migrationStatesOn } from '../database/settleMigration.js'
import { type Hint, type Rules, type Transact, transactOn } from '../domain/core/transact.js'
import { closeStack } from '../lib/closeStack.js'
import { StartError } from '../lib/startError.js'
import { openPostgres } from '../start/process.js'
import { rulesOf } from '../start/rules.js'
import { sendHints } from '../streams/hints/sendHints.js'
import type { Given } from './run.js'

/** What commands act on. They act as the INSTANCE_TOKEN does: see `theInstance`. */
export interface Instance {
  database: Database
  rules: Rules
  transact: Transact
}

/**
 * Runs a command on the database. No server need run. Those that run notice what it has changed.
 * @throws {StartError} if the database can't be used
 */
export async function onInstance<T>(
  { settings, log }: Given,
  work: (instance: Instance) => Promise<T>,
): Promise<T> {
  const opened = closeStack()
  try {
    const postgres = await openPostgres(settings, log, { isStopping: () => true })
    opened.add(() => postgres.stop())
    const { connectionString } = postgres
    await requireUsable(connectionString)
    const database = await openDatabase({ connectionString, poolSize: POOL_SIZE })
    opened.add(() => database.close())
    const rules = rulesOf(settings, {
      mailConfigured: settings.mail.smtpUrl !== undefined,
      keySecret: settings.accessTokens.keySecret,
      appUrl: () => settings.http.appUrl ?? '',
    })
    const hints: Hint[] = []
    const done = await work({
      database,
      rules,
      transact: transactOn(database, rules, (hint) => hints.push(hint)),
    })
    await sendHints(hints, { database, redisUrl: settings.database.redisUrl }).catch((error) =>
      log.warn({ err: error }, 'servers could not be notified; they find the change by themselves'),
    )
    return done
  } finally {
    await opened.close()
  }
}

const POOL_SIZE = 2

/** @throws {StartError} if it can't be reached, shares sessions, or lacks migrations */
async function requireUsable(connectionString: string): Promise<void> {
  const client = await connect(connectionString)
  try {
    await requireSessions(client, connectionString)
    const lacking = (await migrationStatesOn(client)).filter(
      ({ state }) => state === 'pending' || state === 'failed',
    )
    const [first] = lacking
    if (first)
      throw new StartError(
        `The database lacks ${lacking.length === 1 ? 'a migration' : `${lacking.length} migrations`}, the first is ` +
          `${first.name} (${first.state}). Run \`node dist/cli.js migrate\` first.`,
      )
  } finally {
    await client.end()
  }
}
