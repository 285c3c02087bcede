import type { CursorCodec, KeysetPosition, RankedPosition, TextPosition } from '../../domain/core/cursor.js'
import { type KeysetOrder, prismaOrderOfSlice, prismaWithinSlice } from '../../domain/core/keyset.js'
import type { Slice } from './page.js'

/** The order of a list. It encodes positions as cursors, and turns slices into Prisma's conditions. */
export interface Order<Node, Position> {
  /** @param list the name of the list and the id of its parent. The cursor is not valid for any other list. */
  encode(list: string, row: Node): string
  /** Null if the text is not a cursor of this list. */
  decode(list: string, cursor: string): Position | null
  where(slice: Slice<Position>): Record<string, unknown>
  orderBy(slice: Slice<Position>): readonly Record<string, 'asc' | 'desc'>[]
}

/** Orders by a time, and by id if times are equal. */
export const byTime = <Node extends { id: string }>(
  cursors: CursorCodec,
  order: KeysetOrder & { field: keyof Node },
): Order<Node, KeysetPosition> => ({
  encode: (list, row) =>
    cursors.encodeKeyset(list, { ms: (row[order.field] as unknown as Date).getTime(), id: row.id }),
  decode: (list, cursor) => cursors.decodeKeyset(list, cursor),
  where: (slice) => prismaWithinSlice(order, slice),
  orderBy: (slice) => prismaOrderOfSlice(order, slice),
})

/** Orders by an event's number, lowest first. */
export const bySeq = <Node extends { seq: number }>(cursors: CursorCodec): Order<Node, number> => ({
  encode: (list, { seq }) => cursors.encodeSeq(list, seq),
  decode: (list, cursor) => cursors.decodeSeq(list, cursor),
  where: ({ after, before }) => ({
    seq: { ...(after !== null && { gt: after }), ...(before !== null && { lt: before }) },
  }),
  orderBy: ({ backward }) => [{ seq: backward ? 'desc' : 'asc' }],
})

/** Orders that only SQL can express. The list's `find` returns the rows in their order. */
const bySql = { where: () => ({}), orderBy: () => [] }

/** Orders by a rank first, and then by a time. */
export const byRank = <Node extends { id: string }>(
  cursors: CursorCodec,
  rankOf: (row: Node) => number,
  field: 'createdAt' | 'joinedAt',
): Order<Node, RankedPosition> => ({
  ...bySql,
  encode: (list, row) =>
    cursors.encodeRanked(list, {
      rank: rankOf(row),
      ms: ((row as Record<string, unknown>)[field] as Date).getTime(),
      id: row.id,
    }),
  decode: (list, cursor) => cursors.decodeRanked(list, cursor),
})

/** Orders by a text. */
export const byText = <Node extends { id: string }>(
  cursors: CursorCodec,
  textOf: (row: Node) => string,
): Order<Node, TextPosition> => ({
  ...bySql,
  encode: (list, row) => cursors.encodeText(list, { text: textOf(row), id: row.id }),
  decode: (list, cursor) => cursors.decodeText(list, cursor),
})
