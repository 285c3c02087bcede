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
import {
  countOfSearch,
  hasAllWords,
  listOfOrg,
  pageOfSearch,
  type SearchedList,
  withSought,
} from '../core/search.js'
import type { SearchText } from '../core/searchText.js'

/** A filter of an org's members. What is null is not filtered. */
export interface MembersSought {
  /** Words, each a part of the name or the address. */
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
  const by = orderOfSlice(order, slice)
  return findPage(
    db,
    orgIds,
    sought,
    (walk) => sql`
      select id from (${walk('joined_at', withinSlice(order, slice), by)}) member order by ${by} ${limitOfSlice(slice)}
    `,
  )
}

/** Writes the walk of `walkBy` through the rows of a page's query. */
type Walk = (key: 'joined_at' | 'sort_name', within: Sql, order: Sql) => Sql

/** @param page the query for the ids of an org's page, in its order */
export function findPage(
  db: Queryable,
  orgIds: readonly string[],
  sought: MembersSought,
  page: (walk: Walk) => Sql,
): Promise<Array<{ parentId: string; id: string }>> {
  return db.query(sql`
    ${withSought(sought.search)}
    select org.id as parent_id, found.id
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      ${pageOfSearch(listOf(sought), (from, found) =>
        page((key, within, order) =>
          walkBy(key, found ? { ...sought, search: null } : sought, within, order, from),
        ),
      )}
    ) found
  `)
}

/** Counts the matching members of several orgs with one statement. An org without a row has none. */
export function countMembers(
  db: Queryable,
  orgIds: readonly string[],
  sought: MembersSought,
): Promise<Array<{ parentId: string; count: number }>> {
  const by = orderOfSlice(oldestFirst, all)
  return db.query(sql`
    ${withSought(sought.search)}
    select org.id as parent_id, found.count
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      ${countOfSearch(listOf(sought), (from, found) =>
        walkBy('joined_at', found ? { ...sought, search: null } : sought, empty, by, from),
      )}
    ) found
  `)
}

/**
 * Counts members of several orgs who have none of the roles. With USER among the roles these are few: all others are counted
 * by the org's counters.
 */
export function countAdminsWithout(
  db: Queryable,
  orgIds: readonly string[],
  roles: readonly OrgRoleName[],
  statuses: readonly OrgUserStatus[] | null,
): Promise<Array<{ parentId: string; count: number }>> {
  return db.query(sql`
    select org.id as parent_id, found.count
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      select count(*)::int as count from (
        select id, roles from org_user where org_id = org.id ${aboveUser} offset 0
      ) member
      where not roles && ${roles}::"OrgRoleName"[] ${
        // The index of admins has no status, and another index would have everybody.
        statuses === null
          ? empty
          : sql`and exists (select from org_user own where own.id = member.id ${ofStatus(statuses)} offset 0)`
      }
    ) found
  `)
}

const listOf = ({ search, byAddress }: MembersSought): SearchedList => ({
  ...listOfOrg,
  searched: search !== null,
  table: 'org_user',
  indexed: sql`search_grams(org_id, search_text)`,
  order: sql`joined_at, id`,
  matches: sql`and ${called(sql`search_text`, byAddress)}`,
})

/**
 * Scans an index of the org's members in the list's order until enough are found. `offset 0` forces this plan: it always
 * goes through the members of the org.
 * @param within conditions, each after an `and`
 * @param from the table, or members that a search has found
 */
function walkBy(
  key: 'joined_at' | 'sort_name',
  { search, byAddress, roles, appRoleId, statuses }: MembersSought,
  within: Sql,
  order: Sql,
  from: Sql,
): Sql {
  const partial = (roles && !roles.includes('USER')) || appRoleId !== null || statuses?.join() === 'SUSPENDED'
  // One index has the text. The others are smaller, and the text is read by the member's id.
  const text =
    partial || key === 'sort_name'
      ? sql`(select own.search_text from org_user own where own.id = member.id offset 0)`
      : sql`search_text`
  return sql`
    select id, ${raw(key)} from (
      select * from ${from}
      where org_id = org.id ${roles && !roles.includes('USER') ? aboveUser : empty}
        ${appRoleId === null ? empty : sql`and app_roles <> '{}'`}
        ${statuses === null ? empty : ofStatus(statuses)}
        ${within}
      order by ${order} offset 0
    ) member
    where true ${roles ? sql`and roles && ${roles}::"OrgRoleName"[]` : empty}
      ${appRoleId === null ? empty : sql`and ${holdsAppRoleSql(sql`app_roles`, keyOf(appRoleId))}`}
      ${search === null ? empty : sql`and ${called(text, byAddress)}`}
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

/** The name is the first line of the text, and the address the second. */
const called = (text: Sql, byAddress: boolean): Sql =>
  hasAllWords(byAddress ? text : sql`split_part(${text}, e'\\n', 1)`)
