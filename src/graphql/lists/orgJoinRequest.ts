import type { GraphQLResolveInfo } from 'graphql'
import type { ReadRow } from '../../database/omittedColumns.js'
import type { KeysetPosition } from '../../domain/core/cursor.js'
import { countJoinRequests, findJoinRequests } from '../../domain/joinRequests/findJoinRequests.js'
import { orgJoinRequestLife } from '../../domain/joinRequests/orgJoinRequest.js'
import type { OrgJoinRequestStatus } from '../../generated/prisma/enums.js'
import type { Context } from '../context.js'
import { type List, loadPage } from './list.js'
import { byTime } from './order.js'
import type { PageArgs } from './page.js'
import { countByParent, inOrderOf, type Row } from './readPages.js'

const orgJoinRequestStatuses = Object.keys(orgJoinRequestLife) as OrgJoinRequestStatus[]

type Args = PageArgs & { statuses?: readonly OrgJoinRequestStatus[] | null | undefined }

/** The requests to join an org, newest first. */
export function orgJoinRequestsOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: { id: string },
  args: Args,
) {
  const { database } = context.app
  const statuses = someStatuses(args.statuses)
  const idsOf = (orgs: readonly Row[]) => orgs.map(({ id }) => id)
  return load(context, info, org, args, {
    name: 'org.joinRequests',
    parent: { key: 'orgId', model: 'org', relation: 'joinRequests' },
    // Most requests of an org have ended, so those of one status are found without them.
    ...(statuses?.length && {
      find: (orgs, slice) => findJoinRequests(database, idsOf(orgs), statuses, slice),
      count: async (orgs) => inOrderOf(orgs, await countJoinRequests(database, idsOf(orgs), statuses)),
    }),
  })
}

/** The requests that a user made, newest first. */
export function orgJoinRequestsOfUser(
  context: Context,
  info: GraphQLResolveInfo,
  user: { id: string },
  args: Args,
) {
  return load(context, info, user, args, {
    name: 'user.orgJoinRequests',
    parent: { key: 'userId', model: 'user', relation: 'joinRequests' },
  })
}

type Requests = List<Row, ReadRow<'OrgJoinRequest'>, KeysetPosition>

function load(
  context: Context,
  info: GraphQLResolveInfo,
  of: Row,
  args: Args,
  list: Required<Pick<Requests, 'name' | 'parent'>> & Partial<Pick<Requests, 'find' | 'count'>>,
) {
  const { cursors, prisma } = context.app
  const source = {
    model: 'orgJoinRequest',
    parent: list.parent,
    where: whereStatuses(args.statuses),
  } as const
  return loadPage(context, info, of, args, {
    count: (parents) => countByParent(prisma, source, parents),
    ...source,
    ...list,
    typeName: 'OrgJoinRequest',
    order: byTime<ReadRow<'OrgJoinRequest'>>(cursors, { field: 'createdAt', direction: 'desc' }),
  })
}

/** Null for all of them. */
function someStatuses(statuses: Args['statuses']): OrgJoinRequestStatus[] | null {
  const asked = [...new Set(statuses ?? orgJoinRequestStatuses)]
  return asked.length === orgJoinRequestStatuses.length ? null : asked
}

function whereStatuses(statuses: Args['statuses']): Record<string, unknown> {
  const some = someStatuses(statuses)
  return some === null ? {} : { status: { in: some } }
}
