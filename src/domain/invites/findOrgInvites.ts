import sql, { empty, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
import { type KeysetOrder, type KeysetSlice, orderOfSlice, withinSlice } from '../core/keyset.js'
import { foundInAddress, type SearchText } from '../core/searchText.js'
import { statusSql } from './statusSql.js'

/** Which of an org's invites; null asks for nothing. */
export interface OrgInvitesSought {
  statuses: readonly OrgInviteStatus[] | null
  invitedById: string | null
  /** The whole address. */
  email: string | null
  /** Part of the address. */
  search: SearchText | null
  createdAfter: Date | null
  createdBefore: Date | null
  /**
   * Whose addresses the viewer sees, for what is found by an address must not tell one: an invite by user id shows
   * its own only to who sees that user's.
   */
  addressesOf: { userId: string | null; orgs: Sql | null } | 'everybody'
  /** As of when, by the database's clock. */
  now: Date
}

const newestFirst: KeysetOrder = { field: 'createdAt', direction: 'desc' }
const all: KeysetSlice = { take: 0, backward: false, after: null, before: null }

/** Ids of the invites of each of several orgs that are sought, at most `take` of each, by one statement. */
export function findOrgInvites(
  db: Queryable,
  orgIds: readonly string[],
  sought: OrgInvitesSought,
  slice: KeysetSlice,
): Promise<Array<{ parentId: string; id: string }>> {
  return db.query(sql`
    select org.id as parent_id, found.id
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      select id from (${byStatus(sought) ? mergedStatuses(sought, slice) : walk(sought, slice)}) invite
      order by ${orderOfSlice(newestFirst, slice)} limit ${slice.take}
    ) found
  `)
}

/** How many invites of each of several orgs are sought, by one statement; none where an org is missing. */
export function countOrgInvites(
  db: Queryable,
  orgIds: readonly string[],
  sought: OrgInvitesSought,
): Promise<Array<{ parentId: string; count: number }>> {
  return db.query(sql`
    select org.id as parent_id, found.count
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      ${byStatus(sought) ? sumOfStatuses(sought) : sql`select count(*)::int as count from (${walk(sought, all)}) invite`}
    ) found
  `)
}

const byStatus = ({ statuses, invitedById, email, search }: OrgInvitesSought) =>
  email === null && search === null && (statuses !== null || invitedById !== null)

/**
 * Along one index in the list's order, of the address or of the org, until enough is found: at worst all of it,
 * and of the org's index nothing but the index. The offset keeps PostgreSQL from taking another way: it plans for
 * an org of the usual size, where to read and sort all of it costs little.
 */
function walk(sought: OrgInvitesSought, slice: KeysetSlice): Sql {
  const { email, search, statuses, invitedById, now } = sought
  const status = statusSql('invite', now)
  return sql`
    select id, created_at from (
      select id, org_id, email, status, expires_at, invited_by_id, invited_user_id, created_at from org_invite
      where ${email === null ? sql`org_id = org.id` : sql`email = ${email}`} ${created(sought, slice)}
      order by ${orderOfSlice(newestFirst, slice)} offset 0
    ) invite
    where org_id = org.id
      ${search === null ? empty : sql`and ${foundInAddress(sql`email`, search)}`}
      ${statuses === null ? empty : sql`and ${status} = any(${statuses}::"OrgInviteStatus"[])`}
      ${invitedById === null ? empty : sql`and invited_by_id = ${invitedById}::uuid`}
      ${email === null && search === null ? empty : addressShown(sought)}
  `
}

/** Each status by its own part of an index, which has it in the list's order, and of each no more than a page. */
function mergedStatuses(sought: OrgInvitesSought, slice: KeysetSlice): Sql {
  const order = orderOfSlice(newestFirst, slice)
  return sql`
    select invite.id, invite.created_at
    from unnest(${storedStatuses(sought)}::"OrgInviteStatus"[]) stored(status) cross join lateral (
      select id, created_at from org_invite where ${ofStatus(sought)} ${created(sought, slice)}
      order by ${order} limit ${slice.take}
    ) invite
    ${dueToo(sought) ? sql`union all select id, created_at from (${due(sought, slice)}) due` : empty}
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

/** What is stored as PENDING and past its time is EXPIRED: it matters where one of both is asked for. */
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

/** Past their time and not marked yet: few, and all of them read. */
function due(sought: OrgInvitesSought, slice: KeysetSlice): Sql {
  return sql`
    select id, created_at from (
      select id, created_at, invited_by_id from org_invite
      where org_id = org.id and status = 'PENDING' and expires_at <= ${sought.now} offset 0
    ) due
    where true ${sought.invitedById === null ? empty : sql`and invited_by_id = ${sought.invitedById}::uuid`}
      ${created(sought, slice)}
  `
}

/**
 * Made between two moments and within a slice. Of a moment and a place that bound the same side only the narrower
 * is said: told both, an index may begin at the wider one and leave out what lies between row by row.
 */
function created({ createdAfter, createdBefore }: OrgInvitesSought, slice: KeysetSlice): Sql {
  const { after, before } = slice
  const fromPlace = before !== null && (createdAfter === null || before.ms > createdAfter.getTime())
  const toPlace = after !== null && (createdBefore === null || after.ms < createdBefore.getTime())
  return sql`
    ${fromPlace || createdAfter === null ? empty : sql`and created_at > ${createdAfter}`}
    ${toPlace || createdBefore === null ? empty : sql`and created_at < ${createdBefore}`}
    ${withinSlice(newestFirst, { ...slice, after: toPlace ? after : null, before: fromPlace ? before : null })}
  `
}

/** A search must not tell an address that the list itself would not (contract, OrgInvite.email). */
function addressShown({ addressesOf }: OrgInvitesSought): Sql {
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
