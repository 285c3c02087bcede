import { emailOf, GROWTH, idOf, MEMBERS, ORGS, USERS } from './seed.js'

/** One request of a client, and what follows from its response. */
export interface ClientRequest {
  operation: Operation
  variables: Record<string, unknown>
  /** The number of the user who sends it. */
  user: number
  /** The next request, if several belong together. */
  next?: (data: Answer) => ClientRequest
}

// biome-ignore lint/suspicious/noExplicitAny: responses are read by path, and a wrong path fails the run
export type Answer = any

export interface Workload {
  name: string
  what: string
  /** True if it changes the database. */
  writes?: boolean
  /** The nth request. Different numbers give different requests. */
  ask(n: number): ClientRequest
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
  Token: `mutation Token($input: CreateOrgAccessTokenInput!) {
  createOrgAccessToken(input: $input) {
    __typename
    ... on CreateOrgAccessTokenPayload { accessToken expiresAt }
  }
}`,
} as const
export type Operation = keyof typeof documents

export const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64')
export const uuidOf = (globalId: string): string =>
  Buffer.from(globalId, 'base64').toString('latin1').split(':')[1] ?? ''
const orgId = (org: number) => globalId('Org', idOf('org', org))
/** A member of the org who may read its invites. */
const adminOf = (org: number) => (org * 20) % USERS

const read = (name: string, what: string, operation: Operation): Workload => ({
  name,
  what,
  ask(n) {
    const org = (n * 7) % ORGS
    return { operation, variables: { org: orgId(org) }, user: adminOf(org) }
  },
})

/** Users who accept invites, each once per org. So few that their sign-ins are cached soon, as in production. */
const ACCEPTERS = 500
const isMember = (org: number, user: number) => (user - org * 20 + USERS) % USERS < MEMBERS

const inviteAndAccept: Workload = {
  name: 'W3',
  what: 'invite and accept, with event rows',
  writes: true,
  ask(n) {
    const org = n % ORGS
    const turn = (Math.floor(n / ORGS) + org * 3) % ACCEPTERS
    // Members of the org can't be invited, so take another user.
    const user = isMember(org, turn) ? turn + ACCEPTERS : turn
    return {
      operation: 'Invite',
      variables: { input: { orgId: orgId(org), invitee: { email: emailOf(user) }, sendEmail: false } },
      user: adminOf(org),
      next: (data) => ({
        operation: 'Accept',
        variables: { input: { invite: { orgInviteId: data.createOrgInvite.orgInvite.id } } },
        user,
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
export type WorkloadName = keyof typeof workloads

/** Measured by `npm run bench:tokens` alone: no other contestant has it. */
export const tokenWorkload: Workload = {
  name: 'tokens',
  what: 'an org access token',
  ask(n) {
    const org = (n * 7) % ORGS
    return { operation: 'Token', variables: { input: { orgId: orgId(org) } }, user: adminOf(org) }
  },
}

/** All users who send requests. They sign in before the measurement. */
export const requestingUsers = (): number[] => [
  ...new Set([...Array(ORGS).keys()].map(adminOf).concat([...Array(2 * ACCEPTERS).keys()])),
]

/** A page of members of orgs of different sizes: shows how the cost grows with the org and the page. */
export const growth = GROWTH.map((members, index) => ({
  members,
  ask: (first: number): ClientRequest => ({
    operation: 'Members',
    variables: { org: orgId(ORGS + index), first },
    user: 0,
  }),
}))
