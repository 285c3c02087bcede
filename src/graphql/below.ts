import type { ReadQuery } from './keysetList.js'

interface Row {
  id: string
}

/** As much of a Prisma model as it takes to read and count what is below several rows at once. */
interface Readable {
  findMany(query: never): PromiseLike<unknown>
}
interface Countable {
  count(query: never): PromiseLike<number>
  groupBy(query: never): PromiseLike<unknown>
}

/** A list below each of several rows, cut at `take`, by one statement. */
export async function readBelow<Node>(
  model: Readable,
  parents: readonly Row[],
  relation: string,
  query: ReadQuery,
): Promise<Node[][]> {
  const ids = parents.map(({ id }) => id)
  const rows = (await model.findMany({
    where: { id: { in: ids } },
    select: { id: true, [relation]: query },
  } as never)) as Array<Row & Record<string, Node[]>>
  const byId = new Map(rows.map((row) => [row.id, row[relation]]))
  return ids.map((id) => byId.get(id) ?? [])
}

/** How many rows that meet a condition point to each of several others, by one statement. */
export async function countBelow(
  model: Countable,
  parents: readonly Row[],
  foreignKey: string,
  where: Record<string, unknown>,
): Promise<number[]> {
  const [only] = parents
  if (only && parents.length === 1)
    return [await model.count({ where: { [foreignKey]: only.id, ...where } } as never)]
  const groups = (await model.groupBy({
    by: [foreignKey],
    where: { [foreignKey]: { in: parents.map(({ id }) => id) }, ...where },
    _count: { _all: true },
  } as never)) as Array<Record<string, string> & { _count: { _all: number } }>
  const byId = new Map(groups.map((group) => [group[foreignKey], group._count._all]))
  return parents.map(({ id }) => byId.get(id) ?? 0)
}
