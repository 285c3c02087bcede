import sql from 'sql-template-tag'
import { endInvites } from '../core/endInvites.js'
import type { DeletedBy, LockedOrg, Tx } from '../core/transact.js'

/** How long a deleted org stays, so that subscribers get its last events. */
const LAST_EVENTS_MS = 2_000

/** Makes a locked org DEPROVISIONING, revokes its pending invites with their events, and plans `purgeOrg`. */
export async function endOrg(tx: Tx, org: LockedOrg, actorId: string | null, by: DeletedBy): Promise<void> {
  if (org.status !== 'DEPROVISIONING') {
    await tx.query(sql`update org set status = 'DEPROVISIONING' where id = ${org.id}`)
    tx.record(org, actorId, {
      kind: 'CHANGE',
      type: 'STATUS_CHANGED',
      summary: `Status changed from ${org.status} to DEPROVISIONING: the org is being deleted.`,
    })
  }
  await endInvites(tx, org, 'EXPIRED', null, sql`true`)
  await endInvites(tx, org, 'REVOKED', actorId, sql`true`)
  // Without a key. With one, deleting the org again would delay the job.
  tx.enqueue({
    name: 'purgeOrg',
    payload: { orgId: org.id, ...by },
    runAt: new Date(org.now.getTime() + LAST_EVENTS_MS),
  })
}
