import sql from 'sql-template-tag'
import type { Tx } from '../core/transact.js'

/** A number that no other advisory lock of this database has. */
const APP_ROLES_LOCK = 72707371

/**
 * Lets one transaction at a time make, change or delete app roles. The instance has no row to lock, so it is an advisory
 * lock. Operations that grant app roles don't take it: they lock the rows.
 */
export async function lockAppRoles(tx: Tx): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(${APP_ROLES_LOCK})`)
}
