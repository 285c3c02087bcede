import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { inForce, type MemberStanding, type OrgUser } from '../core/membership.js'
import { Refusal } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'

export class LastOwnerError extends Refusal {
  constructor() {
    super('An org needs at least one owner, and this is the last one. Make somebody else an owner first.')
  }
}

/**
 * An org always has an owner who is not suspended. Because the org is locked, this is true even if several people leave at
 * once.
 * @throws {LastOwnerError} if the member is the only such owner and `roles` has no OWNER
 */
export async function requireOwnerLeft(
  tx: Tx,
  org: LockedOrg,
  member: OrgUser,
  roles: readonly OrgRoleName[],
): Promise<void> {
  if (!countsAsOwner(member) || roles.includes('OWNER')) return
  const [last] = await lastOwners(tx, [org.id])
  if (last) throw new LastOwnerError()
}

/** Whether a member is one of the owners of whom an org needs one. */
export function countsAsOwner(member: MemberStanding): boolean {
  return inForce(member)?.roles.includes('OWNER') === true
}

/** The memberships of these orgs' owners who are the only one there that counts. */
export function lastOwners(
  db: Queryable,
  orgIds: readonly string[],
): Promise<Array<{ orgId: string; id: string }>> {
  return db.query(sql`
    select org.id as org_id, owner.id from unnest(${orgIds}::uuid[]) org(id) cross join lateral (
      select min(two.id::text) as id, count(*) from (
        select id from org_user
        where org_id = org.id and status = 'ACTIVE' and roles && '{ADMIN,OWNER}' and 'OWNER' = any(roles)
        limit 2
      ) two
    ) owner
    where owner.count = 1
  `)
}
