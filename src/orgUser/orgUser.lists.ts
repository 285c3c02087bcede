import type { GraphQLResolveInfo } from 'graphql'
import type { OrgRoleName } from '../generated/prisma/enums.js'
import type { OrgUserModel } from '../generated/prisma/models.js'
import { countBelow, readBelow } from '../graphql/below.js'
import type { PageArgs } from '../graphql/connection.js'
import type { Context } from '../graphql/context.js'
import { type KeysetList, loadPage } from '../graphql/keysetList.js'
import { likeText } from '../graphql/likeText.js'
import { noteMembers } from '../graphql/viewer.js'
import { countMembers, type MemberSearch, searchMembers } from './searchMembers.js'

export interface OrgUserFilter {
  roles?: readonly OrgRoleName[] | null | undefined
  search?: string | null | undefined
}

interface OrgOfMembers {
  id: string
  memberCount: number
}

/** An org's members, oldest first. */
export async function orgUsersOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: OrgOfMembers,
  args: PageArgs & { filter?: OrgUserFilter | null | undefined },
) {
  const { roles, search } = args.filter ?? {}
  const page = await loadPage<OrgOfMembers, OrgUserModel>(
    context,
    info,
    org,
    { ...args },
    {
      name: 'org.users',
      typeName: 'OrgUser',
      orderedBy: 'joinedAt',
      direction: 'asc',
      ...(search
        ? foundMembers(context, { pattern: `%${likeText(search)}%`, roles: roles ?? null })
        : members(context, roles ?? null)),
    },
  )
  await noteMembers(
    context,
    org.id,
    page.edges.map(({ node }) => node),
  )
  return page
}

type Reading = Pick<KeysetList<OrgOfMembers, OrgUserModel>, 'where' | 'read' | 'count'>

function members({ app: { prisma } }: Context, roles: readonly OrgRoleName[] | null): Reading {
  const where = roles ? { roles: { hasSome: [...roles] } } : {}
  return {
    where,
    async read(orgs, query) {
      const [only] = orgs
      if (!only || orgs.length > 1) return readBelow(prisma.org, orgs, 'orgUsers', query)
      return [await prisma.orgUser.findMany({ ...query, where: { orgId: only.id, ...query.where } } as never)]
    },
    count: async (orgs) =>
      roles ? countBelow(prisma.orgUser, orgs, 'orgId', where) : orgs.map(({ memberCount }) => memberCount),
  }
}

/** Found first and then read, with what the document selects. */
function foundMembers({ app: { prisma, database } }: Context, search: MemberSearch): Reading {
  return {
    where: {},
    async read(orgs, { where: _where, take, ...query }, slice) {
      const orgIds = orgs.map(({ id }) => id)
      const found = await searchMembers(database, orgIds, search, { ...slice, take })
      const where = { id: { in: found.map(({ id }) => id) } }
      const rows: OrgUserModel[] =
        found.length === 0 ? [] : await prisma.orgUser.findMany({ ...query, where } as never)
      const orgOf = new Map(found.map(({ id, orgId }) => [id, orgId]))
      return orgIds.map((orgId) => rows.filter(({ id }) => orgOf.get(id) === orgId))
    },
    async count(orgs) {
      const orgIds = orgs.map(({ id }) => id)
      const counts = new Map(
        (await countMembers(database, orgIds, search)).map(({ orgId, count }) => [orgId, count]),
      )
      return orgIds.map((id) => counts.get(id) ?? 0)
    },
  }
}

/** A user's memberships, newest first. */
export function orgUsersOfUser(
  context: Context,
  info: GraphQLResolveInfo,
  user: { id: string },
  args: PageArgs,
) {
  const { prisma } = context.app
  return loadPage<{ id: string }, OrgUserModel>(
    context,
    info,
    user,
    { ...args },
    {
      name: 'user.orgUsers',
      typeName: 'OrgUser',
      orderedBy: 'joinedAt',
      direction: 'desc',
      where: {},
      async read(users, query) {
        const [only] = users
        if (!only || users.length > 1) return readBelow(prisma.user, users, 'orgUsers', query)
        return [
          await prisma.orgUser.findMany({ ...query, where: { userId: only.id, ...query.where } } as never),
        ]
      },
      count: (users) => countBelow(prisma.orgUser, users, 'userId', {}),
    },
  )
}
