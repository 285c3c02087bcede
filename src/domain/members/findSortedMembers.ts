import sql, { empty, raw, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import type { TextPosition } from '../core/cursor.js'
import {
  firstOfParts,
  limitOfSlice,
  orderOfSlice,
  type RankedSlice,
  slicesOfRanks,
  withinSlice,
} from '../core/keyset.js'
import { findPage, type MembersSought, oldestFirst } from './findMembers.js'

/** Lists of members in another order than that of joining: docs/decisions/040-sorted-lists.md. */

export interface TextSlice {
  take: number
  skip?: number
  backward: boolean
  after: TextPosition | null
  before: TextPosition | null
}

type Found = Promise<Array<{ parentId: string; id: string }>>

/**
 * Finds members by name, in the order of `org_user.sort_name`.
 * @param from where the list begins if no position is given: the first letters of a name
 */
export function findMembersByName(
  db: Queryable,
  orgIds: readonly string[],
  sought: MembersSought,
  slice: TextSlice,
  { reversed, from }: { reversed: boolean; from: string | null },
): Found {
  const order = raw(reversed === slice.backward ? 'sort_name, id' : 'sort_name desc, id desc')
  return findPage(
    db,
    orgIds,
    sought,
    (walk) => sql`
      select id from (${walk('sort_name', withinNames(slice, reversed, from), order)}) member
      order by ${order} ${limitOfSlice(slice)}
    `,
  )
}

function withinNames({ after, before }: TextSlice, reversed: boolean, from: string | null): Sql {
  const beyond = (position: TextPosition | null, side: '<' | '>') =>
    position ? sql`and (sort_name, id) ${raw(side)} (${position.text}, ${position.id}::uuid)` : empty
  const begin = reversed
    ? // The last name that begins with these letters is the first one.
      sql`and sort_name < sort_name_of(${from}) || chr(1114111)`
    : sql`and sort_name >= sort_name_of(${from})`
  return sql`
    ${beyond(after, reversed ? '<' : '>')} ${beyond(before, reversed ? '>' : '<')}
    ${from === null || after || before ? empty : begin}
  `
}

/** Highest first. A member counts by the highest of the roles. */
const ranks: readonly OrgRoleName[] = ['OWNER', 'ADMIN', 'USER']

export function rankOfRoles(roles: readonly OrgRoleName[]): number {
  return ranks.findIndex((role) => role === 'USER' || roles.includes(role))
}

/** The first condition is that of the partial index of admins and owners. */
const ofRank: Record<OrgRoleName, Sql> = {
  OWNER: sql`and roles && '{ADMIN,OWNER}' and 'OWNER' = any(roles)`,
  ADMIN: sql`and roles && '{ADMIN,OWNER}' and not 'OWNER' = any(roles)`,
  USER: sql`and not roles && '{ADMIN,OWNER}'`,
}

/** Finds members by their highest role, and of one role by when they joined. Reads at most a page of each role. */
export async function findMembersByRole(
  db: Queryable,
  orgIds: readonly string[],
  sought: MembersSought,
  slice: RankedSlice,
  { reversed }: { reversed: boolean },
): Found {
  const order = { ...oldestFirst, direction: reversed ? 'desc' : 'asc' } as const
  const by = orderOfSlice(order, slice)
  return findPage(db, orgIds, sought, (walk) => {
    const parts = slicesOfRanks(ranks.length, reversed, slice).map(({ rank, slice: ofOne }, number) => {
      const within = sql`${ofRank[ranks[rank] ?? 'USER']} ${withinSlice(order, ofOne)}`
      return sql`(
        select ${number}::int as part, id, joined_at from (${walk('joined_at', within, by)}) member
        order by ${by} limit ${slice.take}
      )`
    })
    return firstOfParts(parts, by, slice)
  })
}
