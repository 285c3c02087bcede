import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { Row } from '../../database/rows.js'
import { emailOwnerSql } from '../core/emailOwnerSql.js'
import type { Email } from './email.js'

/** A user as operations need them: the address, and whether it is proven. */
export type PersonRow = Pick<Row<'User', { email: Email | null }>, 'id' | 'email' | 'emailVerified'> & {
  /** False where another account has the address verified. */
  ownsEmail: boolean
}

export async function findPerson(db: Queryable, userId: string | null): Promise<PersonRow | null> {
  const [person] = await db.query<PersonRow>(
    sql`select id, email, email_verified, ${emailOwnerSql} as owns_email from "user" u
      where id = ${userId} and deleted_at is null`,
  )
  return person ?? null
}
