import sql from 'sql-template-tag'
import type { IdSql } from '../../database/database.js'
import type { OrgRoleName, Permission } from '../../generated/prisma/enums.js'
import { LONGEST_CHAIN } from '../core/authority.js'
import { authorityOfRoles, mayActOn } from '../core/permission.js'
import type { Tx } from '../core/transact.js'
import { type OrgInvite, orgInviteColumns } from './orgInvite.js'

/** What those who sent an invite may do today. */
interface Source {
  /** Roles of the member who made it, and of the member who resent it last. Null if they are no member any more. */
  inviterRoles: OrgRoleName[] | null
  resenderRoles: OrgRoleName[] | null
  /** Whether a token that made or resent it was revoked, or a token in its chain of makers. */
  tokenRevoked: boolean
}

/** `readInvite`, and with the same statement what those who sent it may do today. */
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
 * Whether those who sent a pending invite may not send it any more. Their invites are revoked then (contract §3), but not
 * all in one transaction if there are many. So this invite is about to be revoked. If an invite was resent, its roles
 * may be above the rank of the member who made it.
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
  return mayActOn(authorityOfRoles(held ?? []), permission, granting)
}
