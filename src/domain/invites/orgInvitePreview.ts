import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgInviteStatus, OrgRoleName } from '../../generated/prisma/enums.js'
import { type Email, HIDDEN_EMAIL, maskEmail } from '../users/email.js'
import { hashInviteToken, isInviteToken, provesAddress } from './inviteToken.js'
import { statusSql } from './statusSql.js'

/** What the invite's link shows. */
export interface OrgInvitePreview {
  orgName: string
  maskedEmail: string
  invitedByName: string | null
  roles: OrgRoleName[]
  status: OrgInviteStatus
  message: string | null
  expiresAt: Date
  /** When whoever has the link last asked for a new one. */
  renewalRequestedAt: Date | null
}

/** Reads what an invite's link shows, also without sign-in. Null if the token is not or no longer that of an invite. */
export async function orgInvitePreview(db: Queryable, token: string): Promise<OrgInvitePreview | null> {
  if (!isInviteToken(token)) return null
  const [found] = await db.query<Found>(sql`
    select org.name as org_name, org_invite.email, org_invite.invited_user_id, inviter.name as invited_by_name, org_invite.roles,
      ${statusSql('org_invite', sql`clock_timestamp()`)} as status,
      org_invite.message, org_invite.expires_at, org_invite.renewal_requested_at
    from org_invite_token
      join org_invite on org_invite.id = org_invite_token.invite_id
      join org on org.id = org_invite.org_id
      left join "user" inviter on inviter.id = org_invite.invited_by_id
    where org_invite_token.hash = ${hashInviteToken(token)}
  `)
  if (!found) return null
  const { email, invitedUserId, ...preview } = found
  // Whoever invites by user id may not see the address. A link that is told is theirs.
  const isHidden = email === null || (invitedUserId !== null && !provesAddress(token))
  return { ...preview, maskedEmail: isHidden ? HIDDEN_EMAIL : maskEmail(email) }
}

type Found = Omit<OrgInvitePreview, 'maskedEmail'> & { email: Email | null; invitedUserId: string | null }
