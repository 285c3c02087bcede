import { queryFromInfo } from '@pothos/plugin-prisma'
import DataLoader from 'dataloader'
import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql'
import type { Context } from '../context.js'
import { perOperation } from '../loaders/perOperation.js'
import type { Order } from './order.js'
import { type Page, type PageArgs, pageOf, type Slice, sliceOf } from './page.js'
import { type PageQuery, type Row, readPages, type Source } from './readPages.js'

/** A list that belongs to a parent. One field of a document has the same list for all its parents. */
export interface List<Parent extends Row, Node, Position> extends Source<Parent, Position> {
  /** A cursor is valid only for the list with this name and for the parent's id. */
  name: string
  order: Order<Node, Position>
  /** The type of the nodes. If set, Prisma reads only the columns and relations that the document selects. */
  typeName?: 'Org' | 'OrgUser' | 'OrgInvite' | 'OrgInviteLink' | 'OrgJoinRequest' | 'WebhookDelivery'
  /** The number of rows of each parent, on all pages, in the order of the parents. */
  count(parents: readonly Parent[]): Promise<number[]>
}

/**
 * Loads a page of a parent's list. All parents of one field of the document share a DataLoader for the rows and one for
 * the counts, so a hundred parents need as many statements as one.
 */
export async function loadPage<Parent extends Row, Node, Position>(
  context: Context,
  info: GraphQLResolveInfo,
  parent: Parent,
  args: PageArgs & object,
  list: List<Parent, Node, Position>,
): Promise<Page<Node>> {
  const listName = `${list.name}:${parent.id}`
  const slice = sliceOf(args, (cursor) => list.order.decode(listName, cursor))
  const { rows, counts } = loadersOf(context, info, args, list, slice)
  const cursorOf = (row: Node) => list.order.encode(listName, row)
  const read = selectsRows(info) ? await rows.load(parent) : []
  return pageOf(slice, read, cursorOf, () => counts.load(parent))
}

/** Whether the document selects anything except the count of a list. */
function selectsRows({ fieldNodes, fragments }: GraphQLResolveInfo): boolean {
  const selects = (selection: SelectionNode): boolean =>
    selection.kind === Kind.FIELD
      ? selection.name.value !== 'totalCount' && selection.name.value !== '__typename'
      : (selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments[selection.name.value]
          : selection
        )?.selectionSet.selections.some(selects) === true
  return fieldNodes.some(({ selectionSet }) => selectionSet?.selections.some(selects))
}

interface Loaders<Parent, Node> {
  rows: DataLoader<Parent, Node[], string>
  counts: DataLoader<Parent, number, string>
}

// biome-ignore lint/suspicious/noExplicitAny: one map holds the loaders of every list
const loaders = perOperation(() => new Map<string, Loaders<any, any>>())

/** The loaders of one field of the document. Each field has its own, because each has its own selection and arguments. */
function loadersOf<Parent extends Row, Node, Position>(
  context: Context,
  info: GraphQLResolveInfo,
  args: object,
  list: List<Parent, Node, Position>,
  slice: Slice<Position>,
): Loaders<Parent, Node> {
  const key = `${pathOf(info.path)} ${list.name} ${JSON.stringify(args)}`
  // Called for each parent although the result is the same: Pothos remembers for each which relations its rows contain.
  const selection = list.typeName
    ? queryFromInfo({ context, info, typeName: list.typeName, paths: [['nodes'], ['edges', 'node']] })
    : {}
  const known: Loaders<Parent, Node> | undefined = loaders(context).get(key)
  if (known) return known
  const query: PageQuery<Position> = {
    ...slice,
    selection,
    where: list.order.where(slice),
    orderBy: list.order.orderBy(slice),
    take: slice.size + 1 + slice.skip,
  }
  const byId = { cacheKeyFn: ({ id }: Parent) => id }
  const made: Loaders<Parent, Node> = {
    rows: new DataLoader((parents) => readPages(context.app.prisma, list, parents, query), byId),
    counts: new DataLoader((parents) => list.count(parents), byId),
  }
  loaders(context).set(key, made)
  return made
}

/** The path of a field in the response without list indexes: the same for every item of a list. */
function pathOf(path: GraphQLResolveInfo['path']): string {
  const parent = path.prev ? pathOf(path.prev) : ''
  return typeof path.key === 'number' ? parent : `${parent}.${path.key}`
}
