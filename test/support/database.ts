import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

/** A database of the test's own, as a server finds it after its boot steps. */
export interface TestDatabase {
  url: string
  /** Whether new connections are taken; those that there are stay. */
  allowConnections(allowed: boolean): Promise<void>
  /** Disconnects whoever is still there. */
  drop(): Promise<void>
}

export interface DatabaseOptions {
  /** Without anything in it: a server migrates it. */
  empty?: boolean
  /** Empty, and with letters and their order by this locale. */
  locale?: string
}

/** A copy of the run's template, 30 to 50 ms, where nothing else is asked for. */
export async function createDatabase({ empty, locale }: DatabaseOptions = {}): Promise<TestDatabase> {
  const { url, template } = inject('postgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  // By files: four times as fast as by the log, where no file waits for the disk.
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
