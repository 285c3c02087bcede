import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { EmailDomainJoinMode, OrgStatus } from '../../generated/prisma/enums.js'
import type { Domain } from '../users/domain.js'

/** An org whose VERIFIED domain a person's verified address is in, unless the domain's mode is OFF. */
export interface OrgByAddress {
  orgId: string
  name: string
  slug: string
  logoUrl: string | null
  status: OrgStatus
  domain: Domain
  joinMode: Exclude<EmailDomainJoinMode, 'OFF'>
  /** Whether the person is a member of the org, suspended or not. */
  isMember: boolean
}

/**
 * Finds the org that a person may join or ask to join by their address. There is at most one: a person has one address, a
 * domain counts without its subdomains, and one org at a time has it VERIFIED. In a transaction that has locked the org
 * the domain and the status are those of the lock.
 * @returns null if the address is not verified, if no org has its domain VERIFIED, or if the domain's mode is OFF
 */
export async function orgByAddress(db: Queryable, userId: string): Promise<OrgByAddress | null> {
  const [found] = await db.query<OrgByAddress>(sql`
    select org.id as org_id, org.name, org.slug, org.logo_url, org.status, bound.domain, bound.join_mode,
      exists (select from org_user where org_user.org_id = org.id and org_user.user_id = u.id) as is_member
    from "user" u
      join org_email_domain bound on bound.domain = split_part(u.email, '@', 2) and bound.status = 'VERIFIED'
      join org on org.id = bound.org_id
    where u.id = ${userId} and u.email_verified and bound.join_mode <> 'OFF'
  `)
  return found ?? null
}

/** Whether the org is one of `User.joinableOrgs`. */
export function isJoinable({ status, isMember }: OrgByAddress): boolean {
  return status === 'ACTIVE' && !isMember
}
