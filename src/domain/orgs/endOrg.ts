import sql from 'sql-template-tag'
import { type EventActor, theServer } from '../core/actor.js'
import { endInvites } from '../core/endInvites.js'
import type { LockedOrg, Tx } from '../core/transact.js'

/** How long a deleted org stays, so that subscribers get its last events. */
const LAST_EVENTS_MS = 2_000
/** How long it stays at most until webhooks have delivered them, ms. */
export const WEBHOOKS_MS = 60 * 60 * 1000

/** Makes a locked org DEPROVISIONING, revokes its pending invites with their events, and plans `purgeOrg`. */
export async function endOrg(tx: Tx, org: LockedOrg, by: EventActor, deletedBy = by): Promise<void> {
  if (org.status !== 'DEPROVISIONING') {
    await tx.query(sql`update org set status = 'DEPROVISIONING' where id = ${org.id}`)
    tx.record(org, by, {
      kind: 'CHANGE',
      type: 'STATUS_CHANGED',
      summary: `Status changed from ${org.status} to DEPROVISIONING: the org is being deleted.`,
    })
  }
  await endInvites(tx, org, 'EXPIRED', theServer, sql`true`)
  await endInvites(tx, org, 'REVOKED', by, sql`true`)
  // Without a key. With one, deleting the org again would delay the job.
  tx.enqueue({
    name: 'purgeOrg',
    payload: {
      orgId: org.id,
      ...deletedBy,
      waitsUntil: new Date(org.now.getTime() + WEBHOOKS_MS).toISOString(),
    },
    runAt: new Date(org.now.getTime() + LAST_EVENTS_MS),
  })
}
