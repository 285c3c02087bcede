import sql, { empty, raw, type Sql } from 'sql-template-tag'
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
import { findPage, newestFirst, type OrgInvitesSought } from './findOrgInvites.js'

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
  return findPage(
    db,
    orgIds,
    sought,
    (from, matches) => sql`
      select id from (
        select * from ${from} where org_id = org.id ${withinSlice(order, slice)} order by ${by} offset 0
      ) invite
      where true ${matches} ${createdWithin(sought)} order by ${by} ${limitOfSlice(slice)}
    `,
  )
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
  const slices = slicesOfRanks(ranks.length, reversed, slice)
    .map(({ rank, slice: ofOne }, number) => ({ status: ranks[rank] ?? 'PENDING', slice: ofOne, number }))
    .filter(({ status }) => !statuses || statuses.includes(status))
  if (slices.length === 0) return []
  return findPage(db, orgIds, sought, (from, matches) => {
    const parts = slices.flatMap(({ status, slice: ofOne, number }) => {
      const within = withinSlice(order, ofOne)
      const marked = stored(from, status, sql`${within} order by ${by}`, sought.now)
      return (status === 'EXPIRED' ? [marked, due(from, sought.now, within)] : [marked]).map(
        (rows) => sql`(
          select ${number}::int as part, id, created_at from (${rows}) invite
          where true ${matches} ${createdWithin(sought)} order by ${by} limit ${slice.take}
        )`,
      )
    })
    return firstOfParts(parts, by, slice)
  })
}

/**
 * Invites of a stored status, in an order that an index has. Stored as PENDING but past its time means EXPIRED: that is
 * looked at outside, or PostgreSQL may read all that are pending by their expiry, and sort them.
 */
const stored = (from: Sql, status: OrgInviteStatus, inOrder: Sql, now: Date): Sql => sql`
  select * from (
    select * from ${from} where org_id = org.id and status = ${raw(`'${status}'`)} ${inOrder} offset 0
  ) stored
  where true ${status === 'PENDING' ? sql`and expires_at > ${now}` : empty}
`

/** Invites that have expired but are stored as PENDING. They are few, so all are read. */
const due = (from: Sql, now: Date, within: Sql): Sql => sql`
  select * from (
    select * from ${from} where org_id = org.id and status = 'PENDING' and expires_at <= ${now} offset 0
  ) due
  where true ${within}
`

function createdWithin({ createdAfter, createdBefore }: OrgInvitesSought): Sql {
  return sql`
    ${createdAfter === null ? empty : sql`and created_at > ${createdAfter}`}
    ${createdBefore === null ? empty : sql`and created_at < ${createdBefore}`}
  `
}
