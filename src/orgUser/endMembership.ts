import sql from 'sql-template-tag'
import { revokeInvitesBeyond, revokeInvitesTo } from '../orgInvite/revokeInvites.js'
import { ofOneRow } from '../platform/transaction.js'
import type { LockedOrg, Tx } from '../transact.js'
import type { OrgUser } from './membership.js'

/**
 * Takes a member out of a locked org, and with them what stood on their membership: the pending invites that
 * they made, and those addressed to them, through which they could come back (contract §3).
 */
export async function endMembership(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  member: OrgUser,
  type: 'REMOVED' | 'LEFT',
): Promise<void> {
  tx.write(ofOneRow(sql`delete from org_user where id = ${member.id}`))
  tx.record(org, actorId, {
    kind: 'USER',
    type,
    userId: member.userId,
    roles: [],
    previousRoles: member.roles,
  })
  await revokeInvitesTo(tx, org, actorId, member.userId)
  await revokeInvitesBeyond(tx, org, actorId, member.userId, member.roles, [])
}
