import DataLoader from 'dataloader'
import type { Database } from '../../database/database.js'
import type { ReadClient } from '../../database/omittedColumns.js'
import { readModels } from './models.js'
import { type Select, selectSql } from './select.js'
import { isRecord, NotForUs, Statement, unknown, whereSql } from './where.js'

type Query = Record<string, unknown>
type Read = (query?: Query) => Promise<unknown>

/**
 * Extends Prisma's client. If `selectSql` can translate a read, it runs as one prepared statement. Otherwise Prisma's
 * own engine runs it. Both return the same rows, but the statement needs a tenth of the work. Callers, including Pothos'
 * plugin, use Prisma's client as usual.
 *
 * It extends the models' methods (`model` of `$extends`) and not their queries (`query`). A query extension would pass
 * each read through Prisma's request handling, and leave 70 KB more per dashboard query to the major garbage collection.
 */
export function prismaReads(prisma: ReadClient, database: Database): ReadClient {
  const models = readModels()
  const extended = [...models.keys()].map((name) => {
    const byPrisma = prisma[name as 'user'] as unknown as Record<string, Read>
    const methods = Object.entries(readsOf(name, models, database)).map(([method, read]) => [
      method,
      async (query?: Query) => {
        try {
          return await read(query ?? {})
        } catch (error) {
          if (error instanceof NotForUs) return byPrisma[method]?.(query)
          throw error
        }
      },
    ])
    return [name, Object.fromEntries(methods)]
  })
  return prisma.$extends({
    name: 'prismaReads',
    model: Object.fromEntries(extended),
  }) as unknown as ReadClient
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
    // If nothing is found, Prisma runs the query again and throws its own error.
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
  } satisfies Record<string, (query: Query) => Promise<unknown>>
}

type Row = object & { id?: unknown }

/** Batches reads by id with the same selection within one turn of the event loop into one statement, as Prisma does. */
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
