import sql from 'sql-template-tag'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import type { Actor } from '../../identity/actor.js'
import type { Queryable } from '../../platform/database.js'
import { type Rights, rightsOfMember, rightsOfSettings, rightsOfToken, type TokenLink } from './rights.js'

/** A watcher's rights and the newest event's number, both of one moment: later events carry the rights on. */
export interface Standing {
  newest: number
  rights: Rights
}

/** Reads by one statement how an actor stands in an org. Null where the org is none or not theirs to know. */
export async function standingInOrg(db: Queryable, actor: Actor, orgId: string): Promise<Standing | null> {
  if (actor.kind === 'nobody') return null
  if (actor.kind === 'person') return memberStanding(db, actor.userId, orgId)
  if (actor.orgId !== null && actor.orgId !== orgId) return null
  if (actor.tokenId !== null) return tokenStanding(db, actor.tokenId, orgId)
  const [org] = await db.query<{ newest: number }>(
    sql`select event_seq as newest from org where id = ${orgId}`,
  )
  return org ? { newest: org.newest, rights: rightsOfSettings(orgId, actor.permissions) } : null
}

async function memberStanding(db: Queryable, userId: string, orgId: string): Promise<Standing | null> {
  const [member] = await db.query<{ newest: number; roles: OrgRoleName[] }>(sql`
    select org.event_seq as newest, org_user.roles
    from org join org_user on org_user.org_id = org.id and org_user.user_id = ${userId}
    where org.id = ${orgId}
  `)
  return member ? { newest: member.newest, rights: rightsOfMember(orgId, userId, member.roles) } : null
}

async function tokenStanding(db: Queryable, tokenId: string, orgId: string): Promise<Standing | null> {
  const links = await db.query<TokenLink & { newest: number }>(sql`
    with recursive chain as (
      select id, org_id, permissions, revoked_at, created_by_id, created_by_token_id, 0 as distance
      from api_token where id = ${tokenId}
      union all
      select maker.id, maker.org_id, maker.permissions, maker.revoked_at, maker.created_by_id,
        maker.created_by_token_id, chain.distance + 1
      from chain join api_token maker on maker.id = chain.created_by_token_id
    )
    select org.event_seq as newest, chain.id, chain.org_id, chain.permissions,
      chain.revoked_at is not null as revoked, chain.created_by_id as maker_id,
      chain.created_by_id is not null as made_by_person, coalesce(maker.roles, '{}') as maker_roles
    from chain
      join org on org.id = ${orgId}
      left join org_user maker on maker.org_id = chain.org_id and maker.user_id = chain.created_by_id
    order by chain.distance
  `)
  const [token] = links
  return token ? { newest: token.newest, rights: rightsOfToken(orgId, links) } : null
}

/** The newest number of a user's inbox, null where there is no such user. */
export async function newestInInbox(db: Queryable, userId: string): Promise<number | null> {
  const [user] = await db.query<{ newest: number }>(
    sql`select inbox_seq as newest from "user" where id = ${userId}`,
  )
  return user?.newest ?? null
}

/** Which of these API tokens are revoked by now. */
export async function revokedAmong(db: Queryable, tokenIds: string[]): Promise<string[]> {
  const revoked = await db.query<{ id: string }>(
    sql`select id from api_token where id = any(${tokenIds}::uuid[]) and revoked_at is not null`,
  )
  return revoked.map(({ id }) => id)
}
