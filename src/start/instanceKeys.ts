import { randomBytes } from 'node:crypto'
import sql from 'sql-template-tag'
import type { Database } from '../database/database.js'

/**
 * KEY_ENCRYPTION_SECRET, or outside production a random secret. That one is kept in the database and not in DATA_DIR,
 * because several servers may share the database. Undefined if there is none.
 */
export async function keyEncryptionSecret(
  database: Database,
  { keySecret, production }: { keySecret: string | undefined; production: boolean },
): Promise<string | undefined> {
  if (keySecret !== undefined || production) return keySecret
  return (await instanceKey(database, 'key-encryption')).toString('base64url')
}

/** A key that all servers on one database share. The first server creates it. */
export async function instanceKey(database: Database, name: string): Promise<Buffer> {
  await database.query(sql`
    insert into instance_key (name, value) values (${name}, ${randomBytes(32)}) on conflict do nothing
  `)
  const [key] = await database.query<{ value: Buffer }>(
    sql`select value from instance_key where name = ${name}`,
  )
  if (!key) throw new Error(`the key ${name} vanished`)
  return key.value
}
