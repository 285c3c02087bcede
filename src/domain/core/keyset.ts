import sql, { empty, join, raw, type Sql } from 'sql-template-tag'
import type { KeysetPosition, RankedPosition } from './cursor.js'

/** Lists that are ordered by a time, and by id where times are equal: their conditions for SQL and for Prisma. */

export interface KeysetOrder {
  field: 'createdAt' | 'joinedAt' | 'expiresAt'
  direction: 'asc' | 'desc'
}

/** The part of a list to read: at most `take` rows of it, of which the first `skip` are left out. */
export interface KeysetSlice {
  take: number
  skip?: number
  /** From the end towards the start. */
  backward: boolean
  after: KeysetPosition | null
  before: KeysetPosition | null
}

type Bounds = Pick<KeysetSlice, 'after' | 'before'>
type Side = 'gt' | 'lt'

const columns = { createdAt: 'created_at', joinedAt: 'joined_at', expiresAt: 'expires_at' } as const
const operators = { gt: '>', lt: '<' } as const

/** Conditions for SQL, each after an `and`. An index on both columns starts and stops at them. */
export function withinSlice({ field, direction }: KeysetOrder, bounds: Bounds): Sql {
  const [after = empty, before = empty] = sidesOf(direction, bounds).map(({ position, side }) =>
    position === null
      ? empty
      : sql`and (${raw(columns[field])}, id) ${raw(operators[side])} (${new Date(position.ms)}, ${position.id}::uuid)`,
  )
  return sql`${after} ${before}`
}

/** The terms of `order by` in which SQL reads a slice. */
export function orderOfSlice(order: KeysetOrder, { backward }: Pick<KeysetSlice, 'backward'>): Sql {
  const read = readDirection(order, backward)
  return raw(`${columns[order.field]} ${read}, id ${read}`)
}

/** The limit of the whole list. Its parts are read up to `take`, because the rows to skip may be in any of them. */
export function limitOfSlice({ take, skip = 0 }: { take: number; skip?: number }): Sql {
  return skip === 0 ? sql`limit ${take}` : sql`offset ${skip} limit ${take - skip}`
}

/** The same conditions for Prisma. */
export function prismaWithinSlice({ field, direction }: KeysetOrder, bounds: Bounds) {
  return {
    AND: sidesOf(direction, bounds).flatMap(({ position, side }) =>
      position === null ? [] : [beyondPosition(field, side, position)],
    ),
  }
}

/** The same order for Prisma. */
export function prismaOrderOfSlice(order: KeysetOrder, { backward }: Pick<KeysetSlice, 'backward'>) {
  const read = readDirection(order, backward)
  return [{ [order.field]: read }, { id: read }]
}

/**
 * One side of a position. Prisma can't compare two columns at once, so this takes an OR; the bound on the time alone
 * lets an index start there.
 */
export function beyondPosition(
  field: string,
  side: Side,
  { ms, id }: KeysetPosition,
): Record<string, unknown> {
  const time = new Date(ms)
  return {
    [field]: { [`${side}e`]: time },
    OR: [{ [field]: { [side]: time } }, { [field]: time, id: { [side]: id } }],
  }
}

function sidesOf(direction: KeysetOrder['direction'], { after, before }: Bounds) {
  const [onward, back]: [Side, Side] = direction === 'asc' ? ['gt', 'lt'] : ['lt', 'gt']
  return [
    { position: after, side: onward },
    { position: before, side: back },
  ]
}

const readDirection = ({ direction }: KeysetOrder, backward: boolean): 'asc' | 'desc' =>
  (direction === 'asc') === backward ? 'desc' : 'asc'

/** The part of a list that is ordered by rank first. */
export interface RankedSlice extends Omit<KeysetSlice, 'after' | 'before'> {
  after: RankedPosition | null
  before: RankedPosition | null
}

/**
 * Splits a slice into one for each rank that it touches, in the order in which it is read. Each can be read from an index
 * in the order of time.
 *
 * @param ranks how many there are: 0, 1, 2 … in the order of the list
 */
export function slicesOfRanks(
  ranks: number,
  reversed: boolean,
  { take, backward, after, before }: RankedSlice,
): Array<{ rank: number; slice: KeysetSlice }> {
  const ordered = Array.from({ length: ranks }, (_, place) => (reversed ? ranks - 1 - place : place))
  const from = after === null ? 0 : ordered.indexOf(after.rank)
  const to = before === null ? ranks - 1 : ordered.indexOf(before.rank)
  const slices = ordered.slice(Math.max(from, 0), to + 1).map((rank) => ({
    rank,
    slice: {
      take,
      backward,
      after: after?.rank === rank ? after : null,
      before: before?.rank === rank ? before : null,
    },
  }))
  return backward ? slices.reverse() : slices
}

/**
 * The first rows of parts that follow each other.
 * @param parts queries for `part` (the number of the part), `id` and the time, at most `take` rows each
 * @param by the order within a part
 */
export function firstOfParts(parts: readonly Sql[], by: Sql, slice: { take: number; skip?: number }): Sql {
  return sql`
    select id from (${join([...parts], ' union all ')}) parts order by part, ${by} ${limitOfSlice(slice)}
  `
}
