import sql, { empty, raw, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgRoleName, OrgUserStatus } from '../../generated/prisma/enums.js'
import { holdsAppRoleSql } from '../core/appRole.js'
import {
  type KeysetOrder,
  type KeysetSlice,
  limitOfSlice,
  orderOfSlice,
  withinSlice,
} from '../core/keyset.js'
import { foundIn, foundInAddress, type SearchText } from '../core/searchText.js'

/** A filter of an org's members. What is null is not filtered. */
export interface MembersSought {
  /** Part of a name or an address. */
  search: SearchText | null
  /** Whether addresses are searched too: only if the viewer may read them (contract, User.email). */
  byAddress: boolean
  /** Members with at least one of these roles. */
  roles: readonly OrgRoleName[] | null
  /** Members with this app role. */
  appRoleId: string | null
  statuses: readonly OrgUserStatus[] | null
}

export const oldestFirst: KeysetOrder = { field: 'joinedAt', direction: 'asc' }
const all: KeysetSlice = { take: 0, backward: false, after: null, before: null }

/** Finds members in several orgs with one statement, at most `take` in each. Returns their ids. */
export function findMembers(
  db: Queryable,
  orgIds: readonly string[],
  sought: MembersSought,
  slice: KeysetSlice,
  order: KeysetOrder = oldestFirst,
): Promise<Array<{ parentId: string; id: string }>> {
  return db.query(sql`
    select org.id as parent_id, found.id
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      select id from (${walk(sought, slice, order)}) member
      order by ${orderOfSlice(order, slice)} ${limitOfSlice(slice)}
    ) found
  `)
}

/** Counts the matching members of several orgs with one statement. An org without a row has none. */
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
 * Scans the index of the org's members in the list's order until enough are found. `offset 0` forces this plan: it always
 * goes through the members of the org, and never through all users.
 */
function walk(sought: MembersSought, slice: KeysetSlice, order: KeysetOrder = oldestFirst): Sql {
  return walkBy('joined_at', sought, withinSlice(order, slice), orderOfSlice(order, slice))
}

/**
 * The same for an order by any column of the membership.
 * @param within conditions, each after an `and`
 */
export function walkBy(
  key: 'joined_at' | 'sort_name',
  { search, byAddress, roles, appRoleId, statuses }: MembersSought,
  within: Sql,
  order: Sql,
): Sql {
  return sql`
    select id, ${raw(key)} from (
      select id, user_id, roles, app_roles, status, ${raw(key)} from org_user
      where org_id = org.id ${roles && !roles.includes('USER') ? aboveUser : empty}
        ${appRoleId === null ? empty : sql`and app_roles <> '{}'`}
        ${statuses === null ? empty : ofStatus(statuses)}
        ${within}
      order by ${order} offset 0
    ) member
    where true ${roles ? sql`and roles && ${roles}::"OrgRoleName"[]` : empty}
      ${appRoleId === null ? empty : sql`and ${holdsAppRoleSql(sql`app_roles`, keyOf(appRoleId))}`}
      ${search === null ? empty : sql`and ${called(search, byAddress)}`}
  `
}

/** Nobody holds the null of an app role that doesn't exist. */
const keyOf = (appRoleId: string): Sql =>
  sql`(select key from app_role where app_role.id = ${appRoleId}::uuid)`

/** SUSPENDED alone is the condition of the partial index that holds only suspended members. */
function ofStatus(statuses: readonly OrgUserStatus[]): Sql {
  const [status, ...more] = statuses
  if (status === undefined) return sql`and false`
  if (more.length > 0) return empty
  return status === 'SUSPENDED' ? sql`and status = 'SUSPENDED'` : sql`and status = 'ACTIVE'`
}

/** The condition of the partial index that holds only admins and owners. */
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
