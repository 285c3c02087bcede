import sql, { empty, type Sql } from 'sql-template-tag'
import type { OrgRoleName } from '../generated/prisma/enums.js'
import type { KeysetPosition } from '../platform/cursor.js'
import type { Queryable } from '../platform/database.js'

export interface MemberSearch {
  /** For LIKE: part of a name or an address, without regard to case. */
  pattern: string
  /** Only who hold one of these. */
  roles: readonly OrgRoleName[] | null
}

/** Which part of the members to look for, oldest first, or newest first where `backward`. */
export interface MemberSlice {
  take: number
  backward: boolean
  after: KeysetPosition | null
  before: KeysetPosition | null
}

/** Ids of the members of each of several orgs that a search finds, at most `take` of each, by one statement. */
export function searchMembers(
  db: Queryable,
  orgIds: readonly string[],
  search: MemberSearch,
  { take, backward, after, before }: MemberSlice,
): Promise<Array<{ orgId: string; id: string }>> {
  const order = backward ? sql`joined_at desc, id desc` : sql`joined_at, id`
  return db.query(sql`
    select org.id as org_id, member.id
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      select id from org_user
      where ${found(search)}
        ${after ? sql`and (joined_at, id) > (${new Date(after.ms)}, ${after.id}::uuid)` : empty}
        ${before ? sql`and (joined_at, id) < (${new Date(before.ms)}, ${before.id}::uuid)` : empty}
      order by ${order} limit ${take}
    ) member
  `)
}

/** How many members of each of several orgs a search finds, by one statement; none where an org is missing. */
export function countMembers(
  db: Queryable,
  orgIds: readonly string[],
  search: MemberSearch,
): Promise<Array<{ orgId: string; count: number }>> {
  return db.query(sql`
    select org.id as org_id, found.count
    from unnest(${orgIds}::uuid[]) org(id)
      cross join lateral (select count(*)::int as count from org_user where ${found(search)}) found
  `)
}

/**
 * The offset keeps the condition on the user from becoming a join: whatever is searched for, it is the org's
 * members that are looked through, and never all users.
 */
function found({ pattern, roles }: MemberSearch): Sql {
  return sql`
    org_user.org_id = org.id ${roles ? sql`and org_user.roles && ${roles}::"OrgRoleName"[]` : empty}
    and exists (
      select from "user" u
      where u.id = org_user.user_id and (u.name ilike ${pattern} or u.email ilike ${pattern})
      offset 0
    )
  `
}
