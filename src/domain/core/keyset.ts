import sql, { empty, raw, type Sql } from 'sql-template-tag'
import type { KeysetPosition } from './cursor.js'

/**
 * Keysets in SQL, for lists that no question to Prisma can read well; `graphql/connection.ts` has them for the others,
 * and the arguments and pages of both.
 */

/** Which part of a list to read that is ordered by a time and then by id: at most `take` of it. */
export interface KeysetSlice {
  take: number
  /** From the end towards the start. */
  backward: boolean
  after: KeysetPosition | null
  before: KeysetPosition | null
}

/** How a list is ordered, as SQL: by a column of times, and by id among equals. */
export interface KeysetOrder {
  column: 'created_at' | 'joined_at'
  direction: 'asc' | 'desc'
}

/** The conditions, each after an `and`, that keep to a slice: an index on both columns begins and ends at them. */
export function withinSlice({ column, direction }: KeysetOrder, { after, before }: KeysetSlice): Sql {
  const bound = (position: KeysetPosition | null, beyond: '<' | '>') =>
    position === null
      ? empty
      : sql`and (${raw(column)}, id) ${raw(beyond)} (${new Date(position.ms)}, ${position.id}::uuid)`
  const [onward, back] = direction === 'asc' ? (['>', '<'] as const) : (['<', '>'] as const)
  return sql`${bound(after, onward)} ${bound(before, back)}`
}

/** The terms of `order by` in which a slice is read. */
export function orderOfSlice({ column, direction }: KeysetOrder, { backward }: KeysetSlice): Sql {
  const read = (direction === 'asc') === backward ? 'desc' : 'asc'
  return raw(`${column} ${read}, id ${read}`)
}
