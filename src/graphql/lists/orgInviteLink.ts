import type { GraphQLResolveInfo } from 'graphql'
import type { ReadRow } from '../../database/omittedColumns.js'
import { type OrgInviteLinkStatus, orgInviteLinkStatuses } from '../../domain/inviteLinks/orgInviteLink.js'
import type { Context } from '../context.js'
import { readTime } from '../readTime.js'
import { loadPage } from './list.js'
import { byTime } from './order.js'
import type { PageArgs } from './page.js'
import { countByParent } from './readPages.js'

/** An org's invite links, newest first. */
export function orgInviteLinksOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: { id: string },
  args: PageArgs & { statuses?: readonly OrgInviteLinkStatus[] | null | undefined },
) {
  const { cursors, prisma } = context.app
  const source = {
    model: 'orgInviteLink',
    parent: { key: 'orgId', model: 'org', relation: 'inviteLinks' },
    where: args.statuses ? whereStatuses(args.statuses, readTime(context, info)) : {},
  } as const
  return loadPage(context, info, org, args, {
    ...source,
    name: 'org.inviteLinks',
    typeName: 'OrgInviteLink',
    order: byTime<ReadRow<'OrgInviteLink'>>(cursors, { field: 'createdAt', direction: 'desc' }),
    count: (orgs) => countByParent(prisma, source, orgs),
  })
}

/** `linkStatusAt` as a condition for Prisma. */
function whereStatuses(statuses: readonly OrgInviteLinkStatus[], now: Date): Record<string, unknown> {
  const asked = new Set(statuses)
  if (asked.size === orgInviteLinkStatuses.length) return {}
  const open = { revokedAt: null, usedUp: false }
  const conditions: Record<OrgInviteLinkStatus, object> = {
    ACTIVE: { ...open, expiresAt: { gt: now } },
    EXPIRED: { ...open, expiresAt: { lte: now } },
    REVOKED: { revokedAt: { not: null } },
    USED_UP: { revokedAt: null, usedUp: true },
  }
  const [only, ...more] = [...asked].map((status) => conditions[status])
  if (!only) return { id: { in: [] } }
  return more.length === 0 ? { ...only } : { OR: [only, ...more] }
}
