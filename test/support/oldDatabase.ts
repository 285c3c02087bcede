import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished } from 'vitest'
import { migrate } from '../../src/database/migrate.js'
import { MIGRATIONS_DIR } from '../../src/database/migrationFiles.js'
import { createDatabase } from './database.js'

/** A database as the version before a migration left it, and a function that applies the migrations up to one. */
export async function oldDatabase(firstNew: string) {
  const database = await createDatabase({ empty: true })
  const home = await mkdtemp(join(tmpdir(), 'guildhall-migrations-'))
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  onTestFinished(async () => {
    await client.end()
    await database.drop()
    await rm(home, { recursive: true })
  })
  const names = (await readdir(MIGRATIONS_DIR)).filter((name) => /^\d/.test(name)).sort()
  const to = async (isApplied: (name: string) => boolean) => {
    for (const name of names.filter(isApplied))
      await cp(join(MIGRATIONS_DIR, name), join(home, name), { recursive: true })
    return migrate({
      connectionString: database.url,
      log: { info() {}, warn: (line) => expect(line).toBe('no warning') },
      migrationsDir: home,
    })
  }
  await to((name) => name < firstNew)
  return { client, url: database.url, to }
}
