import { cellOf, literalOf, type MakeRow, makeRowOf, rowUnless } from './makeRow.js'
import { isRecord, type Statement, unknown, whereSql } from './where.js'

export interface Select {
  text: string
  values: unknown[]
  makeRow: MakeRow
}

const known = new Set(['where', 'select', 'include', 'orderBy', 'take', 'distinct'])

/**
 * Translates a query of Prisma into one statement with flat rows. Relations to one row become joins.
 * @throws {NotForUs} if the query contains anything else
 */
export function selectSql(statement: Statement, modelName: string, query: Record<string, unknown>): Select {
  for (const name in query) if (!known.has(name) && query[name] !== undefined) return unknown(name)
  const model = statement.model(modelName)
  const table = statement.alias()
  const shape = shapeOf(statement, modelName, table, query)
  const where = query.where === undefined ? 'true' : whereSql(statement, model, table, query.where)
  const text = [
    `select ${distinctSql(query, shape)}${shape.columns.join(', ')}`,
    `from ${model.table} ${table}${shape.joins.join('')}`,
    `where ${where}`,
    orderSql(statement, modelName, table, query.orderBy),
    query.take === undefined ? '' : `limit ${takeSql(statement, query.take)}`,
  ].join(' ')
  return { text, values: statement.values, makeRow: makeRowOf(shape.name, shape.row) }
}

interface Shape {
  columns: string[]
  joins: string[]
  /** Two shapes with the same name have the same rows. */
  name: string
  /** Of `literalOf`. */
  row: () => string
  relations: number
}

interface Selection {
  select?: unknown
  include?: unknown
}

/** Which columns of a table and of the joined tables are read, and the row that they make. */
function shapeOf(
  statement: Statement,
  modelName: string,
  table: string,
  { select, include }: Selection,
  startsAt = 0,
): Shape {
  const model = statement.model(modelName)
  if (select !== undefined && include !== undefined) return unknown('select beside include')
  const asked = select ?? include ?? {}
  if (!isRecord(asked)) return unknown('selection')
  const names = Object.keys(asked).filter((name) => asked[name] !== undefined && asked[name] !== false)
  const own = select === undefined ? model.read : names.filter((name) => model.columns.has(name))
  const columns = own.map((name) => `${table}.${model.columns.get(name)?.sql}`)
  const joins: string[] = []
  const below: { name: string; key: number; shape: Shape }[] = []
  let shapeName = select === undefined ? modelName : `${modelName}.${own.join('.')}`
  for (const name of names) {
    if (model.columns.has(name)) continue
    const relation = model.relations.get(name)
    if (!relation?.toOne) return unknown(name)
    const joined = statement.alias()
    const nested = asked[name] === true ? {} : asked[name]
    if (!isRecord(nested) || Object.keys(nested).some((key) => key !== 'select' && key !== 'include'))
      return unknown(name)
    // The key column is always read: if it is null, the related row does not exist.
    const shape = shapeOf(statement, relation.model, joined, nested, startsAt + columns.length)
    const keyColumn = `${joined}."${relation.otherColumn}"`
    const among = shape.columns.indexOf(keyColumn)
    const key = startsAt + columns.length + (among === -1 ? shape.columns.length : among)
    columns.push(...shape.columns, ...(among === -1 ? [keyColumn] : []))
    const { table: other } = statement.model(relation.model)
    joins.push(
      ` left join ${other} ${joined} on ${joined}.${relation.otherColumn} = ${table}.${relation.column}`,
      ...shape.joins,
    )
    below.push({ name, key, shape })
    shapeName += `(${name} ${shape.name})`
  }
  if (columns.length === 0) return unknown('nothing selected')
  const row = () =>
    literalOf([
      ...own.map((name, index) => ({
        name,
        value: cellOf(startsAt + index, model.columns.get(name)?.isList === true),
      })),
      ...below.map(({ name, key, shape }) => ({ name, value: rowUnless(key, shape.row()) })),
    ])
  return { columns, joins, name: shapeName, row, relations: below.length }
}

function distinctSql({ distinct, select }: Record<string, unknown>, { columns, relations }: Shape): string {
  if (distinct === undefined) return ''
  const alike =
    Array.isArray(distinct) &&
    isRecord(select) &&
    relations === 0 &&
    columns.length === distinct.length &&
    distinct.every((name) => select[name] === true)
  return alike ? 'distinct ' : unknown('distinct')
}

function orderSql(statement: Statement, modelName: string, table: string, orderBy: unknown): string {
  if (orderBy === undefined) return ''
  const { columns } = statement.model(modelName)
  const terms = (Array.isArray(orderBy) ? orderBy : [orderBy]).flatMap((order: unknown) =>
    Object.entries(isRecord(order) ? order : unknown('orderBy')).map(([name, direction]) => {
      const column = columns.get(name)
      if (!column || (direction !== 'asc' && direction !== 'desc')) return unknown(`orderBy ${name}`)
      return `${table}.${column.sql} ${direction}`
    }),
  )
  return terms.length === 0 ? '' : `order by ${terms.join(', ')}`
}

function takeSql(statement: Statement, take: unknown): string {
  return typeof take === 'number' && take >= 0 ? statement.parameter(take) : unknown('take')
}
