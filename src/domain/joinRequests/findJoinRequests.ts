import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgJoinRequestStatus } from '../../generated/prisma/enums.js'
import {
  type KeysetOrder,
  type KeysetSlice,
  limitOfSlice,
  orderOfSlice,
  withinSlice,
} from '../core/keyset.js'

const newestFirst: KeysetOrder = { field: 'createdAt', direction: 'desc' }

/** Finds the requests of several orgs by status with one statement, at most `take` in each. Returns their ids. */
export function findJoinRequests(
  db: Queryable,
  orgIds: readonly string[],
  statuses: readonly OrgJoinRequestStatus[],
  slice: KeysetSlice,
): Promise<Array<{ parentId: string; id: string }>> {
  const by = orderOfSlice(newestFirst, slice)
  const pages = statuses.map(
    (status) => sql`(
      select id, created_at from org_join_request where ${ofStatus(status)} ${withinSlice(newestFirst, slice)}
      order by ${by} limit ${slice.take}
    )`,
  )
  return db.query(sql`
    select org.id as parent_id, found.id
    from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      select id from (${join(pages, ' union all ')}) request order by ${by} ${limitOfSlice(slice)}
    ) found
  `)
}

/** Counts the requests of several orgs by status with one statement. */
export function countJoinRequests(
  db: Queryable,
  orgIds: readonly string[],
  statuses: readonly OrgJoinRequestStatus[],
): Promise<Array<{ parentId: string; count: number }>> {
  const counts = statuses.map(
    (status) => sql`(select count(*)::int from org_join_request where ${ofStatus(status)})`,
  )
  return db.query(sql`
    select org.id as parent_id, ${join(counts, ' + ')} as count from unnest(${orgIds}::uuid[]) org(id)
  `)
}

/** With the status in the text of the statement PostgreSQL knows how rare it is, and takes the index of pending requests. */
const ofStatus = (status: OrgJoinRequestStatus): Sql => sql`org_id = org.id and status = '${raw(status)}'`
