import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { connect } from '../../database/connect.js'
import { refuseForeignDatabase } from '../../database/foreignDatabase.js'
import { MIGRATIONS_DIR, readMigrations } from '../../database/migrationFiles.js'
import { readRows } from '../../database/prismaMigrations.js'
import { READ_ONLY } from '../../database/readOnly.js'
import { requireSessions } from '../../database/requireSessions.js'
import { migrationStatesOn } from '../../database/settleMigration.js'
import { openSealedKey } from '../../domain/accessTokens/sealedKey.js'
import { WebhookSecretsUnavailable } from '../../domain/webhooks/webhook.js'
import { openWebhookSecret } from '../../domain/webhooks/webhookSecret.js'
import { createLog } from '../../lib/log.js'
import { StartError } from '../../lib/startError.js'
import type { Settings } from '../../settings/settings.js'
import { CONNECTIONS_BESIDE_POOL, openPostgres } from '../../start/process.js'
import { type Check, type Finding, ok, problem, warning } from './check.js'

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

/** The one row of a statement without parameters. */
async function rowOf<Row extends pg.QueryResultRow>(client: pg.Client, statement: string): Promise<Row> {
  const { rows } = await client.query<Row>(statement)
  if (!rows[0]) throw new Error('a statement returned no row')
  return rows[0]
}

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

async function textsOf(client: pg.Client): Promise<Finding[]> {
  const { name, encoding, collation, made, now } = await rowOf<{
    name: string
    encoding: string
    collation: string
    made: string | null
    now: string | null
  }>(
    client,
    `select datname as name, pg_encoding_to_char(encoding) as encoding, datcollate as collation,
       datcollversion as made, pg_database_collation_actual_version(oid) as now
     from pg_database where datname = current_database()`,
  )
  if (encoding !== 'UTF8')
    return [
      problem(
        'texts',
        `the encoding is ${encoding}, which can’t hold every name`,
        "Create the database with encoding 'UTF8', and restore a backup into it.",
      ),
    ]
  if (made !== null && now !== null && made !== now)
    return [
      warning(
        'texts',
        `the indexes were made with version ${made} of the collation ${collation}, and the system now has ${now}: they may be wrong`,
        `Run: reindex database "${name}"; alter database "${name}" refresh collation version`,
      ),
    ]
  return [ok('texts', `UTF8, collation ${collation}`)]
}

async function migrationsOf(client: pg.Client): Promise<Finding[]> {
  const states = await migrationStatesOn(client)
  const named = (wanted: string) => states.filter(({ state }) => state === wanted).map(({ name }) => name)
  const [failed] = named('failed')
  const pending = named('pending')
  if (named('applied').length === 0) {
    try {
      await refuseForeignDatabase(client, await readMigrations(MIGRATIONS_DIR), await readRows(client))
    } catch (error) {
      if (!(error instanceof StartError)) throw error
      return [problem('migrations', error.message, 'Name another database, or an empty schema of this one.')]
    }
  }
  if (failed)
    return [
      problem(
        'migrations',
        `${failed} has failed`,
        `Remove the cause, then run: node dist/cli.js migrate --resolve ${failed} --rolled-back`,
      ),
    ]
  if (pending.length > 0)
    return [
      warning(
        'migrations',
        `${pending.length} of ${states.length} are pending, the first is ${pending[0]}`,
        'The next start applies them, or: node dist/cli.js migrate',
      ),
    ]
  return [ok('migrations', 'all are applied')]
}

async function rightsOf(client: pg.Client): Promise<Finding[]> {
  const { role, schema, creates, queues, foreign, closed } = await rowOf<{
    role: string
    schema: string | null
    creates: boolean
    queues: boolean
    foreign: string | null
    closed: string | null
  }>(
    client,
    `with tables as (
       select oid, relname, relowner from pg_class
       where relkind in ('r', 'p') and relnamespace = (select oid from pg_namespace where nspname = current_schema())
     )
     select current_user as role, current_schema() as schema,
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as creates,
       coalesce(
         (select has_schema_privilege(oid, 'USAGE') and has_schema_privilege(oid, 'CREATE')
            from pg_namespace where nspname = 'graphile_worker'),
         has_database_privilege(current_database(), 'CREATE')
       ) as queues,
       (select relname from tables where not pg_has_role(relowner, 'USAGE') order by relname limit 1) as foreign,
       (select relname from tables where not (
          has_table_privilege(oid, 'SELECT') and has_table_privilege(oid, 'INSERT')
          and has_table_privilege(oid, 'UPDATE') and has_table_privilege(oid, 'DELETE')
        ) order by relname limit 1) as closed`,
  )
  if (schema === null)
    return [
      problem(
        'rights',
        'the search_path of DATABASE_URL names no schema that exists',
        'Create the schema first.',
      ),
    ]
  if (closed !== null)
    return [
      problem(
        'rights',
        `${role} may not read and write the table ${closed}`,
        `Make it the owner: reassign owned by the other role to "${role}".`,
      ),
    ]
  if (foreign !== null)
    return [
      warning(
        'rights',
        `the table ${foreign} belongs to another role, so ${role} can’t apply migrations to it`,
        `Make it the owner: reassign owned by the other role to "${role}".`,
      ),
    ]
  if (!creates)
    return [
      problem(
        'rights',
        `${role} may create no tables in the schema ${schema}`,
        `Run: grant create on schema "${schema}" to "${role}"`,
      ),
    ]
  if (!queues)
    return [
      problem(
        'rights',
        `${role} may not use or create the schema graphile_worker of the job queue`,
        `Grant create on the database to "${role}", or make it the owner of the schema graphile_worker.`,
      ),
    ]
  return [ok('rights', `${role} has them`)]
}

async function connectionsOf(client: pg.Client, { workers, database }: Settings): Promise<Finding[]> {
  const { places, free, ours } = await rowOf<{ places: number; free: number; ours: number }>(
    client,
    `with used as (
       select usename, datname, application_name like 'guildhall%' as is_ours from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid()
     ), limits as (
       select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0) as places,
         (select count(*)::int from used) as used
       union all
       select rolconnlimit, (select count(*)::int from used where usename = current_user)
       from pg_roles where rolname = current_user and rolconnlimit >= 0
       union all
       select datconnlimit, (select count(*)::int from used where datname = current_database())
       from pg_database where datname = current_database() and datconnlimit >= 0
     )
     select min(places) as places, min(places - used) as free,
       (select count(*)::int from used where is_ours and datname = current_database()) as ours
     from limits`,
  )
  const needed = workers * (database.poolSize + CONNECTIONS_BESIDE_POOL)
  const cure = 'Raise max_connections or the limit of the role, or lower DATABASE_POOL_SIZE or WORKERS.'
  if (needed > places)
    return [
      problem('connections', `a server opens up to ${needed}, and PostgreSQL allows ${places} at most`, cure),
    ]
  const running = ours > 0 ? `, and servers of Guildhall use ${ours}` : ''
  const message = `a server opens up to ${needed}; ${free} are free${running}`
  return [needed > free + ours ? warning('connections', message, cure) : ok('connections', message)]
}

const CLOCK_MAY_DIFFER_MS = 1_000
const CLOCK_MUST_NOT_DIFFER_MS = 10_000

async function clockOf(client: pg.Client): Promise<Finding[]> {
  const before = Date.now()
  const { ms } = await rowOf<{ ms: number }>(
    client,
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  )
  const after = Date.now()
  const aheadMs = (before + after) / 2 - ms
  const differs = Math.abs(aheadMs) - (after - before) / 2
  if (differs <= CLOCK_MAY_DIFFER_MS) return [ok('clock', 'this machine and the database have the same time')]
  const message = `this machine is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database`
  const cure = 'Set the clocks of both machines by NTP.'
  return [
    differs > CLOCK_MUST_NOT_DIFFER_MS ? problem('clock', message, cure) : warning('clock', message, cure),
  ]
}

/** The most webhooks whose secrets are tried. */
const WEBHOOKS_TRIED = 1_000

/** Whether KEY_ENCRYPTION_SECRET opens what it has sealed. */
async function keysOf(client: pg.Client, { accessTokens, production }: Settings): Promise<Finding[]> {
  const { tables } = await rowOf<{ tables: boolean }>(
    client,
    `select to_regclass('signing_key') is not null and to_regclass('webhook') is not null
       and to_regclass('instance_key') is not null as tables`,
  )
  if (!tables) return []
  const generated = async () => {
    const { rows } = await client.query<{ value: Buffer }>(
      `select value from instance_key where name = 'key-encryption'`,
    )
    return rows[0]?.value.toString('base64url')
  }
  const secret = accessTokens.keySecret ?? (production ? undefined : await generated())
  const { rows: keys } = await client.query<{ kid: string; sealed: Buffer }>(
    'select kid, sealed_private_key as sealed from signing_key order by number desc limit 1',
  )
  const { rows: webhooks } = await client.query<{ id: string; sealed: Buffer }>(
    `select id, sealed_secret as sealed from webhook order by id desc limit ${WEBHOOKS_TRIED}`,
  )
  if (keys.length + webhooks.length === 0) return []
  const isKeyLost = keys.some(
    ({ kid, sealed }) => secret === undefined || openSealedKey(secret, kid, sealed) === null,
  )
  const lost = webhooks.filter(({ id, sealed }) => !isOpened(secret, id, sealed)).length
  if (!isKeyLost && lost === 0) return [ok('keys', 'KEY_ENCRYPTION_SECRET opens what it has encrypted')]
  const what = [isKeyLost && 'the key of org access tokens', lost > 0 && `the secrets of ${lost} webhooks`]
  return [
    problem(
      'keys',
      `${secret === undefined ? 'KEY_ENCRYPTION_SECRET is not set, and so does not open' : 'KEY_ENCRYPTION_SECRET does not open'} ${what.filter(Boolean).join(' and ')}`,
      'Set the secret that was used before. If it is lost: node dist/cli.js keys rotate --withdraw, and rotateWebhookSecret for each webhook.',
    ),
  ]
}

function isOpened(secret: string | undefined, webhookId: string, sealed: Uint8Array): boolean {
  try {
    openWebhookSecret(secret, webhookId, sealed)
    return true
  } catch (error) {
    if (error instanceof WebhookSecretsUnavailable) return false
    throw error
  }
}
