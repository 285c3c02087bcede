import DataLoader from 'dataloader'
import type { Context } from './context.js'
import { perOperation } from './perOperation.js'

/** A DataLoader of rows by id, made anew for each operation: null where there is none. */
export function loadById<Row extends { id: string }>(
  read: (context: Context, ids: string[]) => Promise<Row[]>,
): (context: Context) => DataLoader<string, Row | null> {
  return perOperation(
    (context) =>
      new DataLoader(async (ids: readonly string[]) => {
        const byId = new Map((await read(context, [...ids])).map((row) => [row.id, row]))
        return ids.map((id) => byId.get(id) ?? null)
      }),
  )
}
