import sql from 'sql-template-tag'
import type { Queryable } from '../platform/database.js'
import type { Email } from './email.js'

/** A user as operations need them: the address, and whether it is proven. */
export interface PersonRow {
  id: string
  email: Email | null
  emailVerified: boolean
}

export async function findPerson(db: Queryable, userId: string | null): Promise<PersonRow | null> {
  const [person] = await db.query<PersonRow>(
    sql`select id, email, email_verified from "user" where id = ${userId}`,
  )
  return person ?? null
}
