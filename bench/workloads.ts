import { bearerOf } from './people.js'
import { emailOf, GROWTH, idOf, MEMBERS, ORGS, USERS } from './seed.js'

/** One request of a client: what it sends, and what it makes of the answer. */
export interface Ask {
  operation: Operation
  variables: Record<string, unknown>
  bearer: string
  /** The next request, where this is one of several that belong together. */
  next?: (data: Answer) => Ask
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by path, and a wrong path fails the run
export type Answer = any

export interface Workload {
  name: string
  what: string
  /** The nth piece of work: whoever runs it gets another one for another n. */
  ask(n: number): Ask
}

export const documents = {
  Trivial: 'query Trivial { __typename }',
  Dashboard: `query Dashboard($org: ID!) {
  org(id: $org) {
    id name status
    users(first: 50) { nodes { id roles joinedAt user { id name email } } }
    invites(first: 20) { nodes { id email roles status createdAt expiresAt invitedBy { id name } } }
  }
}`,
  OrgName: 'query OrgName($org: ID!) { org(id: $org) { id name status } }',
  Viewer: 'query Viewer { viewer { id name email } }',
  Members: `query Members($org: ID!, $first: Int!) {
  org(id: $org) { users(first: $first) { nodes { id roles joinedAt user { id name email } } } }
}`,
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
  Invite: `mutation Invite($input: CreateOrgInviteInput!) {
  createOrgInvite(input: $input) {
    __typename
    ... on CreateOrgInvitePayload { orgInvite { id email roles status } }
  }
}`,
  Accept: `mutation Accept($input: AcceptOrgInviteInput!) {
  acceptOrgInvite(input: $input) {
    __typename
    ... on AcceptOrgInvitePayload { orgInvite { id status } orgUser { id roles user { id name } } }
  }
}`,
} as const
export type Operation = keyof typeof documents

export const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64')
const orgId = (org: number) => globalId('Org', idOf('org', org))
/** One of an org's members who may read its invites. */
const adminOf = (org: number) => (org * 20) % USERS

const read = (name: string, what: string, operation: Operation): Workload => ({
  name,
  what,
  ask(n) {
    const org = (n * 7) % ORGS
    return { operation, variables: { org: orgId(org) }, bearer: bearerOf(adminOf(org)) }
  },
})

/** Those who take invites up, each once an org: few enough that everybody's sign-in is known soon, as it is in production. */
const ACCEPTERS = 500
const isMember = (org: number, user: number) => (user - org * 20 + USERS) % USERS < MEMBERS

const inviteAndAccept: Workload = {
  name: 'W3',
  what: 'invite and accept, with event rows',
  ask(n) {
    const org = n % ORGS
    const turn = (Math.floor(n / ORGS) + org * 3) % ACCEPTERS
    // An org's own members can't be invited: others step in.
    const user = isMember(org, turn) ? turn + ACCEPTERS : turn
    return {
      operation: 'Invite',
      variables: { input: { orgId: orgId(org), invitee: { email: emailOf(user) }, sendEmail: false } },
      bearer: bearerOf(adminOf(org)),
      next: (data) => ({
        operation: 'Accept',
        variables: { input: { invite: { orgInviteId: data.createOrgInvite.orgInvite.id } } },
        bearer: bearerOf(user),
      }),
    }
  },
}

export const workloads = {
  W0: { ...read('W0', 'trivial query', 'Trivial') },
  W1: read('W1', 'dashboard: 50 members with users, 20 invites with inviters', 'Dashboard'),
  W2: read('W2', 'small read: an org’s name', 'OrgName'),
  W2v: read('W2v', 'small read: the viewer', 'Viewer'),
  W3: inviteAndAccept,
} satisfies Record<string, Workload>

/** Everybody who asks anything in a run: their sign-in is known before the time is taken. */
export const signIns = (): Ask[] =>
  [...new Set([...Array(ORGS).keys()].map(adminOf).concat([...Array(2 * ACCEPTERS).keys()]))].map((user) => ({
    operation: 'Viewer',
    variables: {},
    bearer: bearerOf(user),
  }))

/** A page of an org of so many members: what a request costs as the org, or the page, grows. */
export const growth = GROWTH.map((members, index) => ({
  members,
  ask: (first: number): Ask => ({
    operation: 'Members',
    variables: { org: orgId(ORGS + index), first },
    bearer: bearerOf(0),
  }),
}))
