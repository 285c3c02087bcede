import type { TypedRequests } from '../api/requests.js'
import type { Invite, InviteStatus, Member, OrgEvent, Role } from '../api/types.js'
import { InvitesDocument, MembersDocument } from '../generated/documents.js'
import type { Feed } from './feed.js'
import { type LiveQuery, liveQuery } from './liveQuery.js'
import type { Pending } from './pending.js'
import type { Life } from './registry.js'

export interface Rows<Row> {
  readonly rows: readonly Row[]
  /** Of all rows on the server that fit, also of those that are not loaded. */
  readonly totalCount: number
  readonly hasMore: boolean
}

export interface RowsQuery<Row> extends LiveQuery<Rows<Row>> {
  loadMore(): void
}

export interface MembersFilter {
  /** Words in any order, each a part of the name or the e-mail address. */
  readonly search?: string
  readonly roles?: readonly Role[]
}

export interface MembersOrder {
  /** By role: the highest first. */
  readonly field: 'NAME' | 'ROLE' | 'JOINED_AT'
  /** @default 'ASC' */
  readonly direction?: 'ASC' | 'DESC'
}

/** Which members, and in which order. */
export interface MembersOptions extends MembersFilter {
  /** @default { field: 'NAME' } */
  readonly orderBy?: MembersOrder
}

export interface InvitesFilter {
  /** @default ['PENDING'] */
  readonly statuses?: readonly InviteStatus[]
  readonly search?: string
}

/** So many rows are loaded first, and more with each `loadMore`. */
const PAGE_SIZE = 50
const MAX_PAGE = 100

type ReadPage<Row> = (
  first: number,
  after: string | null,
) => Promise<{
  nodes: readonly Row[]
  totalCount: number
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
} | null>

/** Reads the first `wanted` rows, in as many pages as that takes. */
async function readRows<Row>(wanted: number, readPage: ReadPage<Row>): Promise<Rows<Row> | null> {
  const rows: Row[] = []
  let after: string | null = null
  for (;;) {
    const page: Awaited<ReturnType<ReadPage<Row>>> = await readPage(
      Math.min(MAX_PAGE, wanted - rows.length),
      after,
    )
    if (!page) return null
    rows.push(...page.nodes)
    after = page.pageInfo.endCursor
    if (!page.pageInfo.hasNextPage || rows.length >= wanted)
      return { rows, totalCount: page.totalCount, hasMore: page.pageInfo.hasNextPage }
  }
}

/** The list with other rows. `totalCount` changes by as many as were taken out or put in. */
function withRows<Row>(list: Rows<Row>, rows: readonly Row[]): Rows<Row> {
  return { ...list, rows, totalCount: list.totalCount + rows.length - list.rows.length }
}

export interface ListParts<Row extends { readonly id: string }> extends Life {
  readonly api: TypedRequests
  readonly feed: Feed<OrgEvent>
  readonly pending: Pending<Row>
  readonly orgId: string
}

const statusAfter: Partial<Record<string, Member['status']>> = {
  SUSPENDED: 'SUSPENDED',
  REINSTATED: 'ACTIVE',
}

export function openMembers(
  parts: ListParts<Member>,
  { orderBy = { field: 'NAME' }, ...filter }: MembersOptions,
): RowsQuery<Member> {
  const { api, feed, pending, orgId } = parts
  let wanted = PAGE_SIZE
  const query = liveQuery<Rows<Member>, OrgEvent>({
    ...parts,
    feed,
    read: () =>
      readRows(wanted, async (first, after) => {
        const { org } = await api.query(MembersDocument, { orgId, first, after, filter, orderBy })
        return org?.users ?? null
      }),
    onEvent(event) {
      // A change of the org's status decides what the viewer can do with each row.
      if (event.__typename === 'OrgChangeEvent') return { reload: true }
      if (event.__typename !== 'OrgUserEvent') return null
      const { memberEventType: type, userId, roles } = event
      const next = (member: Member): Member[] => {
        if (member.user.id !== userId) return [member]
        if (type === 'REMOVED' || type === 'LEFT') return []
        return [{ ...member, roles, status: statusAfter[type] ?? member.status }]
      }
      return { change: (list) => withRows(list, list.rows.flatMap(next)), reload: true }
    },
    pending: {
      listen: pending.listen,
      apply: (list) => withRows(list, pending.apply(list.rows)),
    },
  })
  return {
    ...query,
    loadMore() {
      wanted += PAGE_SIZE
      query.reload()
    },
  }
}

export function openInvites(parts: ListParts<Invite>, filter: InvitesFilter): RowsQuery<Invite> {
  const { api, feed, pending, orgId } = parts
  const statuses = filter.statuses ?? ['PENDING']
  const isSearch = filter.search !== undefined && filter.search !== ''
  let wanted = PAGE_SIZE
  const fits = (invite: Invite) => statuses.includes(invite.status)
  const query = liveQuery<Rows<Invite>, OrgEvent>({
    ...parts,
    feed,
    read: () =>
      readRows(wanted, async (first, after) => {
        const { org } = await api.query(InvitesDocument, {
          orgId,
          first,
          after,
          filter: { ...filter, statuses },
        })
        return org?.invites ?? null
      }),
    onEvent(event) {
      if (event.__typename === 'OrgChangeEvent' || event.__typename === 'OrgUserEvent')
        return { reload: true }
      if (event.__typename !== 'OrgInviteEvent') return null
      const { orgInvite, orgInviteId } = event
      return {
        change: (list) =>
          withRows(
            list,
            list.rows
              .flatMap((row) => (row.id === orgInviteId ? (orgInvite ? [orgInvite] : []) : [row]))
              .filter(fits),
          ),
        reload: true,
      }
    },
    pending: {
      listen: pending.listen,
      apply(list) {
        const changed = pending.apply(list.rows).filter(fits)
        const addresses = new Set(changed.map(({ email }) => email?.toLowerCase()))
        const inserted = isSearch
          ? []
          : pending.inserted(orgId).filter((row) => fits(row) && !addresses.has(row.email?.toLowerCase()))
        return withRows(list, [...inserted, ...changed])
      },
    },
  })
  return {
    ...query,
    loadMore() {
      wanted += PAGE_SIZE
      query.reload()
    },
  }
}
