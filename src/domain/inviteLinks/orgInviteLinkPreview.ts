import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { hashToken, isTokenShaped } from '../core/token.js'
import { linkStatusAt, type OrgInviteLink, type OrgInviteLinkStatus } from './orgInviteLink.js'

/** What an invite link shows. */
export interface OrgInviteLinkPreview {
  orgName: string
  logoUrl: string | null
  roles: OrgRoleName[]
  emailDomains: string[]
  createdByName: string | null
  status: OrgInviteLinkStatus
  expiresAt: Date
}

type Found = Omit<OrgInviteLinkPreview, 'status'> &
  Pick<OrgInviteLink, 'revokedAt' | 'usedUp'> & { now: Date }

/** Reads what an invite link shows, also without sign-in. Null if there is no link with this token. */
export async function orgInviteLinkPreview(
  db: Queryable,
  token: string,
): Promise<OrgInviteLinkPreview | null> {
  if (!isTokenShaped('gl_', token)) return null
  const [found] = await db.query<Found>(sql`
    select org.name as org_name, org.logo_url, link.roles, link.email_domains, maker.name as created_by_name,
      link.expires_at, link.revoked_at, link.used_up, clock_timestamp() as now
    from org_invite_link link
      join org on org.id = link.org_id
      left join "user" maker on maker.id = link.created_by_id
    where link.hash = ${hashToken(token)}
  `)
  if (!found) return null
  const { revokedAt, usedUp, now, ...shown } = found
  return { ...shown, status: linkStatusAt({ revokedAt, usedUp, expiresAt: found.expiresAt }, now) }
}
