import { isDeepStrictEqual } from 'node:util'
import { beyondPosition } from '../../domain/core/keyset.js'
import type { Model } from './models.js'
import { modelKey } from './models.js'

/** Collects the parameters of a statement, and names its tables. */
export class Statement {
  readonly values: unknown[] = []
  #tables = 0

  constructor(readonly models: ReadonlyMap<string, Model>) {}

  parameter(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }

  alias(): string {
    return `t${this.#tables++}`
  }

  model(name: string): Model {
    return this.models.get(modelKey(name)) ?? unknown(name)
  }
}

/** Thrown if a query can't be translated. Then Prisma's own engine runs it. */
export class NotForUs extends Error {}

export function unknown(what: string): never {
  throw new NotForUs(what)
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

const comparisons: Record<string, string> = { gt: '>', gte: '>=', lt: '<', lte: '<=' }

/** Translates Prisma's conditions on one table into SQL with the same meaning. */
export function whereSql(statement: Statement, model: Model, table: string, where: unknown): string {
  if (!isRecord(where)) return unknown('where')
  const position = positionIn(where)
  if (position) return beyondInOneComparison(statement, model, table, position)
  const parts: string[] = []
  for (const [name, condition] of Object.entries(where)) {
    if (condition === undefined) continue
    const column = model.columns.get(name)
    if (name === 'AND') parts.push(allOf(statement, model, table, condition))
    else if (name === 'OR') parts.push(anyOf(statement, model, table, condition))
    else if (column) parts.push(onColumn(statement, `${table}.${column.sql}`, column.isList, condition))
    else parts.push(onRelation(statement, model, table, name, condition))
  }
  return parts.length === 0 ? 'true' : parts.join(' and ')
}

function allOf(statement: Statement, model: Model, table: string, conditions: unknown): string {
  const list = Array.isArray(conditions) ? conditions : [conditions]
  return list.length === 0
    ? 'true'
    : list.map((one) => `(${whereSql(statement, model, table, one)})`).join(' and ')
}

function anyOf(statement: Statement, model: Model, table: string, conditions: unknown): string {
  if (!Array.isArray(conditions)) return unknown('OR')
  if (conditions.length === 0) return 'false'
  return `(${conditions.map((one) => `(${whereSql(statement, model, table, one)})`).join(' or ')})`
}

interface Beyond {
  field: string
  side: 'gt' | 'lt'
  time: Date
  id: string
}

/** Recognizes a condition that `beyondPosition` made. */
function positionIn(where: Record<string, unknown>): Beyond | undefined {
  const [field, or, ...more] = Object.keys(where)
  if (field === undefined || or !== 'OR' || more.length > 0) return undefined
  const [, sameTime] = Array.isArray(where.OR) ? where.OR : []
  if (!isRecord(sameTime) || !isRecord(sameTime.id)) return undefined
  const { [field]: time } = sameTime
  const side = sameTime.id.gt === undefined ? 'lt' : 'gt'
  const { [side]: id } = sameTime.id
  if (!(time instanceof Date) || typeof id !== 'string') return undefined
  const made = beyondPosition(field, side, { ms: time.getTime(), id })
  return isDeepStrictEqual(where, made) ? { field, side, time, id } : undefined
}

/**
 * Compares time and id as a pair. So the index scan starts exactly at the position, and does not read other rows with
 * the same time.
 */
function beyondInOneComparison(
  statement: Statement,
  model: Model,
  table: string,
  { field, side, time, id }: Beyond,
): string {
  const column = model.columns.get(field) ?? unknown(field)
  const [timeValue, idValue] = [statement.parameter(time), statement.parameter(id)]
  return `(${table}.${column.sql}, ${table}.id) ${comparisons[side]} (${timeValue}, ${idValue})`
}

function onColumn(statement: Statement, column: string, isList: boolean, condition: unknown): string {
  if (condition === null) return `${column} is null`
  if (!isRecord(condition))
    return isList ? unknown('a whole list') : `${column} = ${statement.parameter(condition)}`
  const parts = Object.entries(condition).flatMap(([name, value]) => {
    if (value === undefined || name === 'mode') return []
    if (value === null) return unknown(`${name} null`)
    if (isList) return name === 'hasSome' ? `${column} && ${statement.parameter(value)}` : unknown(name)
    if (name === 'in') return `${column} = any(${statement.parameter(value)})`
    if (name === 'equals' && condition.mode === undefined) return `${column} = ${statement.parameter(value)}`
    if (name === 'contains')
      return `${column}::text ${condition.mode === 'insensitive' ? 'ilike' : 'like'} ${statement.parameter(`%${value}%`)}`
    const comparison = comparisons[name]
    return comparison ? `${column} ${comparison} ${statement.parameter(value)}` : unknown(name)
  })
  return parts.length === 0 ? 'true' : parts.join(' and ')
}

function onRelation(
  statement: Statement,
  model: Model,
  table: string,
  name: string,
  condition: unknown,
): string {
  const relation = model.relations.get(name)
  if (!relation || !isRecord(condition)) return unknown(name)
  const { some, ...more } = condition
  if (relation.toOne ? some !== undefined : Object.keys(more).length > 0) return unknown(name)
  const other = statement.model(relation.model)
  const alias = statement.alias()
  const inner = whereSql(statement, other, alias, relation.toOne ? condition : some)
  return `exists (select 1 from ${other.table} ${alias} where ${alias}.${relation.otherColumn} = ${table}.${relation.column} and ${inner})`
}
