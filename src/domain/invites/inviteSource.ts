import sql from 'sql-template-tag'
import type { IdSql } from '../../database/database.js'
import type { OrgRoleName, Permission } from '../../generated/prisma/enums.js'
import { LONGEST_CHAIN } from '../core/effectivePermissions.js'
import { authorityOfRoles, outranks } from '../core/permission.js'
import type { Tx } from '../core/transact.js'
import { type OrgInvite, orgInviteColumns } from './orgInvite.js'

/** What has become of those on whose authority an invite stands. */
interface Source {
  /** Roles of the member who made it, and of the one who resent it last: null for one who is a member no more. */
  inviterRoles: OrgRoleName[] | null
  resenderRoles: OrgRoleName[] | null
  /** Whether a token that made or resent it was revoked, or one that this token was made by. */
  tokenRevoked: boolean
}

/** An invite as `readInvite` reads it, and by the same statement what it stands on. */
export async function readInviteAndSource(
  tx: Tx,
  inviteId: IdSql,
): Promise<{ invite: OrgInvite; source: Source } | null> {
  const rolesOf = (userId: 'invited_by_id' | 'resent_by_id') => sql`(
    select roles from org_user
    where org_user.org_id = org_invite.org_id
      and org_user.user_id = ${userId === 'invited_by_id' ? sql`org_invite.invited_by_id` : sql`org_invite.resent_by_id`}
  )`
  const [found] = await tx.query<OrgInvite & Source>(sql`
    select ${orgInviteColumns},
      ${rolesOf('invited_by_id')} as inviter_roles, ${rolesOf('resent_by_id')} as resender_roles,
      exists (
        with recursive link as (
          select created_by_token_id, revoked_at, 1 as number from api_token
          where id in (org_invite.invited_by_token_id, org_invite.resent_by_token_id)
          union all
          select maker.created_by_token_id, maker.revoked_at, link.number + 1
          from link join api_token maker on maker.id = link.created_by_token_id
          where link.number < ${LONGEST_CHAIN}
        )
        select from link where revoked_at is not null
      ) as token_revoked
    from org_invite where id = ${inviteId}
  `)
  if (!found) return null
  const { inviterRoles, resenderRoles, tokenRevoked, ...invite } = found
  return { invite, source: { inviterRoles, resenderRoles, tokenRevoked } }
}

/**
 * Whether a pending invite has lost its source, so that it is about to be revoked: whoever loses the right to send
 * invites has them revoked (contract §3), but a great number not in one transaction. An invite that was resent may
 * grant more than the member who made it could.
 */
export function hasLostSource(invite: OrgInvite, source: Source): boolean {
  const { invitedById, resentById, resentByTokenId } = invite
  const resent = resentById !== null || resentByTokenId !== null
  return (
    source.tokenRevoked ||
    (invitedById !== null && !may(source.inviterRoles, 'INVITE_CREATE', resent ? [] : invite.roles)) ||
    (resentById !== null && !may(source.resenderRoles, 'INVITE_RESEND', invite.roles))
  )
}

function may(held: OrgRoleName[] | null, permission: Permission, granting: OrgRoleName[]): boolean {
  const authority = authorityOfRoles(held ?? [])
  return authority.permissions.has(permission) && granting.every((role) => outranks(authority, role))
}
