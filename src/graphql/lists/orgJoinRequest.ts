import type { GraphQLResolveInfo } from 'graphql'
import type { ReadRow } from '../../database/omittedColumns.js'
import { orgJoinRequestLife } from '../../domain/joinRequests/orgJoinRequest.js'
import type { OrgJoinRequestStatus } from '../../generated/prisma/enums.js'
import type { Context } from '../context.js'
import { loadPage } from './list.js'
import { byTime } from './order.js'
import type { PageArgs } from './page.js'
import { countByParent, type Source } from './readPages.js'

const orgJoinRequestStatuses = Object.keys(orgJoinRequestLife) as OrgJoinRequestStatus[]

type Args = PageArgs & { statuses?: readonly OrgJoinRequestStatus[] | null | undefined }

/** The requests to join an org, newest first. */
export function orgJoinRequestsOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: { id: string },
  args: Args,
) {
  return load(context, info, org, args, 'org.joinRequests', {
    key: 'orgId',
    model: 'org',
    relation: 'joinRequests',
  })
}

/** The requests that a user made, newest first. */
export function orgJoinRequestsOfUser(
  context: Context,
  info: GraphQLResolveInfo,
  user: { id: string },
  args: Args,
) {
  return load(context, info, user, args, 'user.orgJoinRequests', {
    key: 'userId',
    model: 'user',
    relation: 'joinRequests',
  })
}

function load(
  context: Context,
  info: GraphQLResolveInfo,
  of: { id: string },
  args: Args,
  name: string,
  parent: NonNullable<Source<{ id: string }, unknown>['parent']>,
) {
  const { cursors, prisma } = context.app
  const source = { model: 'orgJoinRequest', parent, where: whereStatuses(args.statuses) } as const
  return loadPage(context, info, of, args, {
    ...source,
    name,
    typeName: 'OrgJoinRequest',
    order: byTime<ReadRow<'OrgJoinRequest'>>(cursors, { field: 'createdAt', direction: 'desc' }),
    count: (parents) => countByParent(prisma, source, parents),
  })
}

function whereStatuses(statuses: Args['statuses']): Record<string, unknown> {
  const asked = [...new Set(statuses ?? orgJoinRequestStatuses)]
  if (asked.length === orgJoinRequestStatuses.length) return {}
  const [status, ...more] = asked
  if (status === undefined) return { id: { in: [] } }
  return { status: more.length === 0 ? status : { in: asked } }
}
