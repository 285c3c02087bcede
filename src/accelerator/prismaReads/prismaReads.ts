import DataLoader from 'dataloader'
import type { Database } from '../../database/database.js'
import { Prisma } from '../../generated/prisma/client.js'
import { modelKey, readModels } from './models.js'
import { type Select, selectSql } from './select.js'
import { isRecord, NotForUs, Statement, unknown, whereSql } from './where.js'

type Query = Record<string, unknown>
type Read = (query: Query) => Promise<unknown>

/** What Prisma hands to an extension for each query. */
interface Asked {
  model: string
  args: unknown
  query: (args: never) => Promise<unknown>
}

/**
 * An extension of Prisma's client. It sends a read to PostgreSQL as one prepared statement if `selectSql` can write
 * it, and leaves it to Prisma's own engine if not. Both give the same rows, and the statement takes a tenth of the
 * work. Callers, Pothos' plugin included, ask Prisma as ever.
 */
export function prismaReads(database: Database) {
  const models = readModels()
  const readers = new Map([...models.keys()].map((name) => [name, readsOf(name, models, database)]))
  const by =
    (method: keyof ReturnType<typeof readsOf>) =>
    async ({ model, args, query }: Asked) => {
      const read = readers.get(modelKey(model))?.[method]
      if (!read) return query(args as never)
      try {
        return await read((args ?? {}) as Query)
      } catch (error) {
        if (error instanceof NotForUs) return query(args as never)
        throw error
      }
    }
  return Prisma.defineExtension({
    name: 'prismaReads',
    query: {
      $allModels: {
        findMany: by('findMany'),
        findFirst: by('findFirst'),
        findUnique: by('findUnique'),
        findUniqueOrThrow: by('findUniqueOrThrow'),
        count: by('count'),
      } as never,
    },
  })
}

function readsOf(name: string, models: ReturnType<typeof readModels>, database: Database) {
  const rows = async ({ text, values, makeRow }: Select) => (await database.read(text, values)).map(makeRow)
  const one = async (select: Select) => (await rows(select))[0] ?? null
  const translate = (query: Query) => selectSql(new Statement(models), name, query)
  const byId = readById(async (ids, query) => rows(translate({ ...query, where: { id: { in: [...ids] } } })))
  return {
    findMany: (query) => rows(translate(query)),
    findFirst: (query) => one(translate({ ...query, take: 1 })),
    findUnique: (query) => one(translate(query)),
    // Prisma says what is missing.
    findUniqueOrThrow: async (query) => (await byId(query)) ?? unknown('none'),
    async count(query) {
      if (Object.keys(query).some((key) => key !== 'where' && query[key] !== undefined))
        throw new NotForUs('count')
      const statement = new Statement(models)
      const model = statement.model(name)
      const table = statement.alias()
      const where = whereSql(statement, model, table, query.where ?? {})
      const text = `select count(*)::int from ${model.table} ${table} where ${where}`
      const [counted] = await database.read(text, statement.values)
      return counted?.[0]
    },
  } satisfies Record<string, Read>
}

type Row = object & { id?: unknown }

/** Reads by id that ask for the same in one turn of the event loop are one statement, as by Prisma's own engine. */
function readById(
  load: (ids: readonly string[], query: Query) => Promise<Row[]>,
): (query: Query) => Promise<object | null> {
  const waiting = new Map<string, DataLoader<string, Row | null>>()
  return ({ where, ...query }) => {
    const id = isRecord(where) && Object.keys(where).length === 1 ? where.id : undefined
    if (typeof id !== 'string') return unknown('another key')
    const select = isRecord(query.select) ? { ...query.select, id: true } : query.select
    const alike = JSON.stringify(query)
    let loader = waiting.get(alike)
    if (!loader) {
      loader = new DataLoader(async (ids) => {
        waiting.delete(alike)
        const found = new Map((await load(ids, { ...query, select })).map((row) => [row.id, row]))
        return ids.map((one) => found.get(one) ?? null)
      })
      waiting.set(alike, loader)
    }
    return loader.load(id)
  }
}
