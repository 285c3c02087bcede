import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { gathered } from '../database/gathered.js'
import type { Actor } from '../domain/core/actor.js'
import { linkColumns, linksWithMakers, withChains } from '../domain/core/effectivePermissions.js'
import type { OrgRoleName } from '../generated/prisma/enums.js'
import { type Rights, rightsOfMember, rightsOfSettings, rightsOfToken, type WatchedLink } from './rights.js'

/** A watcher's rights and the newest event's number, both of one moment: later events carry the rights on. */
export interface Standing {
  newest: number
  rights: Rights
}

/** Tells how an actor stands in an org: null where the org is none or not theirs to know. */
export type StandingInOrg = (actor: Actor, orgId: string) => Promise<Standing | null>

/** Members asked for by one statement at most. */
const MEMBERS_AT_ONCE = 200

/** Each standing is read by one statement, and those of members together: when a server is back, all come at once. */
export function standings(db: Queryable): StandingInOrg {
  const memberStanding = gathered((asked: Asked[]) => memberStandings(db, asked), MEMBERS_AT_ONCE)
  return async (actor, orgId) => {
    if (actor.kind === 'nobody') return null
    if (actor.kind === 'person') return memberStanding({ orgId, userId: actor.userId })
    if (actor.orgId !== null && actor.orgId !== orgId) return null
    if (actor.tokenId !== null) return tokenStanding(db, actor.tokenId, orgId)
    const [org] = await db.query<{ newest: number }>(
      sql`select event_seq as newest from org where id = ${orgId}`,
    )
    return org ? { newest: org.newest, rights: rightsOfSettings(orgId, actor.permissions) } : null
  }
}

interface Asked {
  orgId: string
  userId: string
}

async function memberStandings(db: Queryable, asked: Asked[]): Promise<Array<Standing | null>> {
  const members = await db.query<{ index: number; newest: number; roles: OrgRoleName[] }>(sql`
    select asked.index::int, org.event_seq as newest, org_user.roles
    from unnest(${asked.map(({ orgId }) => orgId)}::uuid[], ${asked.map(({ userId }) => userId)}::uuid[])
        with ordinality as asked(org_id, user_id, index)
      join org on org.id = asked.org_id
      join org_user on org_user.org_id = org.id and org_user.user_id = asked.user_id
  `)
  const standing = new Array<Standing | null>(asked.length).fill(null)
  for (const { index, newest, roles } of members) {
    const member = asked[index - 1]
    if (member) standing[index - 1] = { newest, rights: rightsOfMember(member.orgId, member.userId, roles) }
  }
  return standing
}

async function tokenStanding(db: Queryable, tokenId: string, orgId: string): Promise<Standing | null> {
  const links = await db.query<WatchedLink & { newest: number }>(sql`
    ${withChains([tokenId])}
    select org.event_seq as newest, chain.id, chain.org_id, chain.created_by_id as maker_id, ${linkColumns}
    from ${linksWithMakers} join org on org.id = ${orgId}
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
