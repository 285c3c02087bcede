import sql from 'sql-template-tag'
import type { Tx } from '../transact.js'
import { endOrg } from './endOrg.js'
import { lockOrgIfThere } from './lockOrg.js'

/**
 * Erases a deleted org with everything in it. What was set ACTIVE again in the meantime still goes, for it was
 * deleted; but it is ended anew first, so that nothing that came to it since goes without its event.
 */
export async function purgeOrg(tx: Tx, orgId: string): Promise<void> {
  const org = await lockOrgIfThere(tx, orgId)
  if (!org) return
  const pending = await tx.query(
    sql`select from org_invite where org_id = ${orgId} and status = 'PENDING' limit 1`,
  )
  if (org.status !== 'DEPROVISIONING' || pending.length > 0) return endOrg(tx, org, null)
  await tx.query(sql`delete from org where id = ${orgId}`)
}
