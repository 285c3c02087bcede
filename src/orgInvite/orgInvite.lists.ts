import type { GraphQLResolveInfo } from 'graphql'
import type { OrgInviteStatus } from '../generated/prisma/enums.js'
import type { OrgInviteModel } from '../generated/prisma/models.js'
import type { PageArgs } from '../graphql/connection.js'
import type { Context } from '../graphql/context.js'
import { decodeId } from '../graphql/globalId.js'
import { loadPage } from '../graphql/keysetList.js'
import { likeText } from '../graphql/likeText.js'
import { readTime } from '../graphql/readTime.js'
import { parseEmail } from '../user/email.js'
import type { Addressee } from './orgInvite.js'

export interface OrgInviteFilter {
  statuses?: readonly OrgInviteStatus[] | null | undefined
  /** Global id of a user. */
  invitedById?: string | null | undefined
  email?: string | null | undefined
  search?: string | null | undefined
  createdAfter?: Date | null | undefined
  createdBefore?: Date | null | undefined
}

/** An org's invites, newest first. */
export function orgInvitesOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: { id: string },
  args: PageArgs & { filter?: OrgInviteFilter | null | undefined },
) {
  const { prisma } = context.app
  const where = filterWhere(context, args.filter, readTime(context, info))
  return loadPage<OrgInviteModel>(
    context,
    info,
    org.id,
    { ...args },
    {
      name: 'org.invites',
      typeName: 'OrgInvite',
      orderedBy: 'createdAt',
      direction: 'desc',
      where,
      read: async (orgIds, query) => {
        if (orgIds.length === 1) {
          const [orgId] = orgIds
          return [await prisma.orgInvite.findMany({ ...query, where: { orgId, ...query.where } } as never)]
        }
        const orgs: Array<{ id: string; invites?: OrgInviteModel[] }> = await prisma.org.findMany({
          where: { id: { in: [...orgIds] } },
          select: { id: true, invites: query as never },
        })
        const byId = new Map(orgs.map((one) => [one.id, one.invites]))
        return orgIds.map((id) => byId.get(id) ?? [])
      },
      count: () => prisma.orgInvite.count({ where: { orgId: org.id, ...where } }),
    },
  )
}

/** Invites addressed to a user, newest first: whatever bears the address that they have proven (contract §5). */
export async function orgInvitesOfUser(
  context: Context,
  info: GraphQLResolveInfo,
  user: Addressee,
  { statuses, ...args }: PageArgs & { statuses?: readonly OrgInviteStatus[] | null | undefined },
) {
  const { prisma } = context.app
  const where = {
    // Nobody has the empty address: an unproven one has no invites.
    email: (user.emailVerified && user.email) || '',
    OR: [{ invitedUserId: null }, { invitedUserId: user.id }],
    ...(statuses && { AND: [statusWhere(statuses, readTime(context, info))] }),
  }
  return loadPage<OrgInviteModel>(
    context,
    info,
    user.id,
    { ...args, statuses },
    {
      name: 'user.orgInvites',
      typeName: 'OrgInvite',
      orderedBy: 'createdAt',
      direction: 'desc',
      where,
      read: (userIds, query) =>
        Promise.all(userIds.map(() => prisma.orgInvite.findMany({ ...query } as never))),
      count: () => prisma.orgInvite.count({ where }),
    },
  )
}

/** Statuses as of now: what is stored as PENDING and past its time counts as EXPIRED. */
function statusWhere(statuses: readonly OrgInviteStatus[], now: Date) {
  const ended = statuses.filter((status) => status !== 'PENDING')
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
