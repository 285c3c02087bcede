import type { GraphQLResolveInfo } from 'graphql'
import { countOf, type OrgCounts } from '../../domain/core/orgEvent.js'
import { parseSearch } from '../../domain/core/searchText.js'
import {
  countOrgInvites,
  findOrgInvites,
  type OrgInvitesSought,
} from '../../domain/invites/findOrgInvites.js'
import { countInvitesToUsers, invitesToUsers } from '../../domain/invites/invitesToUsers.js'
import { type Addressee, orgInviteLife } from '../../domain/invites/orgInvite.js'
import { parseEmail } from '../../domain/users/email.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
import type { OrgInviteModel } from '../../generated/prisma/models.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { countsOf } from '../loaders/org.js'
import { readTime } from '../readTime.js'
import { addressesSeen } from '../viewer.js'
import { countsOfFound, readBelow, readFound } from './below.js'
import type { PageArgs } from './connection.js'
import { type KeysetList, loadPage } from './keysetList.js'

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

interface OrgOfInvites extends OrgCounts {
  id: string
}

/** An org's invites, newest first. */
export function orgInvitesOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: OrgOfInvites,
  args: PageArgs & { filter?: OrgInviteFilter | null | undefined },
) {
  return loadPage<OrgOfInvites, OrgInviteModel>(
    context,
    info,
    org,
    { ...args },
    {
      name: 'org.invites',
      typeName: 'OrgInvite',
      orderedBy: 'createdAt',
      direction: 'desc',
      ...readingOf(context, info, args.filter ?? {}),
    },
  )
}

type Reading = Pick<KeysetList<OrgOfInvites, OrgInviteModel>, 'where' | 'read' | 'count'>

function readingOf(context: Context, info: GraphQLResolveInfo, filter: OrgInviteFilter): Reading {
  const { statuses, ...rest } = filter
  const now = readTime(context, info)
  if (Object.values(rest).some((condition) => condition != null && condition !== ''))
    return found(context, soughtOf(context, filter, now))
  const where = whereStatus(statuses, now)
  return {
    ...(where ? listed(context, where) : found(context, soughtOf(context, filter, now))),
    // The counters know it, where nothing but statuses is asked for.
    count: (orgs) =>
      Promise.all(orgs.map(async (org) => sumOf(await countsOf(context, info, org), statuses))),
  }
}

/** What an index has in the list's own order is read by one statement. */
function listed({ app: { prisma } }: Context, where: Record<string, unknown>): Omit<Reading, 'count'> {
  return {
    where,
    async read(orgs, query) {
      const [only] = orgs
      if (!only || orgs.length > 1) return readBelow(prisma.org, orgs, 'invites', query)
      return [
        await prisma.orgInvite.findMany({ ...query, where: { orgId: only.id, ...query.where } } as never),
      ]
    },
  }
}

/** @param sought null: nothing can meet it */
function found({ app: { prisma, database } }: Context, sought: OrgInvitesSought | null): Reading {
  const idsOf = (orgs: readonly OrgOfInvites[]) => orgs.map(({ id }) => id)
  return {
    where: {},
    async read(orgs, query, slice) {
      const ids = sought
        ? await findOrgInvites(database, idsOf(orgs), sought, { ...slice, take: query.take })
        : []
      return readFound(prisma.orgInvite, orgs, ids, query)
    },
    count: async (orgs) =>
      countsOfFound(orgs, sought ? await countOrgInvites(database, idsOf(orgs), sought) : []),
  }
}

/** What is asked for, or null where it names no address or user that there could be. */
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
    addressesOf: addressesSeen(context),
    now,
  }
}

/**
 * The condition that one index answers in the list's order, of statuses as of now: what is stored as PENDING and
 * past its time counts as EXPIRED. Null where it takes several parts of an index.
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

/** Invites addressed to a user, newest first: whatever bears the address that they have proven (contract §5). */
export function orgInvitesOfUser(
  context: Context,
  info: GraphQLResolveInfo,
  user: Addressee,
  { statuses, ...args }: PageArgs & { statuses?: readonly OrgInviteStatus[] | null | undefined },
) {
  const { prisma, database } = context.app
  const asked = { statuses: statuses ?? null, now: readTime(context, info) }
  return loadPage<Addressee, OrgInviteModel>(
    context,
    info,
    user,
    { ...args, statuses },
    {
      name: 'user.orgInvites',
      typeName: 'OrgInvite',
      orderedBy: 'createdAt',
      direction: 'desc',
      where: {},
      read: async (users, query, slice) =>
        readFound(
          prisma.orgInvite,
          users,
          await invitesToUsers(database, users, asked, { ...slice, take: query.take }),
          query,
        ),
      count: async (users) => countsOfFound(users, await countInvitesToUsers(database, users, asked)),
    },
  )
}
