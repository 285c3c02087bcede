import sql from 'sql-template-tag'
import { ofOneRow } from '../../database/transaction.js'
import type { EventActor } from '../core/actor.js'
import type { OrgUser } from '../core/membership.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { withdrawAuthority } from './withdrawAuthority.js'

/**
 * Ends a membership of a locked org and revokes what depends on it (contract §3): the API tokens that the member made, the
 * pending invites that they or their tokens sent, and the pending invites to them, by which they could come back.
 */
export async function endMembership(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  member: OrgUser,
  type: 'REMOVED' | 'LEFT',
): Promise<void> {
  tx.write(ofOneRow(sql`delete from org_user where id = ${member.id}`))
  tx.record(org, by, {
    kind: 'USER',
    type,
    userId: member.userId,
    roles: [],
    previousRoles: member.roles,
    appRoles: [],
    previousAppRoles: member.appRoles,
    wasSuspended: member.status === 'SUSPENDED',
  })
  await withdrawAuthority(tx, org, by, member.userId, 'nothing')
}
