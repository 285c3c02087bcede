import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { Email } from './email.js'
import { emailOwnerSql } from './emailOwnerSql.js'

/** A user as operations need them: the address, and whether it is proven. */
export interface PersonRow {
  id: string
  email: Email | null
  emailVerified: boolean
  /** False where the address is another account's, which has it verified. */
  ownsEmail: boolean
}

export async function findPerson(db: Queryable, userId: string | null): Promise<PersonRow | null> {
  const [person] = await db.query<PersonRow>(
    sql`select id, email, email_verified, ${emailOwnerSql} as owns_email from "user" u where id = ${userId}`,
  )
  return person ?? null
}
