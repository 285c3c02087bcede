import type {
  Invite,
  InvitePreview,
  Member,
  Org,
  OrgChoice,
  OrgEvent,
  Viewer,
  ViewerInviteEvent,
} from './types.js'

/** The text of an operation, with the types of what it answers and takes. */
export type Document<Data, Variables> = string & {
  readonly __types?: (variables: Variables) => Data
}

export type DataOf<Doc> = Doc extends Document<infer Data, infer _> ? Data : never

const orgChoice = 'id name slug logoUrl viewerOrgUser { id roles }'
const member = 'id user { id name email } roles status joinedAt viewerCanChangeRoles viewerCanRemove'
const invite = `id orgName email invitedUser { id name } invitedBy { id name } roles status message createdAt expiresAt
  delivery viewerCanAccept viewerCanDecline viewerCanRevoke viewerCanResend`
const event = `__typename id seq cursor orgId occurredAt actor { id name }
  ... on OrgInviteEvent { inviteEventType orgInviteId status orgInvite { ${invite} } }
  ... on OrgUserEvent { memberEventType userId user { id name } roles previousRoles }
  ... on OrgJoinRequestEvent { joinRequestEventType orgJoinRequestId }
  ... on OrgChangeEvent { orgEventType summary }`
// Not every mutation can be refused for each of these reasons, but an interface allows to select them.
const refusal = `__typename ... on Error { message
  ... on InvalidInputError { issues { path message } }
  ... on RateLimitedError { retryAfterSeconds }
  ... on LimitReachedError { limit }
  ... on OrgInviteNotPendingError { inviteStatus }
  ... on OrgNotActiveError { orgStatus } }`
const page = 'totalCount pageInfo { hasNextPage endCursor }'

interface Page<Row> {
  nodes: Row[]
  totalCount: number
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}
interface PageVariables {
  orgId: string
  first: number
  after: string | null
  filter: object
}

/** Where the events of an org stand. Null cursor: the viewer may not read events. */
export const orgHead: Document<
  { org: { eventCursor: string | null; events: { nodes: { seq: number; cursor: string }[] } | null } | null },
  { orgId: string }
> = `query OrgHead($orgId: ID!) { org(id: $orgId) { eventCursor events(last: 1) { nodes { seq cursor } } } }`

export const org: Document<{ org: Org | null }, { orgId: string }> =
  `query Org($orgId: ID!) { org(id: $orgId) {
  ${orgChoice} status limits { seats seatsUsed pendingInvites pendingInvitesUsed } viewerPermissions viewerAssignableRoles
} }`

export const members: Document<{ org: { users: Page<Member> | null } | null }, PageVariables> =
  `query Members($orgId: ID!, $first: Int!, $after: String, $filter: OrgUserFilter) { org(id: $orgId) {
  users(first: $first, after: $after, filter: $filter, orderBy: { field: NAME }) { nodes { ${member} } ${page} } } }`

export const invites: Document<{ org: { invites: Page<Invite> | null } | null }, PageVariables> =
  `query Invites($orgId: ID!, $first: Int!, $after: String, $filter: OrgInviteFilter) { org(id: $orgId) {
  invites(first: $first, after: $after, filter: $filter) { nodes { ${invite} } ${page} } } }`

export const events: Document<{ org: { events: { nodes: OrgEvent[] } | null } | null }, { orgId: string }> =
  `query Events($orgId: ID!) { org(id: $orgId) { events(last: 50) { nodes { ${event} } } } }`

export const watchOrg: Document<{ orgEvents: OrgEvent }, { orgId: string; after: string | null }> =
  `subscription WatchOrg($orgId: ID!, $after: String) { orgEvents(orgId: $orgId, after: $after) { ${event} } }`

/** Where the events of the viewer's invites stand. */
export const viewerHead: Document<
  { viewer: (Viewer & { orgInviteEventCursor: string | null }) | null },
  object
> = 'query ViewerHead { viewer { id name email emailVerified orgInviteEventCursor } }'

export const watchViewer: Document<{ viewerOrgInviteEvents: ViewerInviteEvent }, { after: string | null }> =
  `subscription WatchViewer($after: String) { viewerOrgInviteEvents(after: $after) { cursor orgInviteId status } }`

export const orgs: Document<{ orgs: { nodes: OrgChoice[]; totalCount: number } }, object> =
  `query Orgs { orgs(first: 100) { nodes { ${orgChoice} } totalCount } }`

export const searchOrgs: Document<{ orgs: { nodes: OrgChoice[] } }, { search: string }> =
  `query SearchOrgs($search: String!) { orgs(first: 50, search: $search) { nodes { ${orgChoice} } } }`

export const viewerInvites: Document<{ viewer: { orgInvites: { nodes: Invite[] } | null } | null }, object> =
  `query ViewerInvites { viewer { orgInvites(first: 100, statuses: [PENDING]) { nodes { ${invite} } } } }`

export const previewInvite: Document<
  { orgInvitePreview: InvitePreview | null; viewer: Viewer | null },
  { token: string }
> = `query PreviewInvite($token: String!) {
  orgInvitePreview(token: $token) { orgName maskedEmail invitedByName roles status message expiresAt renewalRequestedAt }
  viewer { id name email emailVerified }
}`

/** A mutation with one field. Its answer is the payload, or a refusal. */
export type Mutation<Payload, Input> = Document<Payload, Input>

const mutation = (name: string, input: string, payload: string) =>
  `mutation ${name}($input: ${input}!) { ${name}(input: $input) { ${refusal} ${payload} } }`

type InviteRef = { orgInviteId: string } | { token: string }

export const createInvite: Mutation<
  { orgInvite: Invite; acceptUrl: string | null },
  { orgId: string; invitee: { email: string }; roles?: readonly string[]; message?: string; locale?: string }
> = mutation(
  'createOrgInvite',
  'CreateOrgInviteInput',
  `... on CreateOrgInvitePayload { orgInvite { ${invite} } acceptUrl }`,
)
export const acceptInvite: Mutation<
  { orgInvite: Invite; orgUser: { id: string; org: { id: string; name: string } } },
  { invite: InviteRef }
> = mutation(
  'acceptOrgInvite',
  'AcceptOrgInviteInput',
  `... on AcceptOrgInvitePayload { orgInvite { ${invite} } orgUser { id org { id name } } }`,
)
export const declineInvite: Mutation<{ orgInvite: Invite }, { invite: InviteRef }> = mutation(
  'declineOrgInvite',
  'DeclineOrgInviteInput',
  `... on DeclineOrgInvitePayload { orgInvite { ${invite} } }`,
)
export const revokeInvite: Mutation<{ orgInvite: Invite }, { orgInviteId: string }> = mutation(
  'revokeOrgInvite',
  'RevokeOrgInviteInput',
  `... on RevokeOrgInvitePayload { orgInvite { ${invite} } }`,
)
export const requestRenewal: Mutation<{ requestedAt: string }, { token: string }> = mutation(
  'requestOrgInviteRenewal',
  'RequestOrgInviteRenewalInput',
  '... on RequestOrgInviteRenewalPayload { requestedAt }',
)
export const resendInvite: Mutation<
  { orgInvite: Invite; acceptUrl: string | null },
  { orgInviteId: string }
> = mutation(
  'resendOrgInvite',
  'ResendOrgInviteInput',
  `... on ResendOrgInvitePayload { orgInvite { ${invite} } acceptUrl }`,
)
export const changeRoles: Mutation<
  { orgUser: Member | null },
  { orgId: string; userId: string; add?: readonly string[]; remove?: readonly string[] }
> = mutation(
  'updateOrgUserRoles',
  'UpdateOrgUserRolesInput',
  `... on UpdateOrgUserRolesPayload { orgUser { ${member} } }`,
)
export const removeMember: Mutation<{ userId: string }, { orgId: string; userId: string }> = mutation(
  'removeOrgUser',
  'RemoveOrgUserInput',
  '... on RemoveOrgUserPayload { userId }',
)
export const updateOrg: Mutation<
  { org: Org },
  { orgId: string; name?: string; slug?: string; logoUrl?: string | null }
> = mutation(
  'updateOrg',
  'UpdateOrgInput',
  `... on UpdateOrgPayload { org { ${orgChoice} status
    limits { seats seatsUsed pendingInvites pendingInvitesUsed } viewerPermissions viewerAssignableRoles } }`,
)
