import type { GraphQLResolveInfo } from 'graphql'
import type { ReadRow } from '../../database/omittedColumns.js'
import type { KeysetPosition, RankedPosition, TextPosition } from '../../domain/core/cursor.js'
import type { KeysetOrder } from '../../domain/core/keyset.js'
import { parseSearch } from '../../domain/core/searchText.js'
import {
  countAdminsWithout,
  countMembers,
  findMembers,
  type MembersSought,
} from '../../domain/members/findMembers.js'
import { findMembersByName, findMembersByRole, rankOfRoles } from '../../domain/members/findSortedMembers.js'
import type { OrgRoleName, OrgUserStatus } from '../../generated/prisma/enums.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { isSelf, maySeeAddressesOfMembers, rememberMembers } from '../viewer.js'
import { type List, loadPage } from './list.js'
import { byRank, byText, byTime } from './order.js'
import type { PageArgs } from './page.js'
import { countByParent, inOrderOf } from './readPages.js'

export interface OrgUserFilter {
  roles?: readonly OrgRoleName[] | null | undefined
  /** Global id of an app role. */
  appRoleId?: string | null | undefined
  statuses?: readonly OrgUserStatus[] | null | undefined
  search?: string | null | undefined
}

export interface OrgUserOrder {
  field: 'NAME' | 'JOINED_AT' | 'ROLE'
  direction: 'ASC' | 'DESC'
  from?: string | null | undefined
}

type MemberRow = ReadRow<'OrgUser'>
type Members<Position> = List<OrgOfMembers, MemberRow, Position>

interface OrgOfMembers {
  id: string
  memberCount: number
  suspendedCount: number
}

/** An org's members, oldest first unless another order is asked for. */
export async function orgUsersOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: OrgOfMembers,
  args: PageArgs & { filter?: OrgUserFilter | null | undefined; orderBy?: OrgUserOrder | null | undefined },
) {
  const page = await loadMembers(context, info, org, args)
  await rememberMembers(
    context,
    org.id,
    page.edges.map(({ node }) => node),
  )
  return page
}

function loadMembers(
  context: Context,
  info: GraphQLResolveInfo,
  org: OrgOfMembers,
  args: Parameters<typeof orgUsersOfOrg>[3],
) {
  const { cursors, database } = context.app
  const filter = args.filter ?? {}
  const { field, direction, from } = args.orderBy ?? usualOrder
  const reversed = direction === 'DESC'
  const order = { field: 'joinedAt', direction: reversed ? 'desc' : 'asc' } as const
  const list = { ...rowsOf(context, filter, order), model: 'orgUser', typeName: 'OrgUser' } as const
  if (field === 'JOINED_AT')
    return loadPage(context, info, org, args, {
      ...list,
      // A cursor of one order is none of the other.
      name: reversed ? 'org.users.newest' : 'org.users',
      order: byTime<MemberRow>(cursors, order),
    } satisfies Members<KeysetPosition>)
  const sought = soughtOf(context, filter, statusesOf(filter))
  const { parent: _, ...found } = list
  const ids = (orgs: readonly OrgOfMembers[]) => orgs.map(({ id }) => id)
  if (field === 'ROLE')
    return loadPage(context, info, org, args, {
      ...found,
      name: `org.users.role.${direction}`,
      order: byRank<MemberRow>(cursors, ({ roles }) => rankOfRoles(roles), 'joinedAt'),
      find: async (orgs, slice) =>
        sought ? findMembersByRole(database, ids(orgs), sought, slice, { reversed }) : [],
    } satisfies Members<RankedPosition>)
  // No name has a NUL, which PostgreSQL can't read.
  const begin = from?.slice(0, MAX_FROM).replaceAll('\0', '') || null
  return loadPage(context, info, org, args, {
    ...found,
    name: `org.users.name.${direction}`,
    order: byText<MemberRow>(cursors, ({ sortName }) => sortName),
    find: async (orgs, slice) =>
      sought ? findMembersByName(database, ids(orgs), sought, slice, { reversed, from: begin }) : [],
  } satisfies Members<TextPosition>)
}

const usualOrder: OrgUserOrder = { field: 'JOINED_AT', direction: 'ASC' }
/** As much of a name as decides its place, UTF-16 code units. */
const MAX_FROM = 100

/** Which members of an org the filter selects, and how to count them. */
function rowsOf(
  context: Context,
  filter: OrgUserFilter,
  order: KeysetOrder,
): Pick<Members<KeysetPosition>, 'parent' | 'find' | 'count'> {
  const statuses = statusesOf(filter)
  if (!filter.roles && !filter.search && filter.appRoleId == null && statuses === null)
    return {
      parent: { key: 'orgId', model: 'org', relation: 'orgUsers' },
      count: async (orgs) => orgs.map(({ memberCount }) => memberCount),
    }
  const { database } = context.app
  const sought = soughtOf(context, filter, statuses)
  const idsOf = (orgs: readonly OrgOfMembers[]) => orgs.map(({ id }) => id)
  const { roles } = filter
  return {
    find: async (orgs, slice) => (sought ? findMembers(database, idsOf(orgs), sought, slice, order) : []),
    async count(orgs) {
      if (filter.search || filter.appRoleId != null || (roles && !roles.includes('USER')))
        return inOrderOf(orgs, sought ? await countMembers(database, idsOf(orgs), sought) : [])
      const counts = orgs.map((org) => sumOf(org, statuses ?? orgUserStatuses))
      if (!roles) return counts
      const without = await countAdminsWithout(database, idsOf(orgs), roles, statuses)
      return inOrderOf(orgs, without).map((count, place) => (counts[place] ?? 0) - count)
    },
  }
}

/** What to search for. Null if nothing can match, because the text or the id is invalid. */
function soughtOf(
  context: Context,
  { roles, search, appRoleId: id }: OrgUserFilter,
  statuses: readonly OrgUserStatus[] | null,
): MembersSought | null {
  const appRoleId = id == null ? null : decodeId('AppRole', id)
  if (appRoleId === null && id != null) return null
  const text = search ? parseSearch(search) : null
  if (search && text === null) return null
  return {
    search: text,
    byAddress: maySeeAddressesOfMembers(context),
    roles: roles ?? null,
    appRoleId,
    statuses,
  }
}

/** The statuses that the filter asks for, without duplicates. Null for all. */
function statusesOf({ statuses }: OrgUserFilter): OrgUserStatus[] | null {
  const asked = statuses ? [...new Set(statuses)] : null
  return asked?.length === orgUserStatuses.length ? null : asked
}

const sumOf = (org: OrgOfMembers, statuses: readonly OrgUserStatus[]) =>
  statuses.reduce((sum, status) => sum + countsOf(org)[status], 0)

/** An org's members by status, from its counters. */
function countsOf({ memberCount, suspendedCount }: OrgOfMembers): Record<OrgUserStatus, number> {
  return { ACTIVE: memberCount - suspendedCount, SUSPENDED: suspendedCount }
}

const orgUserStatuses: readonly OrgUserStatus[] = ['ACTIVE', 'SUSPENDED']

const ofUser = {
  model: 'orgUser',
  parent: { key: 'userId', model: 'user', relation: 'orgUsers' },
} as const

/** A user's memberships, newest first. Users don't see their own that are suspended: to them those orgs are not there. */
export function orgUsersOfUser(
  context: Context,
  info: GraphQLResolveInfo,
  user: { id: string },
  args: PageArgs,
) {
  const { cursors, prisma } = context.app
  const source = { ...ofUser, where: isSelf(context, user.id) ? { status: 'ACTIVE' } : {} }
  return loadPage(context, info, user, args, {
    ...source,
    name: 'user.orgUsers',
    typeName: 'OrgUser',
    order: byTime<ReadRow<'OrgUser'>>(cursors, { field: 'joinedAt', direction: 'desc' }),
    count: (users) => countByParent(prisma, source, users),
  })
}
