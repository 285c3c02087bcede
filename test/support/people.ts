import { beforeAll } from 'vitest'
import { createOrg, join, mutate } from './mutate.js'
import type { Client, TestPerson, TestServer } from './testServer.js'

/** The permissions that an org's token may have, and those only for the instance (contract §3). */
export const orgPermissions = [
  ...['ORG_READ', 'ORG_UPDATE', 'ORG_DELETE', 'MEMBER_READ', 'MEMBER_UPDATE_ROLES', 'MEMBER_REMOVE'],
  ...['INVITE_READ', 'INVITE_CREATE', 'INVITE_RESEND', 'INVITE_REVOKE', 'INVITE_DELETE'],
  ...['EMAIL_DOMAIN_READ', 'EMAIL_DOMAIN_MANAGE', 'EVENT_READ', 'API_TOKEN_READ', 'API_TOKEN_MANAGE'],
  ...['WEBHOOK_READ', 'WEBHOOK_MANAGE'],
]
export const instancePermissions = [
  ...[
    'INVITE_RESPOND',
    'INVITE_LINK',
    'ORG_CREATE',
    'ORG_MANAGE',
    'MEMBER_ADD',
    'APP_ROLE_MANAGE',
    'USER_READ',
    'USER_MANAGE',
  ],
]
export const everyPermission = [...orgPermissions, ...instancePermissions]

/** The permissions of each role, from the table in contract §3. */
export const granted = {
  USER: ['ORG_READ', 'MEMBER_READ'],
  ADMIN: [
    ...['ORG_READ', 'MEMBER_READ', 'ORG_UPDATE', 'MEMBER_UPDATE_ROLES', 'MEMBER_REMOVE'],
    ...['INVITE_READ', 'INVITE_CREATE', 'INVITE_RESEND', 'INVITE_REVOKE', 'INVITE_DELETE'],
    ...['EMAIL_DOMAIN_READ', 'EVENT_READ'],
  ],
  OWNER: orgPermissions,
}

/** All permissions but one. */
export const without = (lost: string, of = everyPermission): string[] =>
  of.filter((permission) => permission !== lost)

/** People who are shared by a file's tests. Each test creates its own orgs for them. */
export interface People {
  readonly owner: TestPerson
  readonly admin: TestPerson
  readonly user: TestPerson
  readonly outsider: TestPerson
}

/** Signs up four people before the tests of a describe block. Call it after `useTestServer`. */
export function usePeople(testServer: TestServer): People {
  const people = {} as { -readonly [Name in keyof People]: People[Name] }
  beforeAll(async () => {
    const names = ['owner', 'admin', 'user', 'outsider'] as const
    await Promise.all(names.map(async (name) => (people[name] = await testServer.signUp())))
  })
  return people
}

/** Creates an org with owner, admin and user as members. Returns its global id. */
export async function createOrgWith({ owner, admin, user }: People, input: Record<string, unknown> = {}) {
  const orgId = await createOrg(owner, input)
  await Promise.all([join(owner, orgId, admin, ['ADMIN']), join(owner, orgId, user)])
  return orgId
}

export interface TokenClient extends Client {
  /** Global id. */
  id: string
}

/** Creates an API token for an org, or for the instance without `orgId`. */
export async function createToken(
  testServer: TestServer,
  maker: Client,
  permissions: readonly string[],
  orgId?: string,
): Promise<TokenClient> {
  const input = { name: 'a token', permissions, ...(orgId && { orgId }) }
  const { apiToken, secret, ...refusal } = await mutate(
    maker,
    'createApiToken',
    input,
    'apiToken { id } secret',
  )
  if (!apiToken) throw new Error(`no token: ${JSON.stringify(refusal)}`)
  return { ...testServer.bearer(`Bearer ${secret}`), id: apiToken.id }
}

/** Reads everything in an org that an operation could change, to check that nothing changed. */
export async function readEverything(testServer: TestServer, orgId: string) {
  const { data, errors } = await testServer.instance.ask(
    `query($orgId: ID!) {
      org(id: $orgId) {
        name slug logoUrl externalId metadata status tier limits { seats pendingInvites } resources { kind count } emailDomains { domain status joinMode }
        users(first: 100) { nodes { id roles appRoles { key } status origin joinedAt } }
        invites(first: 100) { nodes { id email status roles appRoles { key } message locale expiresAt resolvedAt delivery sendCount } }
        inviteCounts { pending accepted declined revoked expired }
        inviteLinks(first: 100) { nodes { id roles appRoles { key } emailDomains maxUses uses status expiresAt revokedAt } }
        joinRequests(first: 100) { nodes { id status message resolvedAt } }
        eventCursor
      }
      apiTokens(orgId: $orgId) { id permissions revokedAt }
      webhooks(orgId: $orgId) { id url eventTypes enabled }
    }`,
    { orgId },
  )
  if (!data?.org) throw new Error(`no org: ${JSON.stringify(errors)}`)
  return data
}
