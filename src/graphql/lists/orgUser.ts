import type { GraphQLResolveInfo } from 'graphql'
import type { ReadRow } from '../../database/omittedColumns.js'
import type { KeysetPosition } from '../../domain/core/cursor.js'
import { parseSearch } from '../../domain/core/searchText.js'
import { countMembers, findMembers, type MembersSought } from '../../domain/members/findMembers.js'
import type { OrgRoleName, OrgUserStatus } from '../../generated/prisma/enums.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { isSelf, maySeeAddressesOfMembers, rememberMembers } from '../viewer.js'
import { type List, loadPage } from './list.js'
import { byTime } from './order.js'
import type { PageArgs } from './page.js'
import { countByParent, inOrderOf } from './readPages.js'

export interface OrgUserFilter {
  roles?: readonly OrgRoleName[] | null | undefined
  /** Global id of an app role. */
  appRoleId?: string | null | undefined
  statuses?: readonly OrgUserStatus[] | null | undefined
  search?: string | null | undefined
}

interface OrgOfMembers {
  id: string
  memberCount: number
  suspendedCount: number
}

/** An org's members, oldest first. */
export async function orgUsersOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: OrgOfMembers,
  args: PageArgs & { filter?: OrgUserFilter | null | undefined },
) {
  const page = await loadPage(context, info, org, args, {
    name: 'org.users',
    model: 'orgUser',
    typeName: 'OrgUser',
    order: byTime<ReadRow<'OrgUser'>>(context.app.cursors, { field: 'joinedAt', direction: 'asc' }),
    ...rowsOf(context, args.filter ?? {}),
  })
  await rememberMembers(
    context,
    org.id,
    page.edges.map(({ node }) => node),
  )
  return page
}

/** Which members of an org the filter selects, and how to count them. */
function rowsOf(
  context: Context,
  filter: OrgUserFilter,
): Pick<List<OrgOfMembers, ReadRow<'OrgUser'>, KeysetPosition>, 'parent' | 'find' | 'count'> {
  const statuses = statusesOf(filter)
  if (!filter.roles && !filter.search && filter.appRoleId == null && statuses === null)
    return {
      parent: { key: 'orgId', model: 'org', relation: 'orgUsers' },
      count: async (orgs) => orgs.map(({ memberCount }) => memberCount),
    }
  const { database } = context.app
  const sought = soughtOf(context, filter, statuses)
  const idsOf = (orgs: readonly OrgOfMembers[]) => orgs.map(({ id }) => id)
  return {
    find: async (orgs, slice) => (sought ? findMembers(database, idsOf(orgs), sought, slice) : []),
    count: async (orgs) =>
      statuses !== null && !filter.roles && !filter.search && filter.appRoleId == null
        ? orgs.map((org) => statuses.reduce((sum, status) => sum + countsOf(org)[status], 0))
        : inOrderOf(orgs, sought ? await countMembers(database, idsOf(orgs), sought) : []),
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
