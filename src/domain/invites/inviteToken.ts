import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { hashToken, mintToken } from '../core/token.js'

/** Makes one more link for an invite and stores its hash. The token itself is only returned. */
export async function mintInviteToken(db: Queryable, inviteId: string): Promise<string> {
  const token = mintToken('gi_')
  await db.query(
    sql`insert into org_invite_token (hash, invite_id) values (${hashToken(token)}, ${inviteId})`,
  )
  return token
}

/** Makes one link invalid that nobody has received. */
export async function deleteInviteToken(db: Queryable, token: string): Promise<void> {
  await db.query(sql`delete from org_invite_token where hash = ${hashToken(token)}`)
}

/** Makes every link of an invite invalid. */
export async function deleteInviteTokens(db: Queryable, inviteId: string): Promise<void> {
  await db.query(sql`delete from org_invite_token where invite_id = ${inviteId}`)
}

/** The page on which a person who has the token answers the invite. */
export function acceptUrlOf(appUrl: string, token: string): string {
  return `${appUrl}/invites/${token}`
}
