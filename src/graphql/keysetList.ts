import { queryFromInfo } from '@pothos/plugin-prisma'
import DataLoader from 'dataloader'
import type { GraphQLResolveInfo } from 'graphql'
import type { KeysetPosition } from '../platform/cursor.js'
import {
  keysetOrder,
  keysetWhere,
  type Page,
  type PageArgs,
  pageOf,
  type Slice,
  sliceOf,
} from './connection.js'
import type { Context } from './context.js'
import { perOperation } from './perOperation.js'

interface Row {
  id: string
}

/** How one list is read: the same for all its parents in an operation. */
export interface KeysetList<Node extends Row> {
  /** Name that cursors are bound to, without the parent's id. */
  name: string
  /** Type of the nodes. */
  typeName: string
  /** Column of the time that orders it; the id decides among equals. */
  orderedBy: keyof Node & string
  direction: 'asc' | 'desc'
  /** The filters as Prisma's conditions. */
  where: Record<string, unknown>
  /** Reads, for every parent, at most `take` rows; the rows in the same order as the parents. */
  read(parentIds: readonly string[], query: ReadQuery): Promise<Node[][]>
  /** Counts one parent's rows, all pages together. */
  count(): Promise<number>
}

export interface ReadQuery {
  where: Record<string, unknown>
  orderBy: readonly Record<string, 'asc' | 'desc'>[]
  take: number
  select?: object | undefined
  include?: object | undefined
}

/**
 * One page of a list below a parent. All parents that one field of the document asks the same of are read
 * by one statement, with the relations that the document selects joined in.
 */
export async function loadPage<Node extends Row>(
  context: Context,
  info: GraphQLResolveInfo,
  parentId: string,
  args: PageArgs & Record<string, unknown>,
  list: KeysetList<Node>,
): Promise<Page<Node>> {
  const listName = `${list.name}:${parentId}`
  const slice = sliceOf(args, (cursor) => context.app.cursors.decodeKeyset(listName, cursor))
  const rows = await readerOf(context, info, args, list, slice).load(parentId)
  const cursorOf = (row: Node) =>
    context.app.cursors.encodeKeyset(listName, {
      ms: (row[list.orderedBy] as unknown as Date).getTime(),
      id: row.id,
    })
  return pageOf(slice, rows, cursorOf, list.count)
}

// biome-ignore lint/suspicious/noExplicitAny: one map holds the readers of every list
const readers = perOperation(() => new WeakMap<object, Map<string, DataLoader<string, any[]>>>())

function readerOf<Node extends Row>(
  context: Context,
  info: GraphQLResolveInfo,
  args: Record<string, unknown>,
  list: KeysetList<Node>,
  slice: Slice<KeysetPosition>,
): DataLoader<string, Node[]> {
  const [field] = info.fieldNodes
  if (!field) throw new Error('a field without a node')
  const ofField = readers(context).get(field) ?? new Map<string, DataLoader<string, Node[]>>()
  readers(context).set(field, ofField)
  const key = `${list.name} ${JSON.stringify(args)}`
  let reader = ofField.get(key)
  if (!reader) {
    const selection = queryFromInfo({
      context,
      info,
      typeName: list.typeName,
      paths: [['nodes'], ['edges', 'node']],
    })
    const query: ReadQuery = {
      ...selection,
      where: { AND: [list.where, keysetWhere(list.orderedBy, list.direction, slice)] },
      orderBy: keysetOrder(list.orderedBy, list.direction, slice),
      take: slice.size + 1,
    }
    reader = new DataLoader(async (parentIds) => list.read(parentIds, query))
    ofField.set(key, reader)
  }
  return reader
}
