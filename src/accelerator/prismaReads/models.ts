import { omittedColumns } from '../../database/omittedColumns.js'
import { getDatamodel } from '../../generated/pothos.js'

/** A model of Prisma with its table and columns. The keys of the maps are the names in Prisma's schema. */
export interface Model {
  table: string
  columns: ReadonlyMap<string, Column>
  /** The columns that are read by default. */
  read: readonly string[]
  relations: ReadonlyMap<string, Relation>
}

interface Column {
  sql: string
  isList: boolean
}

/** A relation to another model. It joins the rows whose `otherColumn` equals this row's `column`. */
interface Relation {
  model: string
  toOne: boolean
  column: string
  otherColumn: string
  /** The field with the id of the other row, if this row has the foreign key. */
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
 * The models of schema.prisma. Models with bytes and relations over several columns are left out, because plain SQL
 * would not return the same values as Prisma.
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
        // A relation of a model to itself has the same name on both sides. This uses the side with the column.
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
