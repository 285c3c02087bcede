import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'

const FORGOTTEN_AT_ONCE = 1_000

/** Forgets the days of mails that are over: they limit nothing any more, and an address is somebody's. */
export async function forgetMailDays(database: Queryable): Promise<void> {
  await forgetDays(database, sql`mail_day`, sql`email`)
  await forgetDays(database, sql`user_mail_day`, sql`user_id`)
}

async function forgetDays(database: Queryable, days: Sql, key: Sql): Promise<void> {
  for (;;) {
    // One that a mail is being counted in may begin anew, and is left alone.
    const forgotten = await database.query(sql`
      with over as materialized (
        select ${key} as key from ${days} where start <= statement_timestamp() - interval '1 day'
        limit ${FORGOTTEN_AT_ONCE} for update skip locked
      )
      delete from ${days} using over where ${days}.${key} = over.key
      returning 1
    `)
    if (forgotten.length < FORGOTTEN_AT_ONCE) return
  }
}
