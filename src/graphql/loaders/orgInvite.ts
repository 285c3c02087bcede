import DataLoader from 'dataloader'
import { isInvitee } from '../../domain/invites/orgInvite.js'
import { whoAccepted } from '../../domain/invites/whoAccepted.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
import type { Context } from '../context.js'
import { authorityIn, viewerAccount } from '../viewer.js'
import { loadById } from './loadById.js'
import { perOperation } from './perOperation.js'
import { usersById } from './user.js'

/** Loads invites by id. It checks no permission. */
const invitesById = loadById('orgInvite')

/** Whether the viewer is the invitee: the invite's address is theirs and verified. */
export async function isViewersInvite(
  context: Context,
  invite: { email: string | null; invitedUserId: string | null },
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

const acceptorIds = perOperation(
  ({ app }) =>
    new DataLoader(
      async (invites: readonly { id: string; orgId: string }[]) => {
        const userIds = await whoAccepted(app.database, invites)
        return invites.map(({ id }) => userIds.get(id) ?? null)
      },
      { cacheKeyFn: ({ id }) => id },
    ),
)

/** The user who accepted an invite. Null if nobody has, or if the account is gone. */
export async function acceptorOf(
  context: Context,
  invite: { id: string; orgId: string; status: OrgInviteStatus },
) {
  const userId = invite.status === 'ACCEPTED' ? await acceptorIds(context).load(invite) : null
  return userId === null ? null : usersById(context).load(userId)
}
