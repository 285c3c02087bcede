import { mutate } from './mutate.js'
import type { TestServer } from './testServer.js'

/**
 * Invites as the instance, which may have the link. Returns the invite's id and the link's token.
 */
export async function inviteByLink(
  { instance }: TestServer,
  orgId: string,
  invitee: Record<string, string>,
  input: Record<string, unknown> = {},
): Promise<{ orgInviteId: string; token: string }> {
  const result = await mutate(
    instance,
    'createOrgInvite',
    { orgId, invitee, sendEmail: false, ...input },
    'orgInvite { id } acceptUrl',
  )
  if (!result.acceptUrl) throw new Error(`no link: ${JSON.stringify(result)}`)
  return { orgInviteId: result.orgInvite.id, token: tokenOfLink(result.acceptUrl) }
}

/** The last part of a link. */
export const tokenOfLink = (acceptUrl: string): string => acceptUrl.slice(acceptUrl.lastIndexOf('/') + 1)
