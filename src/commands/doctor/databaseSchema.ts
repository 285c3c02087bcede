import type pg from 'pg'
import { refuseForeignDatabase } from '../../database/foreignDatabase.js'
import { MIGRATIONS_DIR, readMigrations } from '../../database/migrationFiles.js'
import { readRows } from '../../database/prismaMigrations.js'
import { migrationStatesOn } from '../../database/settleMigration.js'
import { StartError } from '../../lib/startError.js'
import { type Finding, ok, problem, warning } from './check.js'
import { rowOf } from './databaseRow.js'

export async function textsOf(client: pg.Client): Promise<Finding[]> {
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

export async function migrationsOf(client: pg.Client): Promise<Finding[]> {
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

export async function rightsOf(client: pg.Client): Promise<Finding[]> {
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
