import { bearer, type Dialect } from '../../dialect.js'
import { type Answer, globalId, type Operation, uuidOf } from '../../workloads.js'

/** The same operations in the schema that PostGraphile generates. It has its own global ids. */
const documents: Partial<Record<Operation, string>> = {
  Trivial: 'query Trivial { __typename }',
  Dashboard: `query Dashboard($org: ID!) {
  org(id: $org) {
    id name status
    users(first: 50, orderBy: [JOINED_AT_ASC, ROW_ID_ASC]) {
      nodes { id roles joinedAt user { id name email } }
    }
    invites(first: 20, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
      nodes { id email roles status createdAt expiresAt invitedBy { id name } }
    }
  }
}`,
  OrgName: 'query OrgName($org: ID!) { org(id: $org) { id name status } }',
  Viewer: 'query Viewer { viewer { id name email } }',
  Members: `query Members($org: ID!, $first: Int!) {
  org(id: $org) {
    users(first: $first, orderBy: [JOINED_AT_ASC, ROW_ID_ASC]) {
      nodes { id roles joinedAt user { id name email } }
    }
  }
}`,
  Invite: `mutation Invite($org: UUID!, $email: String!) {
  createOrgInvite(input: { orgId: $org, email: $email }) {
    __typename
    orgInvite: result { id email roles status }
  }
}`,
  Accept: `mutation Accept($invite: UUID!) {
  acceptOrgInvite(input: { inviteId: $invite }) {
    __typename
    orgUser: result { id roles user { id name } orgInvite: invite { id status } }
  }
}`,
}

/** Translates only the fields that a request needs, so that the client's work is the same for all contestants. */
// biome-ignore lint/suspicious/noExplicitAny: each operation has variables of its own
const variablesOf = (operation: Operation, variables: any) => {
  switch (operation) {
    case 'Invite':
      return { org: uuidOf(variables.input.orgId), email: variables.input.invitee.email }
    case 'Accept':
      return { invite: uuidOf(variables.input.invite.orgInviteId) }
    default:
      return 'org' in variables ? { ...variables, org: nodeId('Org', uuidOf(variables.org)) } : variables
  }
}

const nodeId = (type: string, id: string) => Buffer.from(JSON.stringify([type, id])).toString('base64')

/** Converts its ids and times to Guildhall's format. */
const inOurs = (name: string, value: unknown) => {
  if (typeof value !== 'string') return value
  if (name === 'id') {
    const [type, id] = JSON.parse(Buffer.from(value, 'base64').toString())
    return globalId(type === 'Person' ? 'User' : type, id)
  }
  return name.endsWith('At') ? new Date(value).toISOString() : value
}

export const postgraphile: Dialect = {
  request: ({ operation, variables, user }) => ({
    path: '/graphql',
    headers: bearer(user),
    body: JSON.stringify({
      operationName: operation,
      query: documents[operation],
      variables: variablesOf(operation, variables),
    }),
  }),
  read(operation, { data }): Answer {
    const ours = JSON.parse(JSON.stringify(data), (name, value) => inOurs(name, value))
    if (operation !== 'Accept') return ours
    const { __typename, orgUser } = ours.acceptOrgInvite
    const { orgInvite, ...member } = orgUser
    return { acceptOrgInvite: { __typename, orgInvite, orgUser: member } }
  },
}
