import sql from 'sql-template-tag'
import { ofOneRow } from '../../database/transaction.js'
import type { OrgUser } from '../core/membership.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { withdrawAuthority } from './withdrawAuthority.js'

/**
 * Takes a member out of a locked org, and with them what stood on their membership: the API tokens that they
 * made, the pending invites that they or their tokens sent, and those addressed to them, through which they could
 * come back (contract §3).
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
  await withdrawAuthority(tx, org, actorId, member.userId, [])
}
