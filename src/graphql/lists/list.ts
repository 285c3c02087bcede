import { queryFromInfo } from '@pothos/plugin-prisma'
import DataLoader from 'dataloader'
import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql'
import type { Context } from '../context.js'
import { perOperation } from '../loaders/perOperation.js'
import type { Order } from './order.js'
import { type Page, type PageArgs, pageOf, type Slice, sliceOf } from './page.js'
import { type PageQuery, type Row, readPages, type Source } from './readPages.js'

/** A list below a parent. It is the same for all parents of one field of a document, but for the parent. */
export interface List<Parent extends Row, Node, Position> extends Source<Parent, Position> {
  /** Cursors are bound to this name and the parent's id. */
  name: string
  order: Order<Node, Position>
  /** Type of its nodes, if Prisma reads with them what the document selects of them. */
  typeName?: 'Org' | 'OrgUser' | 'OrgInvite'
  /** The number of rows below each parent, on all pages, in the order of the parents. */
  count(parents: readonly Parent[]): Promise<number[]>
}

/**
 * Loads a page of a list below one parent. All parents of one field of the document share a DataLoader for the rows
 * and one for the counts, so there are as many statements for a hundred parents as for one.
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

/** Whether the document selects more of a list than its count. */
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

/** The loaders of one field of the document, as each field selects and asks for something else. */
function loadersOf<Parent extends Row, Node, Position>(
  context: Context,
  info: GraphQLResolveInfo,
  args: object,
  list: List<Parent, Node, Position>,
  slice: Slice<Position>,
): Loaders<Parent, Node> {
  const key = `${placeOf(info.path)} ${list.name} ${JSON.stringify(args)}`
  // Called for each parent, though the result is the same: Pothos notes which relations come with its rows.
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
    take: slice.size + 1,
  }
  const byId = { cacheKeyFn: ({ id }: Parent) => id }
  const made: Loaders<Parent, Node> = {
    rows: new DataLoader((parents) => readPages(context.app.prisma, list, parents, query), byId),
    counts: new DataLoader((parents) => list.count(parents), byId),
  }
  loaders(context).set(key, made)
  return made
}

/** The path of a field in the answer without indexes: the same for the field in every item of a list. */
function placeOf(path: GraphQLResolveInfo['path']): string {
  const above = path.prev ? placeOf(path.prev) : ''
  return typeof path.key === 'number' ? above : `${above}.${path.key}`
}
