import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { Permission } from '../../generated/prisma/enums.js'
import { LONGEST_CHAIN } from './effectivePermissions.js'
import { type Authority, authorityOfToken } from './permission.js'
import type { LockedOrg, Tx } from './transact.js'

/**
 * Tokens that one transaction revokes or looks through, at most. More can only have been made before there was a
 * limit, or with a greater one: a job goes on with them, so that the org's lock is not held for them all.
 */
export const TOKENS_AT_ONCE = 100

/** A token, and what authority it has left. */
export interface TokenLeft {
  id: string
  authority: Authority
}

/** Revokes what one token of a locked org made, directly or through others, each with its event. */
export function revokeTokensUnder(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  tokenId: string,
): Promise<string[]> {
  return revokeFrom(tx, org, actorId, sql`created_by_token_id = ${tokenId}`)
}

/** Revokes the tokens that a person made in a locked org, and those below them, each with its event. */
export function revokeTokensOf(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  userId: string,
): Promise<string[]> {
  return revokeFrom(tx, org, actorId, sql`org_id = ${org.id} and created_by_id = ${userId}`)
}

/** Revokes tokens of a locked org whose maker was revoked or is no member any more, and those below them. */
export function revokeOrphans(tx: Tx, org: LockedOrg, actorId: string | null): Promise<string[]> {
  return revokeFrom(tx, org, actorId, sql`org_id = ${org.id} and ${orphaned}`)
}

/** Whether a row of api_token has lost its maker. */
export const orphaned = sql`(
  exists (select from api_token maker where maker.id = api_token.created_by_token_id and maker.revoked_at is not null)
  or api_token.org_id is not null and api_token.created_by_id is not null and not exists (
    select from org_user maker
    where maker.org_id = api_token.org_id and maker.user_id = api_token.created_by_id
      and (api_token.maker_membership_id is null or maker.id = api_token.maker_membership_id)
  )
)`

/**
 * Walks down from the first tokens and revokes what it meets, TOKENS_AT_ONCE at most. What is revoked already is
 * passed by: below it, nothing is left or a job is at work.
 * @returns their ids; as many as TOKENS_AT_ONCE where there may be more
 */
async function revokeFrom(tx: Tx, org: LockedOrg, actorId: string | null, first: Sql): Promise<string[]> {
  const revoked = await tx.query<{ id: string; name: string; createdAt: Date }>(sql`
    with recursive met as (
      select id from api_token where revoked_at is null and ${first}
      union all
      select made.id from met cross join lateral ${madeBy(sql`met.id`, TOKENS_AT_ONCE)} made
    ),
    picked as materialized (select id from met limit ${TOKENS_AT_ONCE})
    update api_token set revoked_at = ${org.now} from picked where api_token.id = picked.id
    returning api_token.id, api_token.name, api_token.created_at
  `)
  revoked.sort(
    (one, other) => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1),
  )
  for (const token of revoked) recordRevoked(tx, org, actorId, token)
  return revoked.map(({ id }) => id)
}

/**
 * The unrevoked tokens that a token made. The limit makes PostgreSQL look them up by the token's id: joined, it may
 * read all tokens for each step of the walk.
 */
const madeBy = (tokenId: Sql, limit: number): Sql => sql`(
  select id, permissions from api_token where created_by_token_id = ${tokenId} and revoked_at is null limit ${limit}
)`

export function recordRevoked(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  { id, name }: { id: string; name: string },
): void {
  tx.record(org, actorId, {
    kind: 'CHANGE',
    type: 'API_TOKEN_REVOKED',
    summary: `The API token ${name} was revoked.`,
    subjectId: id,
  })
}

/**
 * The unrevoked tokens that stand on a person, with what is left of them once the person holds `permissions` alone:
 * one walk down, which takes the permissions along.
 * @param limit as many of them where there may be more
 */
export async function tokensLeftTo(
  db: Queryable,
  orgId: string,
  userId: string,
  permissions: ReadonlySet<Permission>,
  limit: number,
): Promise<TokenLeft[]> {
  const of = (granted: Sql, allowed: Sql) =>
    sql`array(select unnest(${granted}) intersect select unnest(${allowed}))`
  const tokens = await db.query<{ id: string; held: Permission[] }>(sql`
    with recursive met as (
      select id, 1 as makers, ${of(sql`permissions`, sql`${[...permissions]}::"Permission"[]`)} as held
      from api_token where org_id = ${orgId} and created_by_id = ${userId} and revoked_at is null
      union all
      select made.id, met.makers + 1,
        case when met.makers < ${LONGEST_CHAIN} then ${of(sql`made.permissions`, sql`met.held`)} else '{}' end
      from met cross join lateral ${madeBy(sql`met.id`, limit)} made
    )
    select id, held from met limit ${limit}
  `)
  return tokens.map(({ id, held }) => ({ id, authority: authorityOfToken(held) }))
}
