import sql from 'sql-template-tag'
import { type Authority, authorityOfToken } from '../permission/permission.js'
import type { Queryable } from '../platform/database.js'
import { effectivePermissionsOf } from './effectivePermissions.js'

/**
 * Every unrevoked token of an org that stands on a person, made by them or by a token of theirs, with what
 * authority it has left.
 */
export async function narrowedTokensOf(
  db: Queryable,
  orgId: string,
  userId: string,
): Promise<Array<{ id: string; authority: Authority }>> {
  const tokens = await db.query<{ id: string }>(sql`
    with recursive made as (
      select id, revoked_at from api_token where org_id = ${orgId} and created_by_id = ${userId}
      union all
      select api_token.id, api_token.revoked_at
      from made join api_token on api_token.created_by_token_id = made.id
    )
    select id from made where revoked_at is null
  `)
  return withAuthority(db, tokens)
}

/** Every token that stands on another token, itself included, with what authority it has left. */
export async function narrowedTokensUnder(
  db: Queryable,
  tokenId: string,
): Promise<Array<{ id: string; authority: Authority }>> {
  const tokens = await db.query<{ id: string }>(sql`
    with recursive made as (
      select id from api_token where id = ${tokenId}
      union all
      select api_token.id from made join api_token on api_token.created_by_token_id = made.id
    )
    select id from made
  `)
  return withAuthority(db, tokens)
}

async function withAuthority(db: Queryable, tokens: Array<{ id: string }>) {
  if (tokens.length === 0) return []
  const ids = tokens.map(({ id }) => id)
  const held = await effectivePermissionsOf(db, ids)
  return ids.map((id, index) => ({ id, authority: authorityOfToken(held[index] ?? []) }))
}
