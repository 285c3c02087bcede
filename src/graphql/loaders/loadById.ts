import DataLoader from 'dataloader'
import type { ReadClient } from '../../database/omittedColumns.js'
import type { Context } from '../context.js'
import { perOperation } from './perOperation.js'

type ModelName =
  | 'user'
  | 'org'
  | 'orgUser'
  | 'orgInvite'
  | 'orgInviteLink'
  | 'orgJoinRequest'
  | 'orgEmailDomain'
  | 'apiToken'
  | 'appRole'
  | 'webhook'
  | 'webhookDelivery'

type RowOf<Model extends ModelName> = Awaited<ReturnType<ReadClient[Model]['findMany']>>[number]

type LoaderOf<Row> = (context: Context) => DataLoader<string, Row | null>

const loaders = new Map<string, LoaderOf<unknown>>()

/** The operation's DataLoader for a model's rows by id. It checks no permission. Null for a row that doesn't exist. */
export function loadById<Model extends ModelName>(model: Model): LoaderOf<RowOf<Model>> {
  const loader = loaders.get(model) ?? perOperation((context) => new DataLoader(readerOf(context, model)))
  loaders.set(model, loader)
  return loader as LoaderOf<RowOf<Model>>
}

function readerOf({ app }: Context, model: ModelName) {
  return async (ids: readonly string[]) => {
    const rows = await app.prisma[model as 'org'].findMany({ where: { id: { in: [...ids] } } })
    const byId = new Map(rows.map((row) => [row.id, row]))
    return ids.map((id) => byId.get(id) ?? null)
  }
}
