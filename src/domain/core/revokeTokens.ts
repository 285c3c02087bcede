import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { EventActor } from './actor.js'
import { LONGEST_CHAIN } from './authority.js'
import { type Authority, authorityOfToken } from './permission.js'
import type { LockedOrg, Tx } from './transact.js'

/**
 * The most tokens that one transaction revokes or reads. There are more only if the limit was higher once. A job then
 * does the rest, so that the org's lock is not held for long.
 */
export const TOKENS_AT_ONCE = 100

/** A token and the authority that it still has. */
export interface TokenLeft {
  id: string
  authority: Authority
}

/** Revokes all tokens of a locked org that one token made, directly or through others, each with its event. */
export function revokeTokensOfToken(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  tokenId: string,
): Promise<string[]> {
  return revokeFrom(tx, org, by, sql`created_by_token_id = ${tokenId}`)
}

/** Revokes the tokens that a person made in a locked org, and the tokens that these made, each with its event. */
export function revokeTokensOfUser(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  userId: string,
): Promise<string[]> {
  return revokeFrom(tx, org, by, sql`org_id = ${org.id} and created_by_id = ${userId}`)
}

/** Revokes tokens of a locked org whose maker was revoked or is no member any more, and the tokens that these made. */
export function revokeOrphanedTokens(tx: Tx, org: LockedOrg, by: EventActor): Promise<string[]> {
  return revokeFrom(tx, org, by, sql`org_id = ${org.id} and ${orphaned}`)
}

/** Whether the maker of a row of api_token was revoked or left the org. */
export const orphaned = sql`(
  exists (select from api_token maker where maker.id = api_token.created_by_token_id and maker.revoked_at is not null)
  or api_token.org_id is not null and api_token.created_by_id is not null and not exists (
    select from org_user maker
    where maker.org_id = api_token.org_id and maker.user_id = api_token.created_by_id
      and (api_token.maker_membership_id is null or maker.id = api_token.maker_membership_id)
  )
)`

/**
 * Revokes the first tokens and the tokens that they made, and so on, TOKENS_AT_ONCE at most. It does not look below a
 * token that is already revoked: nothing is left there, or a job is revoking it.
 * @returns their ids. If these are TOKENS_AT_ONCE, there may be more.
 */
async function revokeFrom(tx: Tx, org: LockedOrg, by: EventActor, first: Sql): Promise<string[]> {
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
  for (const token of revoked) recordRevoked(tx, org, by, token)
  return revoked.map(({ id }) => id)
}

/**
 * The unrevoked tokens that a token made. The limit makes PostgreSQL use the index. In a plain join it may read all
 * tokens for each step.
 */
const madeBy = (tokenId: Sql, limit: number): Sql => sql`(
  select id, permissions from api_token where created_by_token_id = ${tokenId} and revoked_at is null limit ${limit}
)`

export function recordRevoked(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  { id, name }: { id: string; name: string },
): void {
  tx.record(org, by, {
    kind: 'CHANGE',
    type: 'API_TOKEN_REVOKED',
    summary: `The API token ${name} was revoked.`,
    subjectId: id,
  })
}

/**
 * The unrevoked tokens that a person made, directly or through others, with the authority that each still has if the
 * person has only `permissions`. It is `tokenPermissions` as SQL.
 * @param limit the most tokens to read
 */
export async function readTokensLeft(
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
