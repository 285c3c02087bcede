import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

/** A separate database, in the state in which a server finds it after its boot steps. */
export interface TestDatabase {
  url: string
  /** Allows or forbids new connections. Existing ones stay. */
  allowConnections(allowed: boolean): Promise<void>
  /** Disconnects all sessions and deletes the database. */
  drop(): Promise<void>
}

export interface DatabaseOptions {
  /** Creates it empty, for a server to migrate. */
  empty?: boolean
  /** Creates it empty with this locale, which determines letter case and sort order. */
  locale?: string
}

/** By default a copy of the run's template, which takes 30 to 50 ms. */
export async function createDatabase({ empty, locale }: DatabaseOptions = {}): Promise<TestDatabase> {
  const { url, template } = inject('postgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  // A copy of the files is four times as fast as one through the log, as no file waits for the
  // disk.
  await administer(
    url,
    `CREATE DATABASE ${name} STRATEGY FILE_COPY TEMPLATE ${empty || locale ? 'template0' : template}
      ${locale ? `ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE '${locale}'` : ''}`,
  )
  const own = new URL(url)
  own.pathname = name
  return {
    url: own.href,
    allowConnections: (allowed) => administer(url, `ALTER DATABASE ${name} ALLOW_CONNECTIONS ${allowed}`),
    drop: () => administer(url, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
