import {
  asked,
  emailOf,
  madeAtOnce,
  ofInvites,
  ofMembers,
  owner,
  seldomInviter,
  subjectOf,
  uuid,
} from '../../test/support/bigOrgs.js'
import { bearerFor } from '../people.js'
import { globalId } from '../workloads.js'

/** The body of a request. */
export interface Ask {
  query: string
  variables: Record<string, unknown>
}

/** One list query on a large org. */
export interface Shape {
  name: string
  ask: Ask
}

/** The owner of both orgs. */
export const viewer = bearerFor({
  subject: subjectOf(owner),
  email: emailOf(owner),
  name: `Person ${owner}`,
})

const documents = {
  MemberList: `query MemberList($org: ID!, $filter: OrgUserFilter, $first: Int, $after: String, $last: Int) {
  org(id: $org) { list: users(filter: $filter, first: $first, after: $after, last: $last) {
    nodes { id roles joinedAt user { id name email } } pageInfo { hasNextPage endCursor }
  } }
}`,
  MemberCount: `query MemberCount($org: ID!, $filter: OrgUserFilter) {
  org(id: $org) { list: users(filter: $filter) { totalCount } }
}`,
  InviteList: `query InviteList($org: ID!, $filter: OrgInviteFilter, $first: Int, $after: String, $last: Int) {
  org(id: $org) { list: invites(filter: $filter, first: $first, after: $after, last: $last) {
    nodes { id email roles status createdAt expiresAt invitedBy { id name } } pageInfo { hasNextPage endCursor }
  } }
}`,
  InviteCount: `query InviteCount($org: ID!, $filter: OrgInviteFilter) {
  org(id: $org) { list: invites(filter: $filter) { totalCount } }
}`,
} as const
const invites = globalId('Org', uuid('org', ofInvites))
const members = globalId('Org', uuid('org', ofMembers))

const askOf = (name: keyof typeof documents, variables: Record<string, unknown>): Ask => ({
  query: documents[name],
  variables,
})
const inviterIs = (user: number) => ({ invitedById: globalId('User', uuid('user', user)) })

const inviteFilters: Record<string, Record<string, unknown>> = {
  all: {},
  pending: { statuses: ['PENDING'] },
  expired: { statuses: ['EXPIRED'] },
  'three statuses': { statuses: ['PENDING', 'DECLINED', 'REVOKED'] },
  'by who invites often': inviterIs(owner),
  'by who invites seldom': inviterIs(seldomInviter),
  'often and declined': { ...inviterIs(owner), statuses: ['DECLINED'] },
  'to one address': { email: asked },
  'of five days': { createdAfter: '2026-06-10T00:00:00Z', createdBefore: '2026-06-15T00:00:00Z' },
  'search, frequent': { search: 'guest' },
  'search, rare': { search: 'guest4711@' },
  'search, two words': { search: 'GUESTS711 guest47' },
  'search, one of a hundred': { search: 'guest47' },
  'search, absent': { search: 'nobody at all' },
  'search, two letters, absent': { search: 'qz' },
  'search and a status': { search: 'guest', statuses: ['PENDING'] },
}
const memberFilters: Record<string, Record<string, unknown>> = {
  all: {},
  owners: { roles: ['OWNER'] },
  users: { roles: ['USER'] },
  'search, frequent': { search: 'person' },
  'search, rare': { search: 'person 7777' },
  'search, one of a hundred': { search: 'n77' },
  'search, one letter, absent': { search: 'z' },
  'search, absent': { search: 'nobody at all' },
}

/** Where a page deep in each list begins; its cursor is read from the server. */
export const places = {
  invites: askOf('InviteList', {
    org: invites,
    first: 100,
    filter: { createdBefore: new Date(madeAtOnce.getTime() + 1) },
  }),
  members: (after: string | null) => askOf('MemberList', { org: members, first: 100, after }),
}

/** The number of pages of 100 to the members who joined at the same time. */
export const PAGES_TO_PLACE = 55

/** All queries: the first page and the count of each filter, and the start, the end and the middle of the full lists. */
export function shapesOf(cursors: { invites: string; members: string }): Shape[] {
  const of = (what: 'invites' | 'members', org: string, filters: typeof inviteFilters): Shape[] => {
    const [list, count] =
      what === 'invites' ? (['InviteList', 'InviteCount'] as const) : (['MemberList', 'MemberCount'] as const)
    return [
      ...Object.entries(filters).flatMap(([name, filter]) => [
        { name: `${what}: ${name}`, ask: askOf(list, { org, filter, first: 20 }) },
        { name: `${what}: ${name}, counted`, ask: askOf(count, { org, filter }) },
      ]),
      { name: `${what}: from the end`, ask: askOf(list, { org, last: 20 }) },
      { name: `${what}: from the middle`, ask: askOf(list, { org, first: 20, after: cursors[what] }) },
    ]
  }
  return [...of('invites', invites, inviteFilters), ...of('members', members, memberFilters)]
}
