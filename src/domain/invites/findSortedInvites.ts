import sql, { empty, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
import {
  firstOfParts,
  type KeysetOrder,
  type KeysetSlice,
  limitOfSlice,
  orderOfSlice,
  type RankedSlice,
  slicesOfRanks,
  withinSlice,
} from '../core/keyset.js'
import { matching, newestFirst, type OrgInvitesSought } from './findOrgInvites.js'

/** Lists of invites in another order than that of creation: docs/decisions/040-sorted-lists.md. */

type Found = Promise<Array<{ parentId: string; id: string }>>

/** Finds invites in the order in which they expire. */
export function findInvitesByExpiry(
  db: Queryable,
  orgIds: readonly string[],
  sought: OrgInvitesSought,
  slice: KeysetSlice,
  order: KeysetOrder,
): Found {
  const by = orderOfSlice(order, slice)
  return db.query(sql`
    select org.id as parent_id, found.id
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      select id from (
        select * from org_invite where org_id = org.id ${withinSlice(order, slice)} order by ${by} offset 0
      ) invite
      where true ${matching(sought)} ${createdWithin(sought)} order by ${by} ${limitOfSlice(slice)}
    ) found
  `)
}

/** What waits for an answer comes first, then what can be renewed. */
const ranks: readonly OrgInviteStatus[] = ['PENDING', 'EXPIRED', 'ACCEPTED', 'DECLINED', 'REVOKED']

export const rankOfStatus = (status: OrgInviteStatus): number => ranks.indexOf(status)

/** Finds invites by status, and of one status the newest first. Reads at most a page of each status that is needed. */
export async function findInvitesByStatus(
  db: Queryable,
  orgIds: readonly string[],
  sought: OrgInvitesSought,
  slice: RankedSlice,
  { reversed }: { reversed: boolean },
): Found {
  const order = { ...newestFirst, direction: reversed ? 'asc' : 'desc' } as const
  const by = orderOfSlice(order, slice)
  const { statuses } = sought
  const parts = slicesOfRanks(ranks.length, reversed, slice).flatMap(({ rank, slice: ofOne }, number) => {
    const status = ranks[rank] ?? 'PENDING'
    if (statuses && !statuses.includes(status)) return []
    const within = withinSlice(order, ofOne)
    const marked = sql`
      select * from org_invite where org_id = org.id and ${isMarked(status, sought.now)} ${within}
      order by ${by} offset 0
    `
    return (status === 'EXPIRED' ? [marked, due(sought.now, within)] : [marked]).map(
      (rows) => sql`(
        select ${number}::int as part, id, created_at from (${rows}) invite
        where true ${matching(sought)} ${createdWithin(sought)} order by ${by} limit ${slice.take}
      )`,
    )
  })
  if (parts.length === 0) return []
  return db.query(sql`
    select org.id as parent_id, found.id
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (${firstOfParts(parts, by, slice)}) found
  `)
}

/** Stored as PENDING but past its time means EXPIRED. */
const isMarked = (status: OrgInviteStatus, now: Date): Sql =>
  status === 'PENDING'
    ? sql`status = 'PENDING' and expires_at > ${now}`
    : sql`status = ${status}::"OrgInviteStatus"`

/** Invites that have expired but are stored as PENDING. They are few, so all are read. */
const due = (now: Date, within: Sql): Sql => sql`
  select * from (
    select * from org_invite where org_id = org.id and status = 'PENDING' and expires_at <= ${now} offset 0
  ) due
  where true ${within}
`

function createdWithin({ createdAfter, createdBefore }: OrgInvitesSought): Sql {
  return sql`
    ${createdAfter === null ? empty : sql`and created_at > ${createdAfter}`}
    ${createdBefore === null ? empty : sql`and created_at < ${createdBefore}`}
  `
}
