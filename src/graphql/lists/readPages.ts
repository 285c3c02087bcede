import type { ReadClient } from '../../database/omittedColumns.js'
import type { Slice } from './page.js'

export interface Row {
  id: string
}

/** A row that SQL found below a parent. */
interface Found extends Row {
  parentId: string
}

/** Where the rows of a list come from. */
export interface Source<Parent extends Row, Position> {
  model: 'org' | 'orgUser' | 'orgInvite' | 'orgEvent'
  /** From the rows to their parent by a foreign key, and from the parent's model back. Without: rows have no parent. */
  parent?: { key: 'orgId' | 'userId'; model: 'org' | 'user'; relation: 'orgUsers' | 'invites' | 'events' }
  /** Which rows, where Prisma's conditions can say it. */
  where?: Record<string, unknown>
  /** Finds the rows of every parent's page, at most `take` of each, where it takes SQL. */
  find?(parents: readonly Parent[], slice: Slice<Position> & { take: number }): Promise<Found[]>
}

/** What a page is read with. */
export interface PageQuery<Position> extends Slice<Position> {
  /** `select` or `include`: what the document selects of the rows. */
  selection: object
  where: Record<string, unknown>
  orderBy: readonly Record<string, 'asc' | 'desc'>[]
  take: number
}

/** A model of Prisma, for queries that are put together at run time. */
interface Delegate {
  findMany(query: object): Promise<never[]>
  count(query: object): Promise<number>
  groupBy(query: object): Promise<Array<Record<string, string> & { _count: { _all: number } }>>
}
const delegateOf = (prisma: ReadClient, model: string) => Reflect.get(prisma, model) as Delegate

/**
 * Reads a page of rows below each parent, in the order of the parents: by one statement where Prisma's conditions
 * say which rows, else by one that finds their ids and one that reads them.
 */
export async function readPages<Parent extends Row, Node, Position>(
  prisma: ReadClient,
  { model, parent, find, where = {} }: Source<Parent, Position>,
  parents: readonly Parent[],
  { selection, where: within, orderBy, take, ...slice }: PageQuery<Position>,
): Promise<Node[][]> {
  const rows = delegateOf(prisma, model)
  if (find) {
    const found = await find(parents, { ...slice, take })
    if (found.length === 0) return parents.map(() => [])
    const parentOf = new Map(found.map(({ id, parentId }) => [id, parentId]))
    const nodes: Row[] = await rows.findMany({
      ...selection,
      where: { id: { in: [...parentOf.keys()] } },
      orderBy,
    })
    return parents.map(({ id }) => nodes.filter((node) => parentOf.get(node.id) === id) as Node[])
  }
  const query = { ...selection, where: { AND: [where, within] }, orderBy, take }
  const [only] = parents
  if (!parent || !only) return [await rows.findMany(query)]
  const { key, model: parentModel, relation } = parent
  if (parents.length === 1)
    return [await rows.findMany({ ...query, where: { [key]: only.id, ...query.where } })]
  const withPages: Array<Row & Record<string, Node[]>> = await delegateOf(prisma, parentModel).findMany({
    where: { id: { in: parents.map(({ id }) => id) } },
    select: { id: true, [relation]: query },
  })
  const byParent = new Map(withPages.map((row) => [row.id, row[relation]]))
  return parents.map(({ id }) => byParent.get(id) ?? [])
}

/** Counts the rows below each parent by their foreign key, by one statement. */
export async function countByParent(
  prisma: ReadClient,
  { model, parent }: Required<Pick<Source<Row, unknown>, 'model' | 'parent'>>,
  parents: readonly Row[],
): Promise<number[]> {
  const { key } = parent
  const [only] = parents
  const rows = delegateOf(prisma, model)
  if (only && parents.length === 1) return [await rows.count({ where: { [key]: only.id } })]
  const groups = await rows.groupBy({
    by: [key],
    where: { [key]: { in: parents.map(({ id }) => id) } },
    _count: { _all: true },
  })
  const counts = groups.map((group) => ({ parentId: String(group[key]), count: group._count._all }))
  return inOrderOf(parents, counts)
}

/** Counts in the order of their parents, 0 where there is none. */
export function inOrderOf(
  parents: readonly Row[],
  counts: ReadonlyArray<{ parentId: string; count: number }>,
): number[] {
  const byParent = new Map(counts.map(({ parentId, count }) => [parentId, count]))
  return parents.map(({ id }) => byParent.get(id) ?? 0)
}
