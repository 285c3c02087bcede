import sql from 'sql-template-tag'
import type { DeletedBy, LockedOrg, Tx } from '../core/transact.js'
import { endInvites } from '../invites/endInvites.js'

/** How long an org that is going shows its last events to those who watch it. */
const LAST_EVENTS_MS = 2_000

/** Makes a locked org DEPROVISIONING and revokes its pending invites, with their events; `purgeOrg` follows. */
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
  // Without a key: who deletes again would put off what another's deletion has begun.
  tx.enqueue({
    name: 'purgeOrg',
    payload: { orgId: org.id, ...by },
    runAt: new Date(org.now.getTime() + LAST_EVENTS_MS),
  })
}
