import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { hashToken, isTokenShaped, mintToken, type TokenPrefix } from '../core/token.js'

/**
 * How a link gets to its bearer. A `mailed` one goes to the invited address, by us or by the host application, and proves
 * that its bearer owns the address. A `told` one is shown to the person who invites, and proves nothing.
 */
export type InviteTokenKind = 'mailed' | 'told'

const prefixes = { mailed: 'gi_', told: 'gt_' } as const satisfies Record<InviteTokenKind, TokenPrefix>

/** Makes the token of one more link. It is valid once `insertInviteTokenSql` has stored its hash. */
export const newInviteToken = (kind: InviteTokenKind): string => mintToken(prefixes[kind])

export const insertInviteTokenSql = (token: string, inviteId: string): Sql =>
  sql`insert into org_invite_token (hash, invite_id) values (${hashInviteToken(token)}, ${inviteId})`

/** Makes one more mailed link for an invite and stores its hash. The token itself is only returned. */
export async function mintInviteToken(db: Queryable, inviteId: string): Promise<string> {
  const token = newInviteToken('mailed')
  await db.query(insertInviteTokenSql(token, inviteId))
  return token
}

/**
 * The stored hash of a token. The hash of a told one is not its own SHA-256: older servers look for that, and would take the
 * token as a proof.
 */
export const hashInviteToken = (token: string): Buffer => hashToken(isTold(token) ? `told ${token}` : token)

/** Whether the bearer of a token owns the invited address. A token with another prefix has another hash, and is unknown. */
export const provesAddress = (token: string): boolean => !isTold(token)

const isTold = (token: string) => token.startsWith(prefixes.told)

/** Whether `newInviteToken` could have made a text. If not, it need not be looked up. */
export const isInviteToken = (text: string): boolean =>
  Object.values(prefixes).some((prefix) => isTokenShaped(prefix, text))

/** Makes one link invalid that nobody has received. */
export async function deleteInviteToken(db: Queryable, token: string): Promise<void> {
  await db.query(sql`delete from org_invite_token where hash = ${hashInviteToken(token)}`)
}

/** Makes every link of an invite invalid. */
export async function deleteInviteTokens(db: Queryable, inviteId: string): Promise<void> {
  await db.query(sql`delete from org_invite_token where invite_id = ${inviteId}`)
}

/** The page on which a person who has the token answers the invite. */
export function acceptUrlOf(appUrl: string, token: string): string {
  return `${appUrl}/invites/${token}`
}
