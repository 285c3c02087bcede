import sql, { type Sql } from 'sql-template-tag'
import type { IdSql, Queryable } from '../../database/database.js'
import type { OrgRoleName, Permission } from '../../generated/prisma/enums.js'
import { LONGEST_CHAIN } from '../core/authority.js'
import { permissionsBeforeExpiry } from '../core/effectivePermissions.js'
import { authorityOfRoles, authorityOfToken, mayActOn, outranks, rolesByRank } from '../core/permission.js'
import { type OrgInvite, orgInviteColumns } from './orgInvite.js'

/** What those who sent an invite may do today. */
interface Source {
  /** Roles of the member who made it, and of the member who resent it last. Null if they are no member, or suspended. */
  inviterRoles: OrgRoleName[] | null
  resenderRoles: OrgRoleName[] | null
  /**
   * Whether a token that made or resent it, or a token in its chain of makers, was revoked or has a maker who is suspended
   * or may not invite.
   */
  tokenLost: boolean
  /** The ranks that its app roles need today. */
  appRanks: OrgRoleName[]
}

/**
 * `resentByTokenId` of an invite that the INSTANCE_TOKEN has resent. It is no API token and has no id, but the invite has
 * to say that it was resent: then its roles may be above the rank of the member who made it.
 */
export const INSTANCE_TOKEN_ID = '00000000-0000-0000-0000-000000000000'

export interface InviteAndSource {
  invite: OrgInvite
  source: Source
}

/** `readInvite`, and with the same statement what those who sent it may do today. */
export async function readInviteAndSource(db: Queryable, inviteId: IdSql): Promise<InviteAndSource | null> {
  const [found] = await readInvitesAndSources(db, sql`id = ${inviteId}`)
  return found ?? null
}

/** `readInviteAndSource` for the invites that match a condition on org_invite. */
export async function readInvitesAndSources(db: Queryable, which: Sql): Promise<InviteAndSource[]> {
  const rolesOf = (userId: 'invited_by_id' | 'resent_by_id') => sql`(
    select roles from org_user
    where org_user.org_id = org_invite.org_id
      and org_user.user_id = ${userId === 'invited_by_id' ? sql`org_invite.invited_by_id` : sql`org_invite.resent_by_id`}
      and org_user.status = 'ACTIVE'
  )`
  const found = await db.query<OrgInvite & Source>(sql`
    select ${orgInviteColumns},
      ${rolesOf('invited_by_id')} as inviter_roles, ${rolesOf('resent_by_id')} as resender_roles,
      ${tokenLostSql(sql`org_invite.invited_by_token_id, org_invite.resent_by_token_id`)} as token_lost,
      ${appRanksSql(sql`org_invite.app_roles`)} as app_ranks
    from org_invite where ${which}
  `)
  return found.map(({ inviterRoles, resenderRoles, tokenLost, appRanks, ...invite }) => ({
    invite,
    source: { inviterRoles, resenderRoles, tokenLost, appRanks },
  }))
}

/** Whether one of these tokens, or a token in its chain of makers, was revoked or has a maker who is suspended or may not invite. */
export function tokenLostSql(tokenIds: Sql): Sql {
  return sql`exists (
    with recursive link as (
      select created_by_token_id, created_by_id, org_id, revoked_at, 1 as number from api_token
      where id in (${tokenIds})
      union all
      select maker.created_by_token_id, maker.created_by_id, maker.org_id, maker.revoked_at, link.number + 1
      from link join api_token maker on maker.id = link.created_by_token_id
      where link.number < ${LONGEST_CHAIN}
    )
    select from link where revoked_at is not null or exists (
      select from org_user maker
      where maker.org_id = link.org_id and maker.user_id = link.created_by_id
        and (maker.status = 'SUSPENDED' or not maker.roles && ${inviting}::"OrgRoleName"[])
    )
  )`
}

/** The ranks that app roles need today, by their keys. */
export function appRanksSql(appRoles: Sql): Sql {
  return sql`case when ${appRoles} = '{}' then '{}' else array(
    select distinct assignable_by from app_role where app_role.key = any(${appRoles})
  ) end`
}

/**
 * Whether those who sent a pending invite may not send it any more. Their invites are revoked then (contract §3), but not
 * all in one transaction if there are many. So this invite is about to be revoked. If an invite was resent, its roles
 * may be above the rank of the member who made it.
 */
export async function hasLostSource(db: Queryable, invite: OrgInvite, source: Source): Promise<boolean> {
  const { invitedById, resentById, resentByTokenId } = invite
  const resent = resentById !== null || resentByTokenId !== null
  const needed = [...invite.roles, ...source.appRanks]
  return (
    source.tokenLost ||
    (invitedById !== null && !may(source.inviterRoles, 'INVITE_CREATE', resent ? [] : needed)) ||
    (resentById !== null && !may(source.resenderRoles, 'INVITE_RESEND', needed)) ||
    (await isTokenBelow(db, needed, resent ? resentByTokenId : invite.invitedByTokenId))
  )
}

/** The roles of members who may invite. They may resend invites too. */
const inviting = rolesByRank.filter((role) => may([role], 'INVITE_CREATE', []))

/** Whether a member with these roles may do a thing and grant roles. Null for somebody who is no member. */
export function may(held: OrgRoleName[] | null, permission: Permission, granting: OrgRoleName[]): boolean {
  return mayActOn(authorityOfRoles(held ?? []), permission, granting)
}

/**
 * Whether the token that sent an invite is below a rank that it needs. Only OWNER can be above a token, so a statement is
 * needed only for an invite that needs this rank.
 */
export async function isTokenBelow(
  db: Queryable,
  ranks: OrgRoleName[],
  tokenId: string | null,
): Promise<boolean> {
  if (tokenId === null || tokenId === INSTANCE_TOKEN_ID || !ranks.includes('OWNER')) return false
  return !outranks(authorityOfToken(await permissionsBeforeExpiry(db, tokenId)), 'OWNER')
}
