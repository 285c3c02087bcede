import sql from 'sql-template-tag'
import { emailOwnerSql } from '../core/emailOwnerSql.js'
import type { Tx } from '../core/transact.js'
import { type OrgInvite, orgInviteColumns } from './orgInvite.js'

/** What can prevent a new invite to an org. */
export interface Obstacles {
  /** The membership that the invitee already has. */
  memberId: string | null
  /** The invite to the same address that is stored as PENDING. It may have expired. */
  pending: OrgInvite | null
}

export const noObstacles: Obstacles = { memberId: null, pending: null }

/**
 * Reads what can prevent a new invite. Lock the org first, so that it doesn't change. A member is found by user id or by
 * address, verified or not: a person who joined by the link in a mail may have an unverified address.
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
