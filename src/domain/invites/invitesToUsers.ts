import sql, { empty, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
import { type KeysetOrder, type KeysetSlice, orderOfSlice, withinSlice } from '../core/keyset.js'
import type { Addressee } from './orgInvite.js'
import { statusSql } from './statusSql.js'

/** A filter of the invites to a user. */
export interface InvitesAsked {
  /** Null for every status. */
  statuses: readonly OrgInviteStatus[] | null
  /** The time at which the status counts, by the database's clock. */
  now: Date
}

const newestFirst: KeysetOrder = { field: 'createdAt', direction: 'desc' }

/** Finds the invites to several users with one statement, at most `take` for each. Returns their ids. */
export function invitesToUsers(
  db: Queryable,
  users: readonly Addressee[],
  asked: InvitesAsked,
  slice: KeysetSlice,
): Promise<Array<{ parentId: string; id: string }>> {
  return db.query(sql`
    select u.id as parent_id, invite.id
    from ${addressees(users)} cross join lateral (
      select id from org_invite
      where ${isFor(asked)} ${withinSlice(newestFirst, slice)}
      order by ${orderOfSlice(newestFirst, slice)} limit ${slice.take}
    ) invite
  `)
}

/** Counts the invites to several users with one statement. */
export function countInvitesToUsers(
  db: Queryable,
  users: readonly Addressee[],
  asked: InvitesAsked,
): Promise<Array<{ parentId: string; count: number }>> {
  return db.query(sql`
    select u.id as parent_id, counted.count
    from ${addressees(users)}
      cross join lateral (select count(*)::int as count from org_invite where ${isFor(asked)}) counted
  `)
}

/** The users with a verified address. Nobody else has invites (contract §5). */
function addressees(users: readonly Addressee[]): Sql {
  const proven = users.filter(({ email, emailVerified }) => emailVerified && email !== null)
  return sql`unnest(
    ${proven.map(({ id }) => id)}::uuid[], ${proven.map(({ email }) => email)}::text[]
  ) u(id, email)`
}

function isFor({ statuses, now }: InvitesAsked): Sql {
  const status = statusSql('org_invite', now)
  return sql`
    org_invite.email = u.email and (invited_user_id is null or invited_user_id = u.id)
    ${statuses ? sql`and ${status} = any(${statuses}::"OrgInviteStatus"[])` : empty}
  `
}
