import type { GraphQLResolveInfo } from 'graphql'
import type { ReadRow } from '../../database/omittedColumns.js'
import type { KeysetPosition } from '../../domain/core/cursor.js'
import { likeText } from '../../domain/core/searchText.js'
import { countFoundOrgs, findOrgs, wordsOfNames } from '../../domain/orgs/findOrgs.js'
import type { Context } from '../context.js'
import { type List, loadPage } from './list.js'
import { byTime } from './order.js'
import type { PageArgs } from './page.js'

/** The orgs that the viewer may see, newest first. */
export function orgsOfViewer(
  context: Context,
  info: GraphQLResolveInfo,
  args: PageArgs & { search?: string | null | undefined },
) {
  const { app, actor } = context
  const viewer = actor.kind === 'person' ? actor.userId : actor.kind === 'token' ? (actor.tokenId ?? '') : ''
  const seen = orgsSeen(context)
  const words = args.search ? wordsOfNames(args.search) : []
  return loadPage(context, info, { id: viewer }, args, {
    name: 'orgs',
    model: 'org',
    typeName: 'Org',
    order: byTime<ReadRow<'Org'>>(app.cursors, { field: 'createdAt', direction: 'desc' }),
    ...(words?.length && seesAll(context) ? foundAmongAll(app, words) : foundAmong(app, seen, words)),
  })
}

type Rows = Pick<List<{ id: string }, ReadRow<'Org'>, KeysetPosition>, 'where' | 'find' | 'count'>

/** A viewer's own orgs are few, so their names are compared one by one. */
function foundAmong(app: Context['app'], seen: object, words: readonly string[] | null): Rows {
  const where = words === null ? nothing : { ...seen, AND: words.map(named) }
  return { where, count: async () => [await app.prisma.org.count({ where })] }
}

function foundAmongAll({ database }: Context['app'], words: readonly string[]): Rows {
  return {
    find: async ([viewer], slice) =>
      viewer ? (await findOrgs(database, words, slice)).map(({ id }) => ({ id, parentId: viewer.id })) : [],
    count: async () => [await countFoundOrgs(database, words)],
  }
}

const named = (word: string) => ({ nameKey: { contains: likeText(word) } })
const nothing = { id: { in: [] } }

/** Prisma's condition for the orgs that the viewer may see. */
export function orgsSeen({ actor }: Context) {
  if (actor.kind === 'person')
    return { orgUsers: { some: { userId: actor.userId, status: 'ACTIVE' as const } } }
  if (actor.kind === 'token' && actor.permissions.has('ORG_READ'))
    return actor.orgId === null ? {} : { id: actor.orgId }
  return nothing
}

const seesAll = ({ actor }: Context) =>
  actor.kind === 'token' && actor.orgId === null && actor.permissions.has('ORG_READ')
