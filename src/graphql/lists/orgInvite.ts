import type { GraphQLResolveInfo } from 'graphql'
import type { ReadRow } from '../../database/omittedColumns.js'
import type { KeysetPosition, RankedPosition } from '../../domain/core/cursor.js'
import type { KeysetOrder } from '../../domain/core/keyset.js'
import { countOf, type OrgCounts } from '../../domain/core/orgEvent.js'
import { parseSearch } from '../../domain/core/searchText.js'
import {
  countOrgInvites,
  findOrgInvites,
  type OrgInvitesSought,
} from '../../domain/invites/findOrgInvites.js'
import {
  findInvitesByExpiry,
  findInvitesByStatus,
  rankOfStatus,
} from '../../domain/invites/findSortedInvites.js'
import { countInvitesToUsers, invitesToUsers } from '../../domain/invites/invitesToUsers.js'
import { type Addressee, orgInviteLife, statusAt } from '../../domain/invites/orgInvite.js'
import { parseEmail } from '../../domain/users/email.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { countsOf } from '../loaders/org.js'
import { readTime } from '../readTime.js'
import { visibleAddresses } from '../viewer.js'
import { type List, loadPage } from './list.js'
import { byRank, byTime } from './order.js'
import type { PageArgs } from './page.js'
import { inOrderOf } from './readPages.js'

const orgInviteStatuses = Object.keys(orgInviteLife) as OrgInviteStatus[]

export interface OrgInviteFilter {
  statuses?: readonly OrgInviteStatus[] | null | undefined
  /** Global id of a user. */
  invitedById?: string | null | undefined
  email?: string | null | undefined
  search?: string | null | undefined
  createdAfter?: Date | null | undefined
  createdBefore?: Date | null | undefined
}

export interface OrgInviteOrder {
  field: 'CREATED_AT' | 'EXPIRES_AT' | 'STATUS'
  direction: 'ASC' | 'DESC'
}

type InviteRow = ReadRow<'OrgInvite'>

interface OrgOfInvites extends OrgCounts {
  id: string
}

const byTimeOf = ({ app }: Context) =>
  byTime<ReadRow<'OrgInvite'>>(app.cursors, { field: 'createdAt', direction: 'desc' })

const usualOrder: OrgInviteOrder = { field: 'CREATED_AT', direction: 'DESC' }

/** An org's invites, newest first unless another order is asked for. */
export function orgInvitesOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: OrgOfInvites,
  args: PageArgs & {
    filter?: OrgInviteFilter | null | undefined
    orderBy?: OrgInviteOrder | null | undefined
  },
) {
  const { cursors, database } = context.app
  const filter = args.filter ?? {}
  const { field, direction } = args.orderBy ?? usualOrder
  const reversed = direction === 'DESC'
  const byCreation = { field: 'createdAt', direction: reversed ? 'desc' : 'asc' } as const
  const list = {
    ...rowsOf(context, info, filter, byCreation),
    model: 'orgInvite',
    typeName: 'OrgInvite',
  } as const
  if (field === 'CREATED_AT')
    return loadPage(context, info, org, args, {
      ...list,
      // A cursor of one order is none of the other.
      name: reversed ? 'org.invites' : 'org.invites.oldest',
      order: byTime<InviteRow>(cursors, byCreation),
    } satisfies OrgInvites)
  const now = readTime(context, info)
  const sought = soughtOf(context, filter, now)
  const { parent: _parent, where: _where, ...found } = list
  if (field === 'STATUS')
    return loadPage(context, info, org, args, {
      ...found,
      name: `org.invites.status.${direction}`,
      order: byRank<InviteRow>(cursors, (row) => rankOfStatus(statusAt(row, now)), 'createdAt'),
      find: async (orgs, slice) =>
        sought ? findInvitesByStatus(database, idsOf(orgs), sought, slice, { reversed }) : [],
    } satisfies List<OrgOfInvites, InviteRow, RankedPosition>)
  const byExpiry = { field: 'expiresAt', direction: reversed ? 'desc' : 'asc' } as const
  return loadPage(context, info, org, args, {
    ...found,
    name: `org.invites.expiry.${direction}`,
    order: byTime<InviteRow>(cursors, byExpiry),
    find: async (orgs, slice) =>
      sought ? findInvitesByExpiry(database, idsOf(orgs), sought, slice, byExpiry) : [],
  } satisfies OrgInvites)
}

type OrgInvites = List<OrgOfInvites, InviteRow, KeysetPosition>

/** Which invites of an org the filter selects, and how to count them. */
function rowsOf(
  context: Context,
  info: GraphQLResolveInfo,
  filter: OrgInviteFilter,
  order: KeysetOrder,
): Pick<OrgInvites, 'parent' | 'where' | 'find' | 'count'> {
  const { database } = context.app
  const { statuses, ...rest } = filter
  const now = readTime(context, info)
  const filtersByMore = Object.values(rest).some((condition) => condition != null && condition !== '')
  const where = filtersByMore ? null : whereStatus(statuses, now)
  // The org has a counter for each status.
  const countStatuses: OrgInvites['count'] = (orgs) =>
    Promise.all(orgs.map(async (org) => sumOf(await countsOf(context, info, org), statuses)))
  if (where) {
    const parent = { key: 'orgId', model: 'org', relation: 'invites' } as const
    return { parent, where, count: countStatuses }
  }
  const sought = soughtOf(context, filter, now)
  const countFound: OrgInvites['count'] = async (orgs) =>
    inOrderOf(orgs, sought ? await countOrgInvites(database, idsOf(orgs), sought) : [])
  return {
    find: async (orgs, slice) => (sought ? findOrgInvites(database, idsOf(orgs), sought, slice, order) : []),
    count: filtersByMore ? countFound : countStatuses,
  }
}

const idsOf = (orgs: readonly OrgOfInvites[]) => orgs.map(({ id }) => id)

/** What to search for. Null if nothing can match, because the address, the user id or the text is invalid. */
function soughtOf(context: Context, filter: OrgInviteFilter, now: Date): OrgInvitesSought | null {
  const email = filter.email == null ? null : parseEmail(filter.email)
  const invitedById = filter.invitedById == null ? null : decodeId('User', filter.invitedById)
  const search = filter.search ? parseSearch(filter.search) : null
  if (email?.ok === false || (invitedById === null && filter.invitedById != null)) return null
  if (search === null && filter.search) return null
  return {
    statuses: filter.statuses ?? null,
    invitedById,
    email: email?.value ?? null,
    search,
    createdAfter: filter.createdAfter ?? null,
    createdBefore: filter.createdBefore ?? null,
    addressesOf: visibleAddresses(context),
    now,
  }
}

/**
 * The condition for these statuses, if one index can read the matching rows in the order of the list. Otherwise null.
 * An invite that is stored as PENDING after `expiresAt` counts as EXPIRED.
 */
function whereStatus(statuses: OrgInviteFilter['statuses'], now: Date): Record<string, unknown> | null {
  const [status, ...more] = new Set(statuses ?? orgInviteStatuses)
  if (more.length === orgInviteStatuses.length - 1) return {}
  if (status === undefined || status === 'EXPIRED' || more.length > 0) return null
  return status === 'PENDING' ? { status, expiresAt: { gt: now } } : { status }
}

function sumOf(counts: OrgCounts, statuses: readonly OrgInviteStatus[] | null | undefined): number {
  const asked = new Set(statuses ?? orgInviteStatuses)
  return [...asked].reduce((sum, status) => sum + counts[countOf[status]], 0)
}

/** Invites that are addressed to a user's verified address, newest first. */
export function orgInvitesOfUser(
  context: Context,
  info: GraphQLResolveInfo,
  user: Addressee,
  args: PageArgs & { statuses?: readonly OrgInviteStatus[] | null | undefined },
) {
  const { database } = context.app
  const asked = { statuses: args.statuses ?? null, now: readTime(context, info) }
  return loadPage(context, info, user, args, {
    name: 'user.orgInvites',
    model: 'orgInvite',
    typeName: 'OrgInvite',
    order: byTimeOf(context),
    find: (users, slice) => invitesToUsers(database, users, asked, slice),
    count: async (users) => inOrderOf(users, await countInvitesToUsers(database, users, asked)),
  })
}
