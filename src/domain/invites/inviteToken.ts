import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { hashToken, mintToken } from '../core/token.js'

/** Makes one more link for an invite and keeps its hash. The token itself is nowhere but in the answer. */
export async function mintInviteToken(db: Queryable, inviteId: string): Promise<string> {
  const token = mintToken('gi_')
  await db.query(
    sql`insert into org_invite_token (hash, invite_id) values (${hashToken(token)}, ${inviteId})`,
  )
  return token
}

/** Kills one link that went to nobody. */
export async function forgetInviteToken(db: Queryable, token: string): Promise<void> {
  await db.query(sql`delete from org_invite_token where hash = ${hashToken(token)}`)
}

/** Kills every link of an invite. */
export async function forgetInviteTokens(db: Queryable, inviteId: string): Promise<void> {
  await db.query(sql`delete from org_invite_token where invite_id = ${inviteId}`)
}

/** Where the bearer of an invite's token answers it. */
export function acceptUrlOf(appUrl: string, token: string): string {
  return `${appUrl}/invites/${token}`
}
