import sql, { empty, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
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
import { statusSql } from './statusSql.js'

/** A filter of an org's invites. What is null is not filtered. */
export interface OrgInvitesSought {
  statuses: readonly OrgInviteStatus[] | null
  invitedById: string | null
  /** The whole address. */
  email: string | null
  /** Words, each a part of the address. */
  search: SearchText | null
  createdAfter: Date | null
  createdBefore: Date | null
  /**
   * Whose addresses the viewer may read, because a search by address must not reveal one. The address of an invite by
   * user id is visible only to viewers who may read that user's address.
   */
  addressesOf: { userId: string | null; orgs: Sql | null } | 'everybody'
  /** The time at which the status counts, by the database's clock. */
  now: Date
}

export const newestFirst: KeysetOrder = { field: 'createdAt', direction: 'desc' }
const all: KeysetSlice = { take: 0, backward: false, after: null, before: null }

/** Finds invites in several orgs with one statement, at most `take` in each. Returns their ids. */
export function findOrgInvites(
  db: Queryable,
  orgIds: readonly string[],
  sought: OrgInvitesSought,
  slice: KeysetSlice,
  order: KeysetOrder = newestFirst,
): Promise<Array<{ parentId: string; id: string }>> {
  const by = orderOfSlice(order, slice)
  return findPage(
    db,
    orgIds,
    sought,
    (from, matches) => sql`
      select id from (${byStatus(sought) ? mergedStatuses(sought, slice, order) : walk(sought, from, matches, slice, order)}) invite
      order by ${by} ${limitOfSlice(slice)}
    `,
  )
}

/**
 * @param page the query for the ids of an org's page, in its order, from rows which must also match a condition
 */
export function findPage(
  db: Queryable,
  orgIds: readonly string[],
  sought: OrgInvitesSought,
  page: (from: Sql, matches: Sql) => Sql,
): Promise<Array<{ parentId: string; id: string }>> {
  const list = listOf(sought)
  return db.query(sql`
    ${withSought(sought.search)}
    select org.id as parent_id, found.id
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      ${pageOfSearch(list, (from, found) => page(from, matching(sought, found)))}
    ) found
  `)
}

/** Counts the matching invites of several orgs with one statement. An org without a row has none. */
export function countOrgInvites(
  db: Queryable,
  orgIds: readonly string[],
  sought: OrgInvitesSought,
): Promise<Array<{ parentId: string; count: number }>> {
  const count = byStatus(sought)
    ? sumOfStatuses(sought)
    : countOfSearch(listOf(sought), (from, found) => walk(sought, from, matching(sought, found), all))
  return db.query(sql`
    ${withSought(sought.search)}
    select org.id as parent_id, found.count
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (${count}) found
  `)
}

const byStatus = ({ statuses, invitedById, email, search }: OrgInvitesSought) =>
  email === null && search === null && (statuses !== null || invitedById !== null)

/** Few invites have the same address, so a search among them needs no index of its own. */
const listOf = ({ search, email }: OrgInvitesSought): SearchedList => ({
  ...listOfOrg,
  searched: email === null && search !== null,
  table: 'org_invite',
  indexed: sql`search_grams(org_id, address_search_text(email))`,
  order: sql`created_at desc, id desc`,
  matches: sql`and ${addressed}`,
})

/** Most addresses are stored as they are searched. */
const addressed = sql`(
  ${hasAllWords(sql`email`)} or (email like '%xn--%' and ${hasAllWords(sql`address_search_text(email)`)})
)`

/**
 * Scans one index in the list's order, by address or by org, until enough rows are found. At worst it scans all of the
 * org's rows, but only in the index. `offset 0` forces this plan: PostgreSQL plans for an org of average size, for which
 * it would rather read and sort all rows.
 */
function walk(
  sought: OrgInvitesSought,
  from: Sql,
  matches: Sql,
  slice: KeysetSlice,
  order = newestFirst,
): Sql {
  const { email } = sought
  return sql`
    select id, created_at from (
      select * from ${from}
      where ${email === null ? sql`org_id = org.id` : sql`email = ${email}`} ${created(sought, slice, order)}
      order by ${orderOfSlice(order, slice)} offset 0
    ) invite
    where org_id = org.id ${matches}
  `
}

/**
 * The filters but for the times, each after an `and`.
 * @param found whether the rows are known to match the search
 */
function matching(sought: OrgInvitesSought, found: boolean): Sql {
  const { email, search, statuses, invitedById, addressesOf, now } = sought
  const status = statusSql('invite', now)
  return sql`
      ${search === null || found ? empty : sql`and ${addressed}`}
      ${statuses === null ? empty : sql`and ${status} = any(${statuses}::"OrgInviteStatus"[])`}
      ${invitedById === null ? empty : sql`and invited_by_id = ${invitedById}::uuid`}
      ${email === null && search === null ? empty : addressShown(addressesOf)}
  `
}

/** Reads one page of each status, as the index has each status in the list's order, and merges the pages. */
function mergedStatuses(sought: OrgInvitesSought, slice: KeysetSlice, order: KeysetOrder): Sql {
  return sql`
    select invite.id, invite.created_at
    from unnest(${storedStatuses(sought)}::"OrgInviteStatus"[]) stored(status) cross join lateral (
      select id, created_at from org_invite where ${ofStatus(sought)} ${created(sought, slice, order)}
      order by ${orderOfSlice(order, slice)} limit ${slice.take}
    ) invite
    ${dueToo(sought) ? sql`union all select id, created_at from (${due(sought, slice, order)}) due` : empty}
  `
}

function sumOfStatuses(sought: OrgInvitesSought): Sql {
  return sql`
    select coalesce(sum((
      select count(*) from org_invite where ${ofStatus(sought)} ${created(sought, all)}
    )), 0)::int ${dueToo(sought) ? sql`+ (select count(*)::int from (${due(sought, all)}) due)` : empty} as count
    from unnest(${storedStatuses(sought)}::"OrgInviteStatus"[]) stored(status)
  `
}

const everyStatus: readonly OrgInviteStatus[] = ['PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED']
const storedStatuses = ({ statuses }: OrgInvitesSought) => [...new Set(statuses ?? everyStatus)]

/** Stored as PENDING but expired means EXPIRED. This matters if only one of the two statuses is asked for. */
function ofStatus({ statuses, invitedById, now }: OrgInvitesSought): Sql {
  const pendingAlone = statuses?.includes('PENDING') === true && !statuses.includes('EXPIRED')
  return sql`
    org_id = org.id and status = stored.status
    ${invitedById === null ? empty : sql`and invited_by_id = ${invitedById}::uuid`}
    ${pendingAlone ? sql`and (stored.status <> 'PENDING' or expires_at > ${now})` : empty}
  `
}

const dueToo = ({ statuses }: OrgInvitesSought) =>
  statuses?.includes('EXPIRED') === true && !statuses.includes('PENDING')

/** Invites that have expired but are stored as PENDING. They are few, so all are read. */
function due(sought: OrgInvitesSought, slice: KeysetSlice, order = newestFirst): Sql {
  return sql`
    select id, created_at from (
      select id, created_at, invited_by_id from org_invite
      where org_id = org.id and status = 'PENDING' and expires_at <= ${sought.now} offset 0
    ) due
    where true ${sought.invitedById === null ? empty : sql`and invited_by_id = ${sought.invitedById}::uuid`}
      ${created(sought, slice, order)}
  `
}

/**
 * Created within the filter's times and within the slice. If a filter and a cursor bound the same side, only the tighter
 * one is used: with both, PostgreSQL may start the index scan at the looser bound.
 */
function created(
  { createdAfter, createdBefore }: OrgInvitesSought,
  slice: KeysetSlice,
  order = newestFirst,
): Sql {
  const [newerEnd, olderEnd] =
    order.direction === 'desc' ? (['after', 'before'] as const) : (['before', 'after'] as const)
  const newest = slice[newerEnd]
  const oldest = slice[olderEnd]
  const fromPlace = oldest !== null && (createdAfter === null || oldest.ms > createdAfter.getTime())
  const toPlace = newest !== null && (createdBefore === null || newest.ms < createdBefore.getTime())
  const bounds = {
    after: null,
    before: null,
    [newerEnd]: toPlace ? newest : null,
    [olderEnd]: fromPlace ? oldest : null,
  }
  return sql`
    ${fromPlace || createdAfter === null ? empty : sql`and created_at > ${createdAfter}`}
    ${toPlace || createdBefore === null ? empty : sql`and created_at < ${createdBefore}`}
    ${withinSlice(order, bounds)}
  `
}

/** A search must not reveal an address that the list itself would not show (contract, OrgInvite.email). */
function addressShown(addressesOf: OrgInvitesSought['addressesOf']): Sql {
  if (addressesOf === 'everybody') return empty
  const { userId, orgs } = addressesOf
  return sql`
    and (invited_user_id is null
      ${userId === null ? empty : sql`or invited_user_id = ${userId}::uuid`}
      ${orgs === null ? empty : sharedWithInvited(orgs)})
  `
}

const sharedWithInvited = (orgs: Sql) => sql`
  or exists (
    select from org_user theirs where theirs.user_id = invited_user_id and theirs.org_id in (${orgs}) offset 0
  )
`
