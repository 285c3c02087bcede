import sql from 'sql-template-tag'
import { narrowedTokensOf } from '../apiToken/narrowedTokensOf.js'
import type { OrgRoleName } from '../generated/prisma/enums.js'
import { type Authority, authorityOfRoles, outranks, rolesByRank } from '../permission/permission.js'
import type { LockedOrg, Tx } from '../transact.js'
import { endInvites } from './endInvites.js'

/** Revokes what is pending for somebody who was taken out: by their account or by their address. */
export async function revokeInvitesTo(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  userId: string,
): Promise<void> {
  await endInvites(
    tx,
    org,
    'REVOKED',
    actorId,
    sql`(invited_user_id = ${userId} or email = (select email from "user" where id = ${userId}))`,
  )
}

/**
 * Authority doesn't outlive its source: revokes what a member's pending invites, and those of the API tokens
 * that they made, grant beyond what the member may grant from now on.
 * @param roles what the member holds from now on, empty for one who is gone
 */
export async function revokeInvitesBeyond(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  userId: string,
  roles: readonly OrgRoleName[],
): Promise<void> {
  const beyond = rolesBeyond(authorityOfRoles(roles))
  if (beyond.length > 0)
    await endInvites(tx, org, 'REVOKED', actorId, sql`invited_by_id = ${userId} and roles && ${beyond}`)
  for (const token of await narrowedTokensOf(tx, org.id, userId)) {
    await revokeInvitesByToken(tx, org, actorId, token.id, token.authority)
  }
}

/** The same for the invites of one API token whose authority has shrunk, to nothing where it was revoked. */
export async function revokeInvitesByToken(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  tokenId: string,
  authority: Authority,
): Promise<void> {
  const beyond = rolesBeyond(authority)
  if (beyond.length === 0) return
  await endInvites(tx, org, 'REVOKED', actorId, sql`invited_by_token_id = ${tokenId} and roles && ${beyond}`)
}

function rolesBeyond(authority: Authority): OrgRoleName[] {
  const mayInvite = authority.permissions.has('INVITE_CREATE')
  return rolesByRank.filter((role) => !mayInvite || !outranks(authority, role))
}
