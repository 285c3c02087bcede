import type { GraphQLResolveInfo } from 'graphql'
import type { ReadRow } from '../../database/omittedColumns.js'
import { foldName, MAX_NAME_UNITS } from '../../domain/core/orgName.js'
import { likeText } from '../../domain/core/searchText.js'
import type { Context } from '../context.js'
import { loadPage } from './list.js'
import { byTime } from './order.js'
import type { PageArgs } from './page.js'

/** The orgs that the viewer may see, newest first. */
export function orgsOfViewer(
  context: Context,
  info: GraphQLResolveInfo,
  args: PageArgs & { search?: string | null | undefined },
) {
  const { app, actor } = context
  const where = { ...orgsSeen(context), ...(args.search && namedLike(args.search)) }
  const viewer = actor.kind === 'person' ? actor.userId : actor.kind === 'token' ? (actor.tokenId ?? '') : ''
  return loadPage(context, info, { id: viewer }, args, {
    name: 'orgs',
    model: 'org',
    typeName: 'Org',
    order: byTime<ReadRow<'Org'>>(app.cursors, { field: 'createdAt', direction: 'desc' }),
    where,
    count: async () => [await app.prisma.org.count({ where })],
  })
}

/** Each word is a part of the name. Compares folded names, so case is ignored with every collation of the database. */
function namedLike(search: string) {
  const nothing = { id: { in: [] } }
  if (search.length > MAX_NAME_UNITS) return nothing
  const words = new Set(foldName(search).split(/\s+/u).filter(Boolean))
  if (words.size > MAX_WORDS) return nothing
  return { AND: [...words].map((word) => ({ nameKey: { contains: likeText(word) } })) }
}

/** No org has a name of more words. */
const MAX_WORDS = 20

/** Prisma's condition for the orgs that the viewer may see. */
export function orgsSeen({ actor }: Context) {
  if (actor.kind === 'person')
    return { orgUsers: { some: { userId: actor.userId, status: 'ACTIVE' as const } } }
  if (actor.kind === 'token' && actor.permissions.has('ORG_READ'))
    return actor.orgId === null ? {} : { id: actor.orgId }
  return { id: { in: [] } }
}
