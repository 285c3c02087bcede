import type { GraphQLResolveInfo } from 'graphql'
import { parseSearch } from '../../domain/core/searchText.js'
import { countMembers, findMembers, type MembersSought } from '../../domain/members/findMembers.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import type { OrgUserModel } from '../../generated/prisma/models.js'
import type { Context } from '../context.js'
import { noteMembers, seesAddressesOfMembers } from '../viewer.js'
import { countBelow, countsOfFound, readBelow, readFound } from './below.js'
import type { PageArgs } from './connection.js'
import { type KeysetList, loadPage } from './keysetList.js'

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
      ...(roles || search ? found(context, soughtOf(context, args.filter ?? {})) : everybody(context)),
    },
  )
  await noteMembers(
    context,
    org.id,
    page.edges.map(({ node }) => node),
  )
  return page
}

/** What is asked for, or null where there can be nothing of the kind. */
function soughtOf(context: Context, { roles, search }: OrgUserFilter): MembersSought | null {
  const text = search ? parseSearch(search) : null
  if (search && text === null) return null
  return { search: text, byAddress: seesAddressesOfMembers(context), roles: roles ?? null }
}

type Reading = Pick<KeysetList<OrgOfMembers, OrgUserModel>, 'where' | 'read' | 'count'>

function everybody({ app: { prisma } }: Context): Reading {
  return {
    where: {},
    async read(orgs, query) {
      const [only] = orgs
      if (!only || orgs.length > 1) return readBelow(prisma.org, orgs, 'orgUsers', query)
      return [await prisma.orgUser.findMany({ ...query, where: { orgId: only.id, ...query.where } } as never)]
    },
    count: async (orgs) => orgs.map(({ memberCount }) => memberCount),
  }
}

/** @param sought null: nothing can meet it */
function found({ app: { prisma, database } }: Context, sought: MembersSought | null): Reading {
  const idsOf = (orgs: readonly OrgOfMembers[]) => orgs.map(({ id }) => id)
  return {
    where: {},
    async read(orgs, query, slice) {
      const ids = sought
        ? await findMembers(database, idsOf(orgs), sought, { ...slice, take: query.take })
        : []
      return readFound(prisma.orgUser, orgs, ids, query)
    },
    count: async (orgs) =>
      countsOfFound(orgs, sought ? await countMembers(database, idsOf(orgs), sought) : []),
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
      count: (users) => countBelow(prisma.orgUser, users, 'userId'),
    },
  )
}
