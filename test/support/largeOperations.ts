import { type LargeData, largeEmail, largeId, largeOrg, largeOwner, muchInvited } from './largeData.js'
import { largeLists } from './largeLists.js'
import { documentOf, largeMutations } from './largeMutations.js'

/** Who asks: a user by number, or the instance's token. */
export type Asker = number | 'instance'

/** Runs an operation. @returns its data @throws if the answer has an error */
// biome-ignore lint/suspicious/noExplicitAny: answers are read by path, and a wrong path fails the run
export type Call = (as: Asker, document: string, variables?: Record<string, unknown>) => Promise<any>

export interface Request {
  as: Asker
  variables?: Record<string, unknown>
}

/** One kind of request on a large database. */
export interface Operation {
  name: string
  document: string
  /** The nth request, and what must be there before it. */
  prepare(nth: number): Request | Promise<Request>
}

export const globalId = (type: string, uuid: string) => Buffer.from(`${type}:${uuid}`).toString('base64')
export const largeOrgId = globalId('Org', largeId('org', largeOrg))
export const userId = (user: number) => globalId('User', largeId('user', user))

/** All queries, lists and mutations, on the largest of everything. */
export function largeOperations(data: LargeData, call: Call): Operation[] {
  return [...lookups(data), ...largeLists(data, call), ...largeMutations(data, call)]
}

/** The openings of subscriptions that resume: what is sent until the first event comes. */
export function largeSubscriptions(data: LargeData, call: Call): Operation[] {
  const opened = (name: string, document: string, prepare: Operation['prepare']): Operation => ({
    name: `${name}, opened`,
    document: `subscription(${document}`,
    prepare,
  })
  let made = 0
  const invite = (email = `opened${++made}.${Date.now()}@new.example`) =>
    call(largeOwner, documentOf('createOrgInvite', 'orgInvite { id }'), {
      input: { orgId: largeOrgId, invitee: { email }, sendEmail: false },
    })
  const cursorOfOrg = async () =>
    (await call(largeOwner, 'query($id: ID!) { org(id: $id) { eventCursor } }', { id: largeOrgId })).org
      .eventCursor
  const beforeInvite = async () => {
    const after = await cursorOfOrg()
    const { result } = await invite()
    return { as: largeOwner, variables: { id: largeOrgId, after, invite: result.orgInvite.id } }
  }
  return [
    opened(
      'orgEvents',
      '$id: ID!, $after: String) { orgEvents(orgId: $id, after: $after) { seq } }',
      beforeInvite,
    ),
    opened(
      'orgInviteEvents',
      '$id: ID!, $after: String) { orgInviteEvents(orgId: $id, after: $after) { seq } }',
      beforeInvite,
    ),
    opened(
      'orgInviteEvents of one invite',
      '$id: ID!, $invite: ID!, $after: String) { orgInviteEvents(orgId: $id, orgInviteId: $invite, after: $after) { seq } }',
      beforeInvite,
    ),
    opened(
      'viewerOrgInviteEvents',
      '$after: String) { viewerOrgInviteEvents(after: $after) { seq } }',
      async () => {
        const as = muchInvited(data)
        const { viewer } = await call(as, '{ viewer { orgInviteEventCursor } }')
        const { result } = await invite(largeEmail(as))
        if (result.orgInvite)
          await call(largeOwner, documentOf('revokeOrgInvite'), {
            input: { orgInviteId: result.orgInvite.id },
          })
        return { as, variables: { after: viewer.orgInviteEventCursor } }
      },
    ),
    opened('instanceEvents', '$after: String) { instanceEvents(after: $after) { seq } }', async () => {
      const after = (await call('instance', '{ instanceEventCursor }')).instanceEventCursor
      await invite()
      return { as: 'instance', variables: { after } }
    }),
  ]
}

/** Of the right form. */
const unknownToken = 'A'.repeat(43)

function lookups(data: LargeData): Operation[] {
  const one = (
    name: string,
    fields: string,
    variables: Record<string, unknown> = {},
    as: Asker = largeOwner,
  ): Operation => ({ name, document: fields, prepare: () => ({ as, variables }) })
  const invite = globalId('OrgInvite', largeId('invite', data.ownInvites / 2 + 1))
  return [
    one('viewer', '{ viewer { id name email orgInviteEventCursor joinableOrgs { name } } }'),
    one(
      'org',
      'query($id: ID!) { org(id: $id) { id name status limits { seatsUsed } inviteCounts { pending expired } eventCursor viewerPermissions } }',
      { id: largeOrgId },
    ),
    one('orgByName', '{ org: orgByName(name: "ORG 0") { id } }'),
    one('orgBySlug', '{ org: orgBySlug(slug: "org-0") { id } }'),
    one('orgByExternalId', '{ org: orgByExternalId(externalId: "ext-0") { id } }'),
    one(
      'orgUser',
      'query($id: ID!, $user: ID!) { orgUser(orgId: $id, userId: $user) { id user { name } permissions } }',
      { id: largeOrgId, user: userId(data.members / 2) },
    ),
    one('user', 'query($id: ID!) { user(id: $id) { name email } }', { id: userId(data.members / 2) }),
    one('userByEmail', 'query($email: String!) { user: userByEmail(email: $email) { name } }', {
      email: largeEmail(data.members / 2),
    }),
    one(
      'orgInvite',
      'query($id: ID!) { orgInvite(id: $id) { email status invitedBy { name } acceptedBy { name } } }',
      { id: invite },
    ),
    one('node', 'query($id: ID!) { node(id: $id) { ... on OrgInvite { email } } }', { id: invite }),
    one(
      'nodes, 20 invites',
      'query($ids: [ID!]!) { nodes(ids: $ids) { ... on OrgInvite { email status invitedBy { name } } } }',
      {
        ids: Array.from({ length: 20 }, (_, n) => globalId('OrgInvite', largeId('invite', n * 10))),
      },
    ),
    one('orgInvitePreview', `{ preview: orgInvitePreview(token: "gi_${unknownToken}") { orgName } }`),
    one('orgInviteLinkPreview', `{ preview: orgInviteLinkPreview(token: "gl_${unknownToken}") { orgName } }`),
    one('appRoles', '{ appRoles { key } }'),
    one('apiTokens', 'query($id: ID) { apiTokens(orgId: $id) { name } }', { id: largeOrgId }),
    one('webhooks', 'query($id: ID) { webhooks(orgId: $id) { url } }', { id: largeOrgId }),
    one('instanceEventCursor', '{ instanceEventCursor }', {}, 'instance'),
    one(
      'userExport',
      'query($id: ID!) { userExport(userId: $id) }',
      { id: userId(data.members + 3) },
      'instance',
    ),
  ]
}
