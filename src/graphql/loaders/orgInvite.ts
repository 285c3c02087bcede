import { isInvitee } from '../../domain/invites/orgInvite.js'
import type { Context } from '../context.js'
import { authorityIn, viewerAccount } from '../viewer.js'
import { loadById } from './loadById.js'

/** Loads invites by id. It checks no permission. */
const invitesById = loadById('orgInvite')

/** Whether the viewer is the invitee: the invite's address is theirs and verified. */
export async function isViewersInvite(
  context: Context,
  invite: { email: string; invitedUserId: string | null },
): Promise<boolean> {
  const account = await viewerAccount(context)()
  return account !== null && isInvitee(invite, account)
}

/** An invite by id, or null if the viewer neither has INVITE_READ nor is the invitee. */
export async function visibleInvite(context: Context, inviteId: string | null) {
  if (inviteId === null) return null
  const invite = await invitesById(context).load(inviteId)
  if (!invite) return null
  const { permissions } = await authorityIn(context, invite.orgId)
  return permissions.has('INVITE_READ') || (await isViewersInvite(context, invite)) ? invite : null
}
