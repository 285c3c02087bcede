import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'

/**
 * Ids of the tokens that a list shows: the newest valid ones, and apart from them the newest of those that were
 * revoked or have expired. So the list has an end, and no number of ended tokens pushes a valid one out of it.
 * @param orgId null: of the instance
 * @param limit of each of the two kinds
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
