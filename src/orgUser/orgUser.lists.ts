import type { GraphQLResolveInfo } from 'graphql'
import type { OrgRoleName } from '../generated/prisma/enums.js'
import type { OrgUserModel } from '../generated/prisma/models.js'
import type { PageArgs } from '../graphql/connection.js'
import type { Context } from '../graphql/context.js'
import { loadPage } from '../graphql/keysetList.js'
import { likeText } from '../graphql/likeText.js'
import { noteMembers } from '../graphql/viewer.js'

export interface OrgUserFilter {
  roles?: readonly OrgRoleName[] | null | undefined
  search?: string | null | undefined
}

/** An org's members, oldest first. */
export async function orgUsersOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: { id: string; memberCount: number },
  args: PageArgs & { filter?: OrgUserFilter | null | undefined },
) {
  const { prisma } = context.app
  const where = filterWhere(args.filter)
  const page = await loadPage<OrgUserModel>(
    context,
    info,
    org.id,
    { ...args },
    {
      name: 'org.users',
      typeName: 'OrgUser',
      orderedBy: 'joinedAt',
      direction: 'asc',
      where,
      read: async (orgIds, query) => {
        if (orgIds.length === 1) {
          const [orgId] = orgIds
          return [await prisma.orgUser.findMany({ ...query, where: { orgId, ...query.where } } as never)]
        }
        const orgs: Array<{ id: string; orgUsers?: OrgUserModel[] }> = await prisma.org.findMany({
          where: { id: { in: [...orgIds] } },
          select: { id: true, orgUsers: query as never },
        })
        const byId = new Map(orgs.map((one) => [one.id, one.orgUsers]))
        return orgIds.map((id) => byId.get(id) ?? [])
      },
      count: async () =>
        Object.keys(where).length === 0
          ? org.memberCount
          : prisma.orgUser.count({ where: { orgId: org.id, ...where } }),
    },
  )
  await noteMembers(
    context,
    org.id,
    page.edges.map(({ node }) => node),
  )
  return page
}

function filterWhere(filter: OrgUserFilter | null | undefined): Record<string, unknown> {
  const where: Record<string, unknown> = {}
  if (filter?.roles) where.roles = { hasSome: [...filter.roles] }
  if (filter?.search) {
    const contains = { contains: likeText(filter.search), mode: 'insensitive' }
    where.user = { OR: [{ name: contains }, { email: contains }] }
  }
  return where
}

/** A user's memberships, newest first. */
export function orgUsersOfUser(context: Context, info: GraphQLResolveInfo, userId: string, args: PageArgs) {
  const { prisma } = context.app
  return loadPage<OrgUserModel>(
    context,
    info,
    userId,
    { ...args },
    {
      name: 'user.orgUsers',
      typeName: 'OrgUser',
      orderedBy: 'joinedAt',
      direction: 'desc',
      where: {},
      read: (userIds, query) =>
        Promise.all(
          userIds.map((id) =>
            prisma.orgUser.findMany({ ...query, where: { userId: id, ...query.where } } as never),
          ),
        ),
      count: () => prisma.orgUser.count({ where: { userId } }),
    },
  )
}
