import DataLoader from 'dataloader'
import type { PrismaClient } from '../generated/prisma/client.js'
import type { Context } from './context.js'
import { perOperation } from './perOperation.js'

/** Models by the names that Prisma's client has for them, with what it reads of them. */
interface Rows {
  user: Awaited<ReturnType<PrismaClient['user']['findMany']>>[number]
  org: Awaited<ReturnType<PrismaClient['org']['findMany']>>[number]
  orgUser: Awaited<ReturnType<PrismaClient['orgUser']['findMany']>>[number]
  orgInvite: Awaited<ReturnType<PrismaClient['orgInvite']['findMany']>>[number]
  orgEmailDomain: Awaited<ReturnType<PrismaClient['orgEmailDomain']['findMany']>>[number]
  apiToken: Awaited<ReturnType<PrismaClient['apiToken']['findMany']>>[number]
}

type LoaderOf<Row> = (context: Context) => DataLoader<string, Row | null>

const loaders = new Map<string, LoaderOf<unknown>>()

/** The one DataLoader of a model's rows by id that each operation has, whoever asks: null where there is none. */
export function loadById<Model extends keyof Rows>(model: Model): LoaderOf<Rows[Model]> {
  const loader = loaders.get(model) ?? perOperation((context) => new DataLoader(readerOf(context, model)))
  loaders.set(model, loader)
  return loader as LoaderOf<Rows[Model]>
}

function readerOf({ app }: Context, model: keyof Rows) {
  return async (ids: readonly string[]) => {
    const rows = await app.prisma[model as 'org'].findMany({ where: { id: { in: [...ids] } } })
    const byId = new Map(rows.map((row) => [row.id, row]))
    return ids.map((id) => byId.get(id) ?? null)
  }
}
