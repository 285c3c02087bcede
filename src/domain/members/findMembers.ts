import sql, { empty, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type KeysetOrder, type KeysetSlice, orderOfSlice, withinSlice } from '../core/keyset.js'
import { foundIn, foundInAddress, type SearchText } from '../core/searchText.js'

/** Which of an org's members; null asks for nothing. */
export interface MembersSought {
  /** Part of a name or an address. */
  search: SearchText | null
  /** Whether an address counts: what is found by one must not tell it to who may not see it (contract, User.email). */
  byAddress: boolean
  /** Only who hold one of these. */
  roles: readonly OrgRoleName[] | null
}

const oldestFirst: KeysetOrder = { field: 'joinedAt', direction: 'asc' }
const all: KeysetSlice = { take: 0, backward: false, after: null, before: null }

/** Ids of the members of each of several orgs that are sought, at most `take` of each, by one statement. */
export function findMembers(
  db: Queryable,
  orgIds: readonly string[],
  sought: MembersSought,
  slice: KeysetSlice,
): Promise<Array<{ parentId: string; id: string }>> {
  return db.query(sql`
    select org.id as parent_id, found.id
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      select id from (${walk(sought, slice)}) member
      order by ${orderOfSlice(oldestFirst, slice)} limit ${slice.take}
    ) found
  `)
}

/** How many members of each of several orgs are sought, by one statement; none where an org is missing. */
export function countMembers(
  db: Queryable,
  orgIds: readonly string[],
  sought: MembersSought,
): Promise<Array<{ parentId: string; count: number }>> {
  return db.query(sql`
    select org.id as parent_id, found.count
    from unnest(${orgIds}::uuid[]) org(id)
      cross join lateral (select count(*)::int as count from (${walk(sought, all)}) member) found
  `)
}

/**
 * Along the index of the org's members in the list's order until enough is found. The offsets keep PostgreSQL from
 * taking another way: whatever is sought, it is the org's members that are looked through, and never all users.
 */
function walk({ search, byAddress, roles }: MembersSought, slice: KeysetSlice): Sql {
  return sql`
    select id, joined_at from (
      select id, user_id, roles, joined_at from org_user
      where org_id = org.id ${roles && !roles.includes('USER') ? aboveUser : empty}
        ${withinSlice(oldestFirst, slice)}
      order by ${orderOfSlice(oldestFirst, slice)} offset 0
    ) member
    where true ${roles ? sql`and roles && ${roles}::"OrgRoleName"[]` : empty}
      ${search === null ? empty : sql`and ${called(search, byAddress)}`}
  `
}

/** As the index says it that holds the few of them alone. */
const aboveUser = sql`and roles && '{ADMIN,OWNER}'`

function called(search: SearchText, byAddress: boolean): Sql {
  return sql`
    exists (
      select from "user" u
      where u.id = member.user_id and (
        ${foundIn(sql`u.name`, search)} ${byAddress ? sql`or ${foundInAddress(sql`u.email`, search)}` : empty}
      )
      offset 0
    )
  `
}
