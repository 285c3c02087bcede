import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { orphaned } from './revokeTokens.js'

/** Revokes the instance tokens whose maker was revoked, and the tokens that they made. Instance tokens have no events. */
export async function revokeOrphanedInstanceTokens(db: Queryable): Promise<void> {
  await db.query(sql`
    with recursive met as (
      select id from api_token where org_id is null and revoked_at is null and ${orphaned}
      union all
      select made.id from met join api_token made on made.created_by_token_id = met.id
      where made.org_id is null and made.revoked_at is null
    )
    update api_token set revoked_at = date_trunc('milliseconds', clock_timestamp())
    from met where api_token.id = met.id
  `)
}

/** The orgs in which an instance token, or a token that it made, has made tokens or links or has pending invites. */
export function orgsOfInstanceToken(db: Queryable, apiTokenId: string): Promise<Array<{ orgId: string }>> {
  return db.query(sql`
    with recursive met as (
      select id, org_id from api_token where id = ${apiTokenId}
      union all
      select made.id, made.org_id from met join api_token made on made.created_by_token_id = met.id
      where met.org_id is null
    )
    select org_id from met where org_id is not null
    union
    select org_invite.org_id from met join org_invite on org_invite.invited_by_token_id = met.id
    where org_invite.status = 'PENDING'
    union
    select org_invite.org_id from met join org_invite on org_invite.resent_by_token_id = met.id
    where org_invite.status = 'PENDING'
    union
    select link.org_id from met join org_invite_link link on link.created_by_token_id = met.id
    where link.revoked_at is null and not link.used_up
  `)
}

/**
 * Orgs with tokens that have lost their maker and are not revoked. An older version left them, and it may still run
 * beside this one.
 */
export function orgsWithOrphanedTokens(db: Queryable): Promise<Array<{ orgId: string }>> {
  return db.query(sql`
    select distinct org_id from api_token where org_id is not null and revoked_at is null and ${orphaned}
  `)
}
