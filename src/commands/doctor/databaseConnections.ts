import type pg from 'pg'
import type { Settings } from '../../settings/settings.js'
import { CONNECTIONS_BESIDE_POOL } from '../../start/process.js'
import { type Finding, ok, problem, warning } from './check.js'
import { rowOf } from './databaseRow.js'

export async function connectionsOf(client: pg.Client, { workers, database }: Settings): Promise<Finding[]> {
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
