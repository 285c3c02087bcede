import sql from 'sql-template-tag'
import type { IdSql, Queryable } from '../../database/database.js'
import { columnsOf, type Row } from '../../database/rows.js'

/** A membership as an operation reads it. Its roles are lowest first and never empty. */
export type OrgUser = Row<'OrgUser'>

const orgUserColumns = columnsOf('OrgUser')

/** A user's membership of an org. Null if they are no member. */
export async function membershipOf(
  tx: Queryable,
  orgId: IdSql,
  userId: string | null,
): Promise<OrgUser | null> {
  const [orgUser] = await tx.query<OrgUser>(sql`
    select ${orgUserColumns} from org_user where org_id = ${orgId} and user_id = ${userId}
  `)
  return orgUser ?? null
}

/** A membership, or null if it has ended. */
export async function membershipById(tx: Queryable, id: string): Promise<OrgUser | null> {
  const [orgUser] = await tx.query<OrgUser>(sql`select ${orgUserColumns} from org_user where id = ${id}`)
  return orgUser ?? null
}
