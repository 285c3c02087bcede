import sql from 'sql-template-tag'
import { ofOneRow } from '../../database/transaction.js'
import type { OrgInviteStatus } from '../../generated/prisma/enums.js'
import type { EventActor } from '../core/actor.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import type { OrgInvite } from './orgInvite.js'

/** Marks a pending invite as accepted, declined or revoked. The caller has locked the org and checked everything. */
export function resolveInvite(
  tx: Tx,
  org: LockedOrg,
  invite: OrgInvite,
  status: Exclude<OrgInviteStatus, 'PENDING' | 'EXPIRED'>,
  by: EventActor,
  acceptedById: string | null = null,
): OrgInvite {
  tx.write(
    ofOneRow(sql`
      update org_invite
      set status = ${status}::"OrgInviteStatus", resolved_at = ${org.now}, accepted_by_id = ${acceptedById}::uuid
      where id = ${invite.id} and status = 'PENDING'
    `),
  )
  const resolved = { ...invite, status, resolvedAt: org.now, acceptedById }
  tx.record(org, by, {
    kind: 'INVITE',
    type: status,
    invite: resolved,
    previousStatus: 'PENDING',
    ...(acceptedById && { acceptedById }),
  })
  return resolved
}
