import { queryFromInfo } from '@pothos/plugin-prisma'
import DataLoader from 'dataloader'
import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql'
import type { KeysetPosition } from '../../domain/core/cursor.js'
import type { Context } from '../context.js'
import { perOperation } from '../loaders/perOperation.js'
import {
  keysetOrder,
  keysetWhere,
  type Page,
  type PageArgs,
  pageOf,
  type Slice,
  sliceOf,
} from './connection.js'

interface Row {
  id: string
}

/** How one list is read: the same for all its parents in an operation. */
export interface KeysetList<Parent extends Row, Node extends Row> {
  /** Name that cursors are bound to, without the parent's id. */
  name: string
  /** Type of the nodes. */
  typeName: string
  /** Column of the time that orders it; the id decides among equals. */
  orderedBy: keyof Node & string
  direction: 'asc' | 'desc'
  /** The filters as Prisma's conditions, without whose list it is. */
  where: Record<string, unknown>
  /** Reads at most `take` rows for every parent; the lists in the order of the parents. */
  read(parents: readonly Parent[], query: ReadQuery, slice: Slice<KeysetPosition>): Promise<Node[][]>
  /** Counts every parent's rows, all pages together; in the order of the parents. */
  count(parents: readonly Parent[]): Promise<number[]>
}

/** What rows are read with: the document's selection, joined in. */
export interface Selection {
  select?: object | undefined
  include?: object | undefined
}

export interface ReadQuery extends Selection {
  where: Record<string, unknown>
  orderBy: readonly Record<string, 'asc' | 'desc'>[]
  take: number
}

/**
 * One page of a list below a parent. All parents of which one field of the document asks the same are read by
 * one statement, with the relations that the document selects joined in, and counted by one.
 */
export async function loadPage<Parent extends Row, Node extends Row>(
  context: Context,
  info: GraphQLResolveInfo,
  parent: Parent,
  args: PageArgs & Record<string, unknown>,
  list: KeysetList<Parent, Node>,
): Promise<Page<Node>> {
  const listName = `${list.name}:${parent.id}`
  const slice = sliceOf(args, (cursor) => context.app.cursors.decodeKeyset(listName, cursor))
  const { rows, counts } = readersOf(context, info, args, list, slice)
  const cursorOf = (row: Node) =>
    context.app.cursors.encodeKeyset(listName, {
      ms: (row[list.orderedBy] as unknown as Date).getTime(),
      id: row.id,
    })
  const read = asksForRows(info) ? await rows.load(parent) : []
  return pageOf(slice, read, cursorOf, () => counts.load(parent))
}

/** Whether a document asks for more of a list than how long it is. */
function asksForRows({ fieldNodes, fragments }: GraphQLResolveInfo): boolean {
  const asks = (selection: SelectionNode): boolean =>
    selection.kind === Kind.FIELD
      ? selection.name.value !== 'totalCount' && selection.name.value !== '__typename'
      : (selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments[selection.name.value]
          : selection
        )?.selectionSet.selections.some(asks) === true
  return fieldNodes.some(({ selectionSet }) => selectionSet?.selections.some(asks))
}

interface Readers<Parent, Node> {
  rows: DataLoader<Parent, Node[], string>
  counts: DataLoader<Parent, number, string>
}

// biome-ignore lint/suspicious/noExplicitAny: one map holds the readers of every list
const readers = perOperation(() => new Map<string, Readers<any, any>>())

/** By place in the document, since each has a selection of its own, and by what is asked there. */
function readersOf<Parent extends Row, Node extends Row>(
  context: Context,
  info: GraphQLResolveInfo,
  args: Record<string, unknown>,
  list: KeysetList<Parent, Node>,
  slice: Slice<KeysetPosition>,
): Readers<Parent, Node> {
  const key = `${placeOf(info.path)} ${list.name} ${JSON.stringify(args)}`
  // The same for each parent, but asked for each: so the plugin knows of each one's rows what they come with.
  const selection = queryFromInfo({
    context,
    info,
    typeName: list.typeName,
    paths: [['nodes'], ['edges', 'node']],
  })
  let reader: Readers<Parent, Node> | undefined = readers(context).get(key)
  if (!reader) {
    const query: ReadQuery = {
      ...selection,
      where: { AND: [list.where, keysetWhere(list.orderedBy, list.direction, slice)] },
      orderBy: keysetOrder(list.orderedBy, list.direction, slice),
      take: slice.size + 1,
    }
    const cacheKeyFn = ({ id }: Parent) => id
    reader = {
      rows: new DataLoader<Parent, Node[], string>((parents) => list.read(parents, query, slice), {
        cacheKeyFn,
      }),
      counts: new DataLoader<Parent, number, string>((parents) => list.count(parents), { cacheKeyFn }),
    }
    readers(context).set(key, reader)
  }
  return reader
}

/** Where in the document a field stands: its path in the answer, without which item of a list it is below. */
function placeOf(path: GraphQLResolveInfo['path']): string {
  const above = path.prev ? placeOf(path.prev) : ''
  return typeof path.key === 'number' ? above : `${above}.${path.key}`
}
