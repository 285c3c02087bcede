import type { ReadClient } from '../../database/omittedColumns.js'
import { badUserInput } from '../../errors.js'
import type { Slice } from './page.js'

export interface Row {
  id: string
}

/** The id of a row that SQL found, and of its parent. */
interface Found extends Row {
  parentId: string
}

/** Where the rows of a list come from. */
export interface Source<Parent extends Row, Position> {
  model: 'org' | 'orgUser' | 'orgInvite' | 'orgInviteLink' | 'orgJoinRequest' | 'orgEvent' | 'webhookDelivery'
  /** The rows' foreign key to their parent, and the parent's relation to the rows. Left out if the rows have no parent. */
  parent?: {
    key: 'orgId' | 'userId' | 'webhookId'
    model: 'org' | 'user' | 'webhook'
    relation: 'orgUsers' | 'invites' | 'inviteLinks' | 'joinRequests' | 'events' | 'deliveries'
  }
  /** Which rows belong to the list, if Prisma's conditions can express it. */
  where?: Record<string, unknown>
  /**
   * Finds the rows of every parent's page with SQL, in the order of the list: of the first `take` per parent, without the
   * first `skip`. Used if Prisma's
   * conditions can't express it.
   */
  find?(parents: readonly Parent[], slice: Slice<Position> & { take: number }): Promise<Found[]>
}

/** The parameters for reading a page. */
export interface PageQuery<Position> extends Slice<Position> {
  /** `select` or `include`: the columns and relations that the document selects. */
  selection: object
  where: Record<string, unknown>
  orderBy: readonly Record<string, 'asc' | 'desc'>[]
  /** With those that `skip` leaves out. */
  take: number
}

/** A model of Prisma's client, for queries that are built at run time. */
interface Delegate {
  findMany(query: object): Promise<never[]>
  count(query: object): Promise<number>
  groupBy(query: object): Promise<Array<Record<string, string> & { _count: { _all: number } }>>
}
const delegateOf = (prisma: ReadClient, model: string) => Reflect.get(prisma, model) as Delegate

/**
 * Reads a page of rows for each parent, in the order of the parents. Without `find` it is one statement. With `find`
 * one statement finds the ids and another reads the rows.
 */
export async function readPages<Parent extends Row, Node, Position>(
  prisma: ReadClient,
  { model, parent, find, where = {} }: Source<Parent, Position>,
  parents: readonly Parent[],
  { selection, where: within, orderBy, take, ...slice }: PageQuery<Position>,
): Promise<Node[][]> {
  const rows = delegateOf(prisma, model)
  const { skip } = slice
  // For each of a hundred parents it would cost as much.
  if (skip > 0 && parents.length > 1) throw badUserInput('`skip` is for the list of one parent.')
  if (find) return byIds(rows, selection, parents, await find(parents, { ...slice, take }))
  const query = { ...selection, where: { AND: [where, within] }, orderBy, take }
  const [only] = parents
  if (!parent || !only) return [await rows.findMany(query)]
  const { key, model: parentModel, relation } = parent
  if (parents.length === 1) {
    const ofOnly = { [key]: only.id, ...query.where }
    if (skip === 0) return [await rows.findMany({ ...query, where: ofOnly })]
    // The ids first, or PostgreSQL joins the relations of the rows that are left out, too.
    const ids: Row[] = await rows.findMany({
      select: { id: true },
      where: ofOnly,
      orderBy,
      take: take - skip,
      skip,
    })
    const found = ids.map(({ id }) => ({ id, parentId: only.id }))
    return byIds(rows, selection, parents, found)
  }
  const withPages: Array<Row & Record<string, Node[]>> = await delegateOf(prisma, parentModel).findMany({
    where: { id: { in: parents.map(({ id }) => id) } },
    select: { id: true, [relation]: query },
  })
  const byParent = new Map(withPages.map((row) => [row.id, row[relation]]))
  return parents.map(({ id }) => byParent.get(id) ?? [])
}

/** Reads the rows that were found, in the order in which they were found. */
async function byIds<Node>(
  rows: Delegate,
  selection: object,
  parents: readonly Row[],
  found: readonly Found[],
): Promise<Node[][]> {
  if (found.length === 0) return parents.map(() => [])
  const parentOf = new Map(found.map(({ id, parentId }) => [id, parentId]))
  const nodes: Row[] = await rows.findMany({ ...selection, where: { id: { in: [...parentOf.keys()] } } })
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return parents.map(({ id }) =>
    found
      .flatMap((row) => (row.parentId === id ? [byId.get(row.id)] : []))
      .filter((node) => node !== undefined),
  ) as Node[][]
}

/** Counts the rows of each parent by their foreign key, with one statement. */
export async function countByParent(
  prisma: ReadClient,
  {
    model,
    parent,
    where = {},
  }: Required<Pick<Source<Row, unknown>, 'model' | 'parent'>> & Pick<Source<Row, unknown>, 'where'>,
  parents: readonly Row[],
): Promise<number[]> {
  const { key } = parent
  const [only] = parents
  const rows = delegateOf(prisma, model)
  if (only && parents.length === 1) return [await rows.count({ where: { ...where, [key]: only.id } })]
  const groups = await rows.groupBy({
    by: [key],
    where: { ...where, [key]: { in: parents.map(({ id }) => id) } },
    _count: { _all: true },
  })
  const counts = groups.map((group) => ({ parentId: String(group[key]), count: group._count._all }))
  return inOrderOf(parents, counts)
}

/** The counts in the order of the parents. 0 for a parent without a count. */
export function inOrderOf(
  parents: readonly Row[],
  counts: ReadonlyArray<{ parentId: string; count: number }>,
): number[] {
  const byParent = new Map(counts.map(({ parentId, count }) => [parentId, count]))
  return parents.map(({ id }) => byParent.get(id) ?? 0)
}
