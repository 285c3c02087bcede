import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { connect } from '../../database/connect.js'
import { READ_ONLY } from '../../database/readOnly.js'
import { requireSessions } from '../../database/requireSessions.js'
import { createLog } from '../../lib/log.js'
import { StartError } from '../../lib/startError.js'
import type { Settings } from '../../settings/settings.js'
import { openPostgres } from '../../start/process.js'
import { type Check, type Finding, ok, problem, warning } from './check.js'
import { clockOf } from './databaseClock.js'
import { connectionsOf } from './databaseConnections.js'
import { keysOf } from './databaseKeys.js'
import { rowOf } from './databaseRow.js'
import { migrationsOf, rightsOf, textsOf } from './databaseSchema.js'

const OLDEST_VERSION = 15

export const databaseCheck: Check = {
  name: 'database',
  reads: ['DATABASE_URL', 'DATA_DIR', 'DATABASE_POOL_SIZE', 'WORKERS', 'KEY_ENCRYPTION_SECRET'],
  async run(settings, signal) {
    const { url, dataDir } = settings.database
    if (url !== undefined) return look(url, settings, signal)
    // A look must not create a database.
    if (!existsSync(join(dataDir, 'postgres')))
      return [ok('database', 'the embedded PostgreSQL is created at the first start')]
    return lookIntoEmbedded(settings, signal)
  },
}

async function lookIntoEmbedded(settings: Settings, signal: AbortSignal): Promise<Finding[]> {
  const log = createLog({ level: 'silent', production: true })
  try {
    const postgres = await openPostgres(settings, log, { isStopping: () => true })
    return await look(postgres.connectionString, settings, signal).finally(postgres.stop)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return [
      warning('database', error.message, 'If a server is running, stop it to have its database checked.'),
    ]
  }
}

async function look(connectionString: string, settings: Settings, signal: AbortSignal): Promise<Finding[]> {
  let client: pg.Client
  try {
    client = await connect(connectionString)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return [problem('database', error.message, 'Check DATABASE_URL, and the way from here to the database.')]
  }
  signal.addEventListener('abort', () => void client.end().catch(() => {}))
  try {
    const old = await versionOf(client, connectionString)
    if (old.status === 'PROBLEM') return [old]
    const aspects = [
      () => writesOf(client),
      () => poolingOf(client, connectionString),
      () => textsOf(client),
      () => migrationsOf(client),
      () => rightsOf(client),
      () => connectionsOf(client, settings),
      () => clockOf(client),
      () => keysOf(client, settings),
    ]
    const findings = [old]
    for (const aspect of aspects) findings.push(...(await aspect().catch(failureOf)))
    return findings
  } finally {
    await client.end().catch(() => {})
  }
}

const failureOf = (error: unknown): Finding[] => [
  problem(
    'database',
    error instanceof Error ? error.message : String(error),
    'Check the rights of the user of DATABASE_URL.',
  ),
]

async function versionOf(client: pg.Client, connectionString: string): Promise<Finding> {
  const { version, text } = await rowOf<{ version: number; text: string }>(
    client,
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as text`,
  )
  const message = `PostgreSQL ${text.split(' ')[0]} at ${new URL(connectionString).host || 'a Unix socket'}`
  if (version >= OLDEST_VERSION * 10_000) return ok('database', message)
  return problem('database', message, `Guildhall needs PostgreSQL ${OLDEST_VERSION} or newer: upgrade it.`)
}

async function writesOf(client: pg.Client): Promise<Finding[]> {
  const { standby, readOnly } = await rowOf<{ standby: boolean; readOnly: boolean }>(
    client,
    `select pg_is_in_recovery() as standby, ${READ_ONLY} as "readOnly"`,
  )
  if (standby)
    return [
      problem(
        'database',
        'it is a standby, which accepts no writes',
        'Let DATABASE_URL lead to the primary.',
      ),
    ]
  if (readOnly)
    return [
      problem(
        'database',
        'it accepts no writes: default_transaction_read_only is on',
        'Switch it off for the server, the database and the role: alter … reset default_transaction_read_only.',
      ),
    ]
  return []
}

async function poolingOf(client: pg.Client, connectionString: string): Promise<Finding[]> {
  try {
    await requireSessions(client, connectionString)
    return []
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return [problem('pooler', error.message, 'Set pool_mode = session, or connect to PostgreSQL itself.')]
  }
}
