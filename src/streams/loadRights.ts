import DataLoader from 'dataloader'
import pLimit from 'p-limit'
import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import type { Actor, Person, TokenBearer } from '../domain/core/actor.js'
import { isInstanceToken, reachesOrg } from '../domain/core/authority.js'
import { linkColumns, linksWithMakers, withChains } from '../domain/core/effectivePermissions.js'
import type { OrgRoleName } from '../generated/prisma/enums.js'
import { type Rights, rightsOfMember, rightsOfSettings, rightsOfToken, type WatchedLink } from './rights.js'

/**
 * A subscriber's rights, and the number of the newest event at the time they were read. Later events update the rights.
 */
export interface RightsAt {
  newest: number
  rights: Rights
}

/** Loads what an actor may do in an org. Null if the org doesn't exist, or if the actor may not know that it exists. */
export type LoadRights = (actor: Actor, orgId: string) => Promise<RightsAt | null>

/** The most members whose rights one statement reads. */
const MEMBERS_AT_ONCE = 200
const STATEMENTS_AT_ONCE = 2

export function rightsLoader(db: Queryable): LoadRights {
  const members = memberRightsLoader(db)
  return async (actor, orgId) => {
    if (actor.kind === 'nobody') return null
    if (actor.kind === 'person') return members.load({ orgId, person: actor })
    if (!reachesOrg(actor, orgId)) return null
    if (actor.tokenId !== null) return readTokenRights(db, actor, actor.tokenId, orgId)
    const [org] = await db.query<{ newest: number }>(
      sql`select event_seq as newest from org where id = ${orgId}`,
    )
    return org ? { newest: org.newest, rights: rightsOfSettings(orgId, actor) } : null
  }
}

interface Member {
  orgId: string
  person: Person
}

/**
 * After a restart all subscribers reconnect at once. While two statements run, further subscribers wait and share the
 * next one. So a thousand subscribers need only a few statements and two connections.
 */
function memberRightsLoader(db: Queryable): DataLoader<Member, RightsAt | null> {
  const limit = pLimit(STATEMENTS_AT_ONCE)
  let statement: Promise<unknown> = Promise.resolve()
  return new DataLoader(
    (members) => {
      const rights = readMemberRights(db, members)
      statement = rights.catch(() => {})
      return rights
    },
    {
      cache: false,
      maxBatchSize: MEMBERS_AT_ONCE,
      batchScheduleFn: (dispatch) =>
        void limit(() => {
          dispatch()
          return statement
        }),
    },
  )
}

async function readMemberRights(db: Queryable, members: readonly Member[]): Promise<Array<RightsAt | null>> {
  const orgIds = members.map(({ orgId }) => orgId)
  const userIds = members.map(({ person }) => person.userId)
  const rows = await db.query<{ index: number; newest: number; roles: OrgRoleName[] }>(sql`
    select asked.index::int, org.event_seq as newest, org_user.roles
    from unnest(${orgIds}::uuid[], ${userIds}::uuid[]) with ordinality as asked(org_id, user_id, index)
      join org on org.id = asked.org_id
      join org_user on org_user.org_id = org.id and org_user.user_id = asked.user_id and org_user.status = 'ACTIVE'
  `)
  const byIndex = new Map(rows.map((row) => [row.index - 1, row]))
  return members.map(({ orgId, person }, index) => {
    const row = byIndex.get(index)
    return row ? { newest: row.newest, rights: rightsOfMember(orgId, person, row.roles) } : null
  })
}

async function readTokenRights(
  db: Queryable,
  actor: TokenBearer,
  tokenId: string,
  orgId: string,
): Promise<RightsAt | null> {
  const chain = await db.query<WatchedLink & { newest: number }>(sql`
    ${withChains([tokenId])}
    select org.event_seq as newest, chain.id, chain.org_id, chain.created_by_id as maker_id, ${linkColumns}
    from ${linksWithMakers} join org on org.id = ${orgId}
    order by chain.distance
  `)
  const [token] = chain
  return token ? { newest: token.newest, rights: rightsOfToken(orgId, actor, chain) } : null
}

/**
 * The rights of a reader of the events of all orgs. Null if the actor is no instance token with ORG_READ: only that
 * permission lets it see orgs.
 */
export async function loadInstanceRights(db: Queryable, actor: Actor): Promise<Rights | null> {
  if (!isInstanceToken(actor)) return null
  const rights =
    actor.tokenId === null ? rightsOfSettings(null, actor) : await tokenRights(db, actor, actor.tokenId)
  return rights?.audience().authority.permissions.has('ORG_READ') ? rights : null
}

async function tokenRights(db: Queryable, actor: TokenBearer, tokenId: string): Promise<Rights | null> {
  const chain = await db.query<WatchedLink>(sql`
    ${withChains([tokenId])}
    select chain.id, chain.org_id, chain.created_by_id as maker_id, ${linkColumns}
    from ${linksWithMakers}
    order by chain.distance
  `)
  return chain.length === 0 ? null : rightsOfToken(null, actor, chain)
}

/** The number of the newest event in a user's inbox. Null if there is no such user. */
export async function newestInInbox(db: Queryable, userId: string): Promise<number | null> {
  const [user] = await db.query<{ newest: number }>(
    sql`select inbox_seq as newest from "user" where id = ${userId} and deleted_at is null`,
  )
  return user?.newest ?? null
}

/** The API tokens among these that are revoked. */
export async function revokedAmong(db: Queryable, tokenIds: string[]): Promise<string[]> {
  const revoked = await db.query<{ id: string }>(
    sql`select id from api_token where id = any(${tokenIds}::uuid[]) and revoked_at is not null`,
  )
  return revoked.map(({ id }) => id)
}
