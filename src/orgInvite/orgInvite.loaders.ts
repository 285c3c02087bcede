import type { Context } from '../graphql/context.js'
import { loadById } from '../graphql/loadById.js'
import { authorityIn, viewerAccount } from '../graphql/viewer.js'
import { isInvitee } from './orgInvite.js'

/** Invites by id, whoever asks. */
export const invitesById = loadById('orgInvite')

/** Whether the viewer is an invite's own person: the address is theirs, and proven. */
export async function isViewersInvite(
  context: Context,
  invite: { email: string; invitedUserId: string | null },
): Promise<boolean> {
  const account = await viewerAccount(context)()
  return account !== null && isInvitee(invite, account)
}

/** An invite by id, null where the viewer may not read it: neither its org's invites nor their own. */
export async function visibleInvite(context: Context, inviteId: string | null) {
  if (inviteId === null) return null
  const invite = await invitesById(context).load(inviteId)
  if (!invite) return null
  const { permissions } = await authorityIn(context, invite.orgId)
  return permissions.has('INVITE_READ') || (await isViewersInvite(context, invite)) ? invite : null
}
