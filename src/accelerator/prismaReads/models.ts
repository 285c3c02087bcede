import { omittedColumns } from '../../database/omittedColumns.js'
import { getDatamodel } from '../../generated/pothos.js'

/** A model's part in a statement: names as code has them, with the columns they are kept in. */
export interface Model {
  table: string
  columns: ReadonlyMap<string, Column>
  /** The columns that are read where nothing says which. */
  read: readonly string[]
  relations: ReadonlyMap<string, Relation>
}

interface Column {
  sql: string
  isList: boolean
}

/** How one row leads to others: `column` here is their `otherColumn`. */
interface Relation {
  model: string
  toOne: boolean
  column: string
  otherColumn: string
  /** The field that keeps the other's id, where this row does. */
  keyField: string | undefined
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const quoted = (name: string) => `"${snake(name).replace(/^_/, '')}"`

interface Field {
  name: string
  type: string
  kind: string
  isList: boolean
  relationName?: string
  relationFromFields?: readonly string[]
}

/**
 * The models of schema.prisma. What can't be read column by column as Prisma reads it is left out: of
 * relations those over several columns, and models that keep bytes.
 */
export function readModels(): ReadonlyMap<string, Model> {
  const { models } = (
    getDatamodel() as unknown as { datamodel: { models: Record<string, { fields: Field[] }> } }
  ).datamodel
  const fieldsOf = (name: string) => models[name]?.fields ?? []
  const owners = (field: Field, of: string) =>
    fieldsOf(of).filter(
      (other) => other.relationName === field.relationName && other.relationFromFields?.length,
    )

  const relationOf = (field: Field): Relation | null => {
    const [column, ...more] = field.relationFromFields ?? []
    if (column !== undefined)
      return more.length > 0
        ? null
        : { model: field.type, toOne: true, column: snake(column), otherColumn: 'id', keyField: column }
    const [owner] = owners(field, field.type)
    const [otherColumn] = owner?.relationFromFields ?? []
    if (!field.isList || otherColumn === undefined) return null
    return {
      model: field.type,
      toOne: false,
      column: 'id',
      otherColumn: snake(otherColumn),
      keyField: undefined,
    }
  }

  const result = new Map<string, Model>()
  for (const [name, { fields }] of Object.entries(models)) {
    if (fields.some(({ type }) => type === 'Bytes')) continue
    const columns = new Map<string, Column>()
    const relations = new Map<string, Relation>()
    for (const field of fields) {
      if (field.kind !== 'object')
        columns.set(field.name, { sql: `"${snake(field.name)}"`, isList: field.isList })
      else {
        // A relation of a model with itself has the same name on both sides: the one with the column is meant.
        const relation = relationOf(field)
        if (relation) relations.set(field.name, relation)
      }
    }
    const omitted = (omittedColumns as Record<string, object | undefined>)[modelKey(name)] ?? {}
    const read = [...columns.keys()].filter((column) => !Object.hasOwn(omitted, column))
    result.set(modelKey(name), { table: quoted(name), columns, read, relations })
  }
  return result
}

export const modelKey = (name: string): string => `${name[0]?.toLowerCase()}${name.slice(1)}`
