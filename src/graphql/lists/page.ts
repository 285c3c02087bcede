import { badUserInput } from '../../errors.js'

export const DEFAULT_SIZE = 20
export const MAX_SIZE = 100
/** So far the index of a list may be read to find a page by its number. */
const MAX_SKIP = 50_000

export interface PageArgs {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
  skip?: number | null | undefined
}

/** The argument of lists in which people jump to a page by its number. */
export const skipArg = {
  description: `So many items are left out before the page: after \`after\`, or before \`before\` with \`last\`. For a jump to a page by its number; a cursor costs less. At most ${MAX_SKIP}, and only in one org at a time.`,
}

/** The part of a list that the arguments ask for. */
export interface Slice<Position> {
  size: number
  /** True with `last`: rows are read from the end of the list and then reversed. */
  backward: boolean
  after: Position | null
  before: Position | null
  /** Rows to leave out before the first one, in the order in which they are read. */
  skip: number
}

/**
 * Reads the arguments of a list.
 *
 * @throws BAD_USER_INPUT for a size or `skip` out of range, for `first` with `last`, and for a cursor that is damaged or
 *   belongs to another list
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
  const skip = args.skip ?? 0
  if (skip < 0 || skip > MAX_SKIP) throw badUserInput(`\`skip\` must be 0 to ${MAX_SKIP}.`)
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
    skip,
  }
}

/** A page of a list, in the shape of Relay's connections. */
export interface Page<Node> {
  edges: Edge<Node>[]
  pageInfo: PageInfo<Node>
  /** Counts when the document asks for it. */
  totalCount: () => Promise<number> | number
}

/** Creates its cursor only when the document asks for it: signing a cursor costs more than reading the row. */
class Edge<Node> {
  constructor(
    readonly node: Node,
    private readonly cursorOf: (node: Node) => string,
  ) {}

  get cursor(): string {
    return this.cursorOf(this.node)
  }
}

class PageInfo<Node> {
  constructor(
    private readonly edges: readonly Edge<Node>[],
    readonly hasNextPage: boolean,
    readonly hasPreviousPage: boolean,
  ) {}

  get startCursor(): string | null {
    return this.edges[0]?.cursor ?? null
  }

  get endCursor(): string | null {
    return this.edges.at(-1)?.cursor ?? null
  }
}

/** @param rows the rows of the slice, in the order they were read; one more than `size` if there are further rows */
export function pageOf<Row, Position>(
  { size, backward, after, before, skip }: Slice<Position>,
  rows: readonly Row[],
  cursorOf: (row: Row) => string,
  totalCount: Page<Row>['totalCount'],
): Page<Row> {
  const more = rows.length > size
  const shown = rows.slice(0, size)
  if (backward) shown.reverse()
  const edges = shown.map((node) => new Edge(node, cursorOf))
  const [hasNextPage, hasPreviousPage] = backward
    ? [before !== null || skip > 0, more]
    : [more, after !== null || skip > 0]
  return { edges, pageInfo: new PageInfo(edges, hasNextPage, hasPreviousPage), totalCount }
}
