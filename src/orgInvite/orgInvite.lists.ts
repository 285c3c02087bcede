import type { GraphQLResolveInfo } from 'graphql'
import type { OrgInviteStatus } from '../generated/prisma/enums.js'
import type { OrgInviteModel } from '../generated/prisma/models.js'
import { countBelow, readBelow } from '../graphql/below.js'
import type { PageArgs } from '../graphql/connection.js'
import type { Context } from '../graphql/context.js'
import { decodeId } from '../graphql/globalId.js'
import { loadPage, type ReadQuery } from '../graphql/keysetList.js'
import { likeText } from '../graphql/likeText.js'
import { readTime } from '../graphql/readTime.js'
import { countsOf } from '../org/org.loaders.js'
import { countOf, type OrgCounts } from '../orgEvent/orgEvent.js'
import { parseEmail } from '../user/email.js'
import { countInvitesToUsers, invitesToUsers } from './invitesToUsers.js'
import { type Addressee, orgInviteLife } from './orgInvite.js'

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
  const { prisma } = context.app
  const { statuses, ...rest } = args.filter ?? {}
  const where = filterWhere(context, args.filter, readTime(context, info))
  // The counters know it, unless more than statuses is asked for.
  const counted = Object.values(rest).every((condition) => condition == null || condition === '')
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
      where,
      async read(orgs, query) {
        const [only] = orgs
        if (!only || orgs.length > 1) return readBelow(prisma.org, orgs, 'invites', query)
        const ofOrg = { ...query, where: { orgId: only.id, ...query.where } }
        return [await (rest.search ? searched(context, ofOrg) : prisma.orgInvite.findMany(ofOrg as never))]
      },
      count: (orgs) =>
        counted
          ? Promise.all(orgs.map(async (one) => sumOf(await countsOf(context, info, one), statuses)))
          : countBelow(prisma.orgInvite, orgs, 'orgId', where),
    },
  )
}

/**
 * Found first, by what the list's index holds, and then read: a search that finds little looks through the
 * whole org, and would read every row of it for nothing.
 */
async function searched({ app: { prisma } }: Context, query: ReadQuery): Promise<OrgInviteModel[]> {
  const { where, orderBy, take, ...selection } = query
  const found: Array<{ id: string }> = await prisma.orgInvite.findMany({
    where,
    orderBy,
    take,
    select: { id: true },
  } as never)
  if (found.length === 0) return []
  const ids = found.map(({ id }) => id)
  return prisma.orgInvite.findMany({ ...selection, orderBy, where: { id: { in: ids } } } as never)
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
      async read(users, { where: _where, take, ...query }, slice) {
        const found = await invitesToUsers(database, users, asked, { ...slice, take })
        const where = { id: { in: found.map(({ id }) => id) } }
        const rows: OrgInviteModel[] =
          found.length === 0 ? [] : await prisma.orgInvite.findMany({ ...query, where } as never)
        const userOf = new Map(found.map(({ id, userId }) => [id, userId]))
        return users.map((one) => rows.filter(({ id }) => userOf.get(id) === one.id))
      },
      async count(users) {
        const counts = await countInvitesToUsers(database, users, asked)
        const byUser = new Map(counts.map(({ userId, count }) => [userId, count]))
        return users.map(({ id }) => byUser.get(id) ?? 0)
      },
    },
  )
}

/** Statuses as of now: what is stored as PENDING and past its time counts as EXPIRED. */
function statusWhere(statuses: readonly OrgInviteStatus[], now: Date) {
  const ended = statuses.filter((status) => status !== 'PENDING')
  // Alone it is what the index by status has in the list's own order.
  if (ended.length === 0 && statuses.length > 0) return { status: 'PENDING' as const, expiresAt: { gt: now } }
  if (ended.length === statuses.length && !statuses.includes('EXPIRED'))
    return ended.length === 1 ? { status: ended[0] } : { status: { in: ended } }
  return {
    OR: [
      { status: { in: ended } },
      ...(statuses.includes('PENDING') ? [{ status: 'PENDING' as const, expiresAt: { gt: now } }] : []),
      ...(statuses.includes('EXPIRED') ? [{ status: 'PENDING' as const, expiresAt: { lte: now } }] : []),
    ],
  }
}

function filterWhere(context: Context, filter: OrgInviteFilter | null | undefined, now: Date) {
  const conditions: Record<string, unknown>[] = []
  if (filter?.statuses) conditions.push(statusWhere(filter.statuses, now))
  if (filter?.invitedById != null) {
    const invitedById = decodeId('User', filter.invitedById)
    conditions.push(invitedById === null ? nothing : { invitedById })
  }
  if (filter?.email != null) {
    const email = parseEmail(filter.email)
    conditions.push(email.ok ? { email: email.value } : nothing, addressShown(context))
  }
  if (filter?.search) {
    const search = { contains: likeText(filter.search.toLowerCase()) }
    conditions.push({ email: search }, addressShown(context))
  }
  if (filter?.createdAfter) conditions.push({ createdAt: { gt: filter.createdAfter } })
  if (filter?.createdBefore) conditions.push({ createdAt: { lt: filter.createdBefore } })
  return conditions.length === 0 ? {} : { AND: conditions }
}

const nothing = { id: { in: [] } }

/** A search must not tell an address that the list itself would not: of an invite by user id (contract, OrgInvite.email). */
function addressShown({ actor }: Context): Record<string, unknown> {
  if (actor.kind === 'token' && actor.orgId === null && actor.permissions.has('USER_READ')) return {}
  const shared =
    actor.kind === 'person'
      ? [
          { invitedUserId: actor.userId },
          { invitedUser: { orgUsers: { some: { org: { orgUsers: { some: { userId: actor.userId } } } } } } },
        ]
      : []
  return { OR: [{ invitedUserId: null }, ...shared] }
}
