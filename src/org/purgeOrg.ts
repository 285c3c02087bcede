import sql from 'sql-template-tag'
import type { Tx } from '../transact.js'

/** Erases a deleted org with everything in it. What was set ACTIVE again in the meantime still goes: it was deleted. */
export async function purgeOrg(tx: Tx, orgId: string): Promise<void> {
  await tx.query(sql`delete from org where id = ${orgId}`)
}
