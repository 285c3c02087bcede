import sql from 'sql-template-tag'
import { type EventActor, theServer } from '../core/actor.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import type { Tx } from '../core/transact.js'
import { endOrg } from './endOrg.js'

/**
 * Erases a deleted org with everything in it. If it was set ACTIVE again in the meantime, it is still erased, because it
 * was deleted. But first it is ended once more, so that invites made since get their event.
 * @returns whether it was erased now
 */
export async function purgeOrg(tx: Tx, orgId: string, deletedBy: EventActor = theServer): Promise<boolean> {
  const org = await lockOrgIfThere(tx, orgId)
  if (!org) return false
  const pending = await tx.query(
    sql`select from org_invite where org_id = ${orgId} and status = 'PENDING' limit 1`,
  )
  if (org.status !== 'DEPROVISIONING' || pending.length > 0) {
    await endOrg(tx, org, theServer, deletedBy)
    return false
  }
  await tx.query(sql`delete from org where id = ${orgId}`)
  tx.write(sql`delete from event_floor where stream_id = ${orgId}`)
  return true
}
