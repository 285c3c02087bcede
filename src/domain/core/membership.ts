import sql from 'sql-template-tag'
import type { IdSql, Queryable } from '../../database/database.js'
import type { OrgRoleName, OrgUserOrigin } from '../../generated/prisma/enums.js'

/** A membership as an operation reads it. */
export interface OrgUser {
  id: string
  orgId: string
  userId: string
  /** Lowest first, never empty. */
  roles: OrgRoleName[]
  joinedAt: Date
  origin: OrgUserOrigin
  inviteId: string | null
}

/** Somebody's membership of an org, null for outsiders. */
export async function membershipOf(
  tx: Queryable,
  orgId: IdSql,
  userId: string | null,
): Promise<OrgUser | null> {
  const [orgUser] = await tx.query<OrgUser>(sql`
    select id, org_id, user_id, roles, joined_at, origin, invite_id
    from org_user where org_id = ${orgId} and user_id = ${userId}
  `)
  return orgUser ?? null
}
