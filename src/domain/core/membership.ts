import sql from 'sql-template-tag'
import type { IdSql, Queryable } from '../../database/database.js'
import { columnsOf, type Row } from '../../database/rows.js'
import { Refusal, type WhyNot } from './refusal.js'

/** A membership as an operation reads it. Its roles are lowest first and never empty. */
export type OrgUser = Row<'OrgUser'>

/** What a member may do depends on this, and on nothing else of the membership. */
export type MemberStanding = Pick<OrgUser, 'roles' | 'status'>

export class OrgUserSuspendedError extends Refusal {
  constructor() {
    super('This membership is suspended: it has to be reinstated first.')
  }
}

/** The membership if it counts. To a suspended member the org is as to an outsider. */
export function inForce<Member extends MemberStanding>(member: Member | null): Member | null {
  return member?.status === 'ACTIVE' ? member : null
}

export function isSuspended(member: Pick<MemberStanding, 'status'> | null): WhyNot {
  return member?.status === 'SUSPENDED' ? () => new OrgUserSuspendedError() : null
}

export const orgUserColumns = columnsOf('OrgUser')

/** A user's membership of an org, suspended or not. Null if they are no member. */
export async function membershipOf(
  tx: Queryable,
  orgId: IdSql,
  userId: string | null,
): Promise<OrgUser | null> {
  const [orgUser] = await tx.query<OrgUser>(sql`
    select ${orgUserColumns} from org_user where org_id = ${orgId} and user_id = ${userId}
  `)
  return orgUser ?? null
}

/** A membership, or null if it has ended. */
export async function membershipById(tx: Queryable, id: string): Promise<OrgUser | null> {
  const [orgUser] = await tx.query<OrgUser>(sql`select ${orgUserColumns} from org_user where id = ${id}`)
  return orgUser ?? null
}
