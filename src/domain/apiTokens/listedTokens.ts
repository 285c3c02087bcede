import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'

/**
 * Ids of the tokens in a list: the newest valid tokens, and the newest tokens that were revoked or have expired. So the
 * list has a limit, and many ended tokens can't push a valid one out of it.
 * @param orgId null for instance tokens
 * @param limit for each of the two kinds
 */
export async function listedTokens(db: Queryable, orgId: string | null, limit: number): Promise<string[]> {
  const ofOrg = orgId === null ? sql`org_id is null` : sql`org_id = ${orgId}`
  const newest = sql`order by created_at desc, id desc limit ${limit}`
  const tokens = await db.query<{ id: string }>(sql`
    (select id from api_token where ${ofOrg} and revoked_at is null
      and (expires_at is null or expires_at > now()) ${newest})
    union all
    (select id from api_token where ${ofOrg}
      and (revoked_at is not null or expires_at <= now()) ${newest})
  `)
  return tokens.map(({ id }) => id)
}
