import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { appRanksSql, isTokenBelow, may, tokenLostSql } from '../invites/inviteSource.js'
import { type OrgInviteLink, orgInviteLinkColumns } from './orgInviteLink.js'

/** What the maker of a link may do today. */
interface LinkSource {
  /** Roles of the member who made it. Null if they are no member, or suspended. */
  makerRoles: OrgRoleName[] | null
  /** Whether the token that made it, or a token in its chain of makers, was revoked or has a suspended maker. */
  tokenLost: boolean
  /** The ranks that its app roles need today. */
  appRanks: OrgRoleName[]
}

export interface LinkAndSource {
  link: OrgInviteLink
  source: LinkSource
}

/** The links that match a condition, and with the same statement what their makers may do today. */
export async function readLinksAndSources(db: Queryable, which: Sql): Promise<LinkAndSource[]> {
  const found = await db.query<OrgInviteLink & LinkSource>(sql`
    select ${orgInviteLinkColumns},
      (
        select roles from org_user
        where org_user.org_id = org_invite_link.org_id and org_user.user_id = org_invite_link.created_by_id
          and org_user.status = 'ACTIVE'
      ) as maker_roles,
      ${tokenLostSql(sql`org_invite_link.created_by_token_id`)} as token_lost,
      ${appRanksSql(sql`org_invite_link.app_roles`)} as app_ranks
    from org_invite_link where ${which}
  `)
  return found.map(({ makerRoles, tokenLost, appRanks, ...link }) => ({
    link,
    source: { makerRoles, tokenLost, appRanks },
  }))
}

/**
 * Whether the maker of a link may not make it any more. Then it is revoked (contract §9), but some of that is work for a
 * job: for what an instance token made, and after an app role got a higher rank. Until then nobody joins by it.
 */
export async function hasLostMaker(db: Queryable, { link, source }: LinkAndSource): Promise<boolean> {
  const needed = [...link.roles, ...source.appRanks]
  return (
    source.tokenLost ||
    (link.createdById !== null && !may(source.makerRoles, 'INVITE_CREATE', needed)) ||
    (await isTokenBelow(db, source.appRanks, link.createdByTokenId))
  )
}
