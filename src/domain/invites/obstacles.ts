import sql from 'sql-template-tag'
import type { Tx } from '../core/transact.js'
import { emailOwnerSql } from '../users/emailOwnerSql.js'
import { type OrgInvite, orgInviteColumns } from './orgInvite.js'

/** What stands in an invite's way in an org. */
export interface Obstacles {
  /** The membership that its person has already. */
  memberId: string | null
  /** The invite to the same address that is pending as stored: it may be past its time. */
  pending: OrgInvite | null
}

export const noObstacles: Obstacles = { memberId: null, pending: null }

/**
 * Reads what stands in an invite's way; take the org's lock first to keep it so. A member is found by account or by
 * address, verified or not: who joined by a mailed link may have an unverified one.
 */
export async function obstaclesTo(
  tx: Tx,
  orgId: string | null,
  { email, invitedUserId }: Pick<OrgInvite, 'email' | 'invitedUserId'>,
): Promise<Obstacles> {
  const byAddress = sql`u.email = ${email} and ${emailOwnerSql}`
  const person = invitedUserId === null ? byAddress : sql`(u.id = ${invitedUserId} or ${byAddress})`
  const [found] = await tx.query<
    { memberId: string | null } & { [Column in keyof OrgInvite]: OrgInvite[Column] | null }
  >(sql`
    select ${orgInviteColumns}, (
      select org_user.id from "user" u join org_user on org_user.user_id = u.id and org_user.org_id = ${orgId}
      where ${person}
      limit 1
    ) as member_id
    from (values (1)) as one left join org_invite
      on org_invite.org_id = ${orgId} and org_invite.email = ${email} and org_invite.status = 'PENDING'
  `)
  if (!found) throw new Error('a select of one row returned none')
  const { memberId, ...pending } = found
  return { memberId, pending: pending.id === null ? null : (pending as OrgInvite) }
}
