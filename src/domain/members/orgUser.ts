import sql from 'sql-template-tag'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import type { OrgUser } from '../core/membership.js'
import { Refusal } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'

export class LastOwnerError extends Refusal {
  constructor() {
    super('An org needs at least one owner, and this is the last one. Make somebody else an owner first.')
  }
}

/**
 * An org always has an owner. Because the org is locked, this is true even if several people leave at once.
 * @throws {LastOwnerError} if the member is the only owner and `roles` has no OWNER
 */
export async function requireOwnerLeft(
  tx: Tx,
  org: LockedOrg,
  member: OrgUser,
  roles: readonly OrgRoleName[],
): Promise<void> {
  if (!member.roles.includes('OWNER') || roles.includes('OWNER')) return
  const [other] = await tx.query(sql`
    select 1 from org_user where org_id = ${org.id} and 'OWNER' = any(roles) and id <> ${member.id} limit 1
  `)
  if (!other) throw new LastOwnerError()
}
