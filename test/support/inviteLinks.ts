import sql from 'sql-template-tag'
import { decodeId } from '../../src/graphql/globalId.js'
import { mutate } from './mutate.js'
import type { Client, TestServer } from './testServer.js'

export interface TestLink {
  /** Global id. */
  id: string
  url: string
  token: string
}

/** Creates an invite link. */
export async function createLink(
  by: Client,
  orgId: string,
  input: Record<string, unknown> = {},
): Promise<TestLink> {
  const made = await mutate(by, 'createOrgInviteLink', { orgId, ...input }, 'orgInviteLink { id } url')
  if (!made.orgInviteLink) throw new Error(`no link: ${JSON.stringify(made)}`)
  return { id: made.orgInviteLink.id, url: made.url, token: made.url.split('/').at(-1) }
}

export const revokeLink = (by: Client, { id }: { id: string }) =>
  mutate(by, 'revokeOrgInviteLink', { orgInviteLinkId: id }, 'orgInviteLink { id status revokedAt }')

export const joinByLink = (by: Client, { token }: { token: string }) =>
  mutate(by, 'joinOrgByLink', { token }, 'orgUser { id roles appRoles { key } origin status user { id } }')

/** Moves a link's expiry to one second ago. */
export async function expireLink({ server }: TestServer, { id }: { id: string }): Promise<void> {
  const moved = await server.app.database.query(sql`
    update org_invite_link set expires_at = date_trunc('milliseconds', clock_timestamp()) - interval '1 second'
    where id = ${decodeId('OrgInviteLink', id)} returning id
  `)
  if (moved.length !== 1) throw new Error('no such link')
}

/** Reads an org's links, newest first. */
export async function readLinks(viewer: Client, orgId: string, args = '') {
  const { data, errors } = await viewer.ask(
    `query($orgId: ID!) { org(id: $orgId) { inviteLinks${args} { totalCount nodes {
      id roles appRoles { key } emailDomains maxUses uses status createdAt createdBy { id } expiresAt revokedAt
      viewerCanRevoke
    } } } }`,
    { orgId },
  )
  if (!data?.org?.inviteLinks) throw new Error(`no links: ${JSON.stringify(errors)}`)
  return data.org.inviteLinks
}
