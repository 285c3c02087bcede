import type { GraphQLResolveInfo } from 'graphql'
import type { OrgEventRow } from '../../domain/core/orgEvent.js'
import type { Context } from '../context.js'
import { loadPage } from './list.js'
import { bySeq } from './order.js'
import type { PageArgs } from './page.js'
import { countByParent } from './readPages.js'

const ofOrg = {
  model: 'orgEvent',
  parent: { key: 'orgId', model: 'org', relation: 'events' },
} as const

/** An org's history, oldest first. */
export function orgEventsOfOrg(
  context: Context,
  info: GraphQLResolveInfo,
  org: { id: string },
  args: PageArgs,
) {
  const { cursors, prisma } = context.app
  return loadPage(context, info, org, args, {
    ...ofOrg,
    // The same name as in `orgEventList`, because subscriptions resume from these cursors.
    name: 'org.events',
    order: bySeq<OrgEventRow>(cursors),
    count: (orgs) => countByParent(prisma, ofOrg, orgs),
  })
}
