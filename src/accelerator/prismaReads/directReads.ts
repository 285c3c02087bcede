import DataLoader from 'dataloader'
import type { Database } from '../../database/database.js'
import type { PrismaClient } from '../../generated/prisma/client.js'
import { type Model, readModels } from './models.js'
import { type Select, selectSql } from './select.js'
import { isRecord, NotForUs, Statement, unknown, whereSql } from './where.js'

type Query = Record<string, unknown>
type Read = (query?: Query) => Promise<unknown>

/**
 * Prisma's client, whose reads go to PostgreSQL as one prepared statement each where `selectSql` knows how, and
 * by Prisma's own engine where it doesn't. Same questions, same answers, a tenth of the work: so whatever reads
 * by Prisma, Pothos' plugin included, needs to know nothing of it.
 */
export function directReads(prisma: PrismaClient, database: Database): PrismaClient {
  const models = readModels()
  const delegates = new Map<string, object>()
  for (const [name, model] of models) {
    const plain = Reflect.get(prisma, name) as object | undefined
    if (plain) delegates.set(name, delegateOf(plain, name, model, models, database))
  }
  return new Proxy(prisma, {
    get: (target, name) =>
      (typeof name === 'string' ? delegates.get(name) : undefined) ?? Reflect.get(target, name, target),
  })
}

function delegateOf(
  plain: object,
  name: string,
  model: Model,
  models: ReadonlyMap<string, Model>,
  database: Database,
): object {
  const rows = async ({ text, values, makeRow }: Select) => (await database.read(text, values)).map(makeRow)
  const one = async (select: Select) => (await rows(select))[0] ?? null
  const translate = (query: Query) => selectSql(new Statement(models), name, query)
  const byId = readById(async (ids, query) => rows(translate({ ...query, where: { id: { in: [...ids] } } })))
  const direct: Record<string, Read> = {
    findMany: (query = {}) => rows(translate(query)),
    findFirst: (query = {}) => one(translate({ ...query, take: 1 })),
    findUnique: (query = {}) => one(translate(query)),
    // What isn't there is Prisma's to say.
    findUniqueOrThrow: async (query = {}) => (await byId(query)) ?? unknown('none'),
    async count(query = {}) {
      if (Object.keys(query).some((key) => key !== 'where')) throw new NotForUs('count')
      const statement = new Statement(models)
      const table = statement.alias()
      const where = whereSql(statement, model, table, query.where ?? {})
      const text = `select count(*)::int from ${model.table} ${table} where ${where}`
      const [counted] = await database.read(text, statement.values)
      return counted?.[0]
    },
  }
  return new Proxy(plain, {
    get(target, method) {
      const byPrisma = Reflect.get(target, method, target) as Read
      const read = typeof method === 'string' && Object.hasOwn(direct, method) ? direct[method] : undefined
      if (!read) return byPrisma
      return async (query?: Query) => {
        try {
          return await read(query)
        } catch (error) {
          if (error instanceof NotForUs) return byPrisma(query)
          throw error
        }
      }
    },
  })
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
