import sql, { join, raw, type Sql } from 'sql-template-tag'
import { Prisma } from '../generated/prisma/client.js'

type Scalars<Model extends Prisma.ModelName> = Prisma.TypeMap['model'][Model]['payload']['scalars']

/**
 * A row of a model of schema.prisma, with all its columns.
 * @template Narrower columns that have a narrower type than Prisma knows, as a parsed address
 */
export type Row<Model extends Prisma.ModelName, Narrower = unknown> = Omit<Scalars<Model>, keyof Narrower> &
  Narrower

/** The table's columns as a list in SQL, each with the table's name before it. */
export function columnsOf<Model extends Prisma.ModelName>(
  model: Model,
  { except = [] }: { except?: ReadonlyArray<keyof Scalars<Model>> } = {},
): Sql {
  const omitted = new Set<unknown>(except)
  const fields = Object.keys(Prisma[`${model}ScalarFieldEnum`]).filter((field) => !omitted.has(field))
  return raw(fields.map((field) => `${tableOf(model)}.${snakeCased(field)}`).join(', '))
}

/** Inserts one row. A column that the row lacks gets its default. */
export function insertRow<Model extends Prisma.ModelName>(model: Model, row: Partial<Scalars<Model>>): Sql {
  const fields = Object.keys(row) as Array<keyof typeof row & string>
  return sql`
    insert into ${raw(tableOf(model))} (${raw(fields.map(snakeCased).join(', '))})
    values (${join(fields.map((field) => row[field]))})
  `
}

/** `OrgInvite` is in the table "org_invite". */
const tableOf = (model: Prisma.ModelName) => `"${snakeCased(`${model[0]?.toLowerCase()}${model.slice(1)}`)}"`

/** The convention of schema.prisma: `createdById` is in the column created_by_id. */
function snakeCased(field: string): string {
  let column = columns.get(field)
  if (column === undefined) {
    column = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    columns.set(field, column)
  }
  return column
}

/** The names that were made before. They are those of schema.prisma. */
const columns = new Map<string, string>()
