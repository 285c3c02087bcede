import {
  type AllOrgs,
  allOrgs,
  FIRST_PAGE,
  type MembersOfOrgs,
  membersOfOrgs,
  NEXT_PAGE,
  type NumberedOrg,
  ORGS_AT_ONCE,
  type Query,
  type SomeOrgs,
  someOrgs,
} from './documents.js'
import type { Member, Memberships } from './memberships.js'
import { MirrorError } from './mirrorError.js'

/** Reads all orgs with their members, page by page. */
export async function readAllOrgs(query: Query, into: Memberships): Promise<void> {
  let after: string | null = null
  do {
    const { orgs }: AllOrgs = await query(allOrgs, { after })
    await readMembers(query, orgs.nodes, into)
    after = orgs.pageInfo.hasNextPage ? orgs.pageInfo.endCursor : null
  } while (after !== null)
}

/**
 * Reads these orgs with their members, at most 100.
 * @returns the ids of those that are gone, or that the token can't see
 */
export async function readOrgs(query: Query, ids: readonly string[], into: Memberships): Promise<string[]> {
  const { nodes } = await query<SomeOrgs>(someOrgs, { ids })
  const found = nodes.filter((org) => org !== null)
  await readMembers(query, found, into)
  const gone = ids.filter((id) => !found.some((org) => org.id === id))
  for (const id of gone) into.remove(id)
  return gone
}

/**
 * The number of an org's newest event is read before its members. So an event after this number may already be included
 * in what is read. Applying it again does no harm, because an event tells all that a member holds after it.
 */
async function readMembers(query: Query, orgs: readonly NumberedOrg[], into: Memberships): Promise<void> {
  const batches: NumberedOrg[][] = []
  for (let at = 0; at < orgs.length; at += ORGS_AT_ONCE) batches.push(orgs.slice(at, at + ORGS_AT_ONCE))
  await Promise.all(
    batches.map(async (batch) => {
      const read = new Map(batch.map(({ id }) => [id, new Map<string, Member>()]))
      let pages = new Map<string | null, string[]>([[null, [...read.keys()]]])
      while (pages.size > 0) {
        const next = new Map<string | null, string[]>()
        for (const [after, ids] of pages)
          for (const [id, cursor] of await readPages(query, ids, after, read)) next.set(cursor, [id])
        pages = next
      }
      // At once, so that nobody sees an org of which only half is read.
      for (const { id, events } of batch) into.put(id, numberOf(events), read.get(id) ?? new Map())
    }),
  )
}

function numberOf(events: NumberedOrg['events']): number {
  if (!events) throw new MirrorError('FORBIDDEN', 'The mirror’s token needs EVENT_READ.')
  return events.nodes[0]?.seq ?? 0
}

/** @returns the cursor of the next page of each org that has one */
async function readPages(
  query: Query,
  ids: readonly string[],
  after: string | null,
  into: ReadonlyMap<string, Map<string, Member>>,
): Promise<[id: string, cursor: string][]> {
  const { nodes } = await query<MembersOfOrgs>(membersOfOrgs, {
    ids,
    first: after === null ? FIRST_PAGE : NEXT_PAGE,
    after,
  })
  return nodes.flatMap((org): [string, string][] => {
    // Deleted a moment ago. Its last event will say so.
    if (!org) return []
    if (!org.users) throw new MirrorError('FORBIDDEN', 'The mirror’s token needs MEMBER_READ.')
    for (const { user, roles, status, appRoles } of org.users.nodes)
      into.get(org.id)?.set(user.id, {
        roles,
        appRoles: appRoles.map(({ key }) => key),
        isActive: status === 'ACTIVE',
      })
    const { endCursor, hasNextPage } = org.users.pageInfo
    return hasNextPage && endCursor !== null ? [[org.id, endCursor]] : []
  })
}
