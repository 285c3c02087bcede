import type { ArgBuilder, OutputRef } from '@pothos/core'
import type { KeysetPosition } from '../../domain/core/cursor.js'
import { badUserInput } from '../../errors.js'
import { builder, type SchemaTypes } from '../builder.js'

export interface Edge<Node> {
  node: Node
  cursor: string
}

/** A cursor is signed, which costs more than reading its row: so it is made only where somebody asks. */
class LazyEdge<Node> implements Edge<Node> {
  constructor(
    readonly node: Node,
    readonly cursorOf: (node: Node) => string,
  ) {}

  get cursor() {
    return this.cursorOf(this.node)
  }
}

/**
 * One page of a list; its cursors and the counting wait until somebody asks. A class, because a literal's getters
 * would give each page a hidden class of its own, which keeps all its rows from being collected with the request.
 */
class PageInfo<Node> {
  constructor(
    private readonly edges: readonly Edge<Node>[],
    readonly hasNextPage: boolean,
    readonly hasPreviousPage: boolean,
  ) {}

  get startCursor() {
    return this.edges[0]?.cursor ?? null
  }

  get endCursor() {
    return this.edges.at(-1)?.cursor ?? null
  }
}

/** One page of a list; the counting waits until somebody asks. */
export interface Page<Node> {
  edges: Edge<Node>[]
  pageInfo: PageInfo<Node>
  totalCount: () => Promise<number> | number
}

export interface PageArgs {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
}

const DEFAULT_SIZE = 20
const MAX_SIZE = 100

/** The four arguments of every list. */
export function pageArgs(t: ArgBuilder<SchemaTypes>) {
  return {
    first: t.int({
      description: `How many from the start, 1 to ${MAX_SIZE}; ${DEFAULT_SIZE} where neither \`first\` nor \`last\` is given.`,
    }),
    after: t.string({ description: 'Only what comes after this cursor of the same list.' }),
    last: t.int({ description: `How many from the end, 1 to ${MAX_SIZE}.` }),
    before: t.string({ description: 'Only what comes before this cursor of the same list.' }),
  }
}

/** Which part of a list is asked for: what to read, in which direction, and from where. */
export interface Slice<Position> {
  size: number
  /** True for `last`: read from the end, then turn round. */
  backward: boolean
  after: Position | null
  before: Position | null
}

/**
 * Reads the arguments of a list. Out of range, both directions at once, or a cursor that is damaged or of
 * another list is BAD_USER_INPUT (contract §6, §7).
 */
export function sliceOf<Position>(
  args: PageArgs,
  decode: (cursor: string) => Position | null,
): Slice<Position> {
  if (args.first != null && args.last != null) throw badUserInput('Give `first` or `last`, not both.')
  for (const name of ['first', 'last'] as const) {
    const size = args[name]
    if (size != null && (size < 1 || size > MAX_SIZE))
      throw badUserInput(`\`${name}\` must be 1 to ${MAX_SIZE}.`)
  }
  const position = (name: 'after' | 'before') => {
    const cursor = args[name]
    if (cursor == null) return null
    const decoded = decode(cursor)
    if (decoded === null) throw badUserInput(`\`${name}\` is no cursor of this list.`)
    return decoded
  }
  return {
    size: args.first ?? args.last ?? DEFAULT_SIZE,
    backward: args.last != null,
    after: position('after'),
    before: position('before'),
  }
}

/**
 * Makes a page of the rows read for a slice: one more than its size where there are more, in the direction
 * they were read.
 */
export function pageOf<Row, Position>(
  slice: Slice<Position>,
  rows: Row[],
  cursorOf: (row: Row) => string,
  totalCount: () => Promise<number> | number,
): Page<Row> {
  const more = rows.length > slice.size
  const shown = rows.slice(0, slice.size)
  if (slice.backward) shown.reverse()
  const edges = shown.map((node) => new LazyEdge(node, cursorOf))
  return {
    edges,
    pageInfo: new PageInfo(
      edges,
      slice.backward ? slice.before !== null : more,
      slice.backward ? more : slice.after !== null,
    ),
    totalCount,
  }
}

/** What lies beyond a place in a list: by the field of its time, and by id among rows of the same millisecond. */
export interface BeyondPlace {
  field: string
  beyond: 'gt' | 'lt'
  time: Date
  id: string
}

const places = new WeakMap<object, BeyondPlace>()

/** What a condition of `keysetWhere` means, for who can say it in one comparison, as Prisma can't. */
export const placeIn = (condition: object): BeyondPlace | undefined => places.get(condition)

/**
 * The part of a list that is ordered by a time and then by id, as Prisma's conditions. The bare bound on the
 * time lets the index begin there where Prisma writes the SQL.
 */
export function keysetWhere(
  field: string,
  direction: 'asc' | 'desc',
  { after, before }: Slice<KeysetPosition>,
): Record<string, unknown> {
  const bound = (position: KeysetPosition | null, beyond: 'gt' | 'lt') => {
    if (position === null) return []
    const { ms, id } = position
    const time = new Date(ms)
    const condition = {
      [field]: { [`${beyond}e`]: time },
      OR: [{ [field]: { [beyond]: time } }, { [field]: time, id: { [beyond]: id } }],
    }
    places.set(condition, { field, beyond, time, id })
    return [condition]
  }
  const [onward, back] = direction === 'asc' ? (['gt', 'lt'] as const) : (['lt', 'gt'] as const)
  return { AND: [...bound(after, onward), ...bound(before, back)] }
}

/** The order in which a slice is read. */
export function keysetOrder<Position>(field: string, direction: 'asc' | 'desc', slice: Slice<Position>) {
  const read = (direction === 'asc') === slice.backward ? 'desc' : 'asc'
  return [{ [field]: read }, { id: read }] as const
}

/** Defines a list's types, `{name}Connection` and `{name}Edge`, as the contract has them. */
export function connectionOf<Node>(
  name: string,
  type: OutputRef<Node>,
  what: string,
  { counted = true }: { counted?: boolean } = {},
) {
  const edge = builder.objectRef<Edge<Node>>(`${name}Edge`).implement({
    description: `One of ${what}, with its place in the list.`,
    fields: (t) => ({
      node: t.field({ type, description: 'The thing itself.', resolve: ({ node }) => node as never }),
      cursor: t.exposeString('cursor', { description: 'Its place: opaque, and good for this list only.' }),
    }),
  })
  return builder.objectRef<Page<Node>>(`${name}Connection`).implement({
    description: `A page of ${what}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The page, each with its cursor.',
        resolve: ({ edges }) => edges,
      }),
      nodes: t.field({
        type: [type],
        description: 'The page, without cursors.',
        resolve: ({ edges }) => edges.map(({ node }) => node) as never,
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: 'Where the page begins and ends.',
        resolve: ({ pageInfo }) => pageInfo,
      }),
      ...(counted && {
        totalCount: t.int({
          description: 'How many there are in all, on every page together.',
          resolve: ({ totalCount }) => totalCount(),
        }),
      }),
    }),
  })
}
