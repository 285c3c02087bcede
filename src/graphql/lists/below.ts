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

/** How many rows point to each of several others, by one statement. */
export async function countBelow(
  model: Countable,
  parents: readonly Row[],
  foreignKey: string,
): Promise<number[]> {
  const [only] = parents
  if (only && parents.length === 1) return [await model.count({ where: { [foreignKey]: only.id } } as never)]
  const groups = (await model.groupBy({
    by: [foreignKey],
    where: { [foreignKey]: { in: parents.map(({ id }) => id) } },
    _count: { _all: true },
  } as never)) as Array<Record<string, string> & { _count: { _all: number } }>
  const byId = new Map(groups.map((group) => [group[foreignKey], group._count._all]))
  return parents.map(({ id }) => byId.get(id) ?? 0)
}

/** What was found below each of several rows by its id, read with what the document selects, in the list's order. */
export async function readFound<Node extends Row>(
  model: Readable,
  parents: readonly Row[],
  found: ReadonlyArray<Row & { parentId: string }>,
  { where: _where, take: _take, ...query }: ReadQuery,
): Promise<Node[][]> {
  if (found.length === 0) return parents.map(() => [])
  const where = { id: { in: found.map(({ id }) => id) } }
  const rows = (await model.findMany({ ...query, where } as never)) as Node[]
  const parentOf = new Map(found.map(({ id, parentId }) => [id, parentId]))
  return parents.map((parent) => rows.filter(({ id }) => parentOf.get(id) === parent.id))
}

/** The counts of several rows in their order, 0 where there is none. */
export function countsOfFound(
  parents: readonly Row[],
  counts: ReadonlyArray<{ parentId: string; count: number }>,
): number[] {
  const byParent = new Map(counts.map(({ parentId, count }) => [parentId, count]))
  return parents.map(({ id }) => byParent.get(id) ?? 0)
}
