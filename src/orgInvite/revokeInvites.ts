import sql from 'sql-template-tag'
import { narrowedTokensOf } from '../apiToken/narrowedTokensOf.js'
import type { OrgRoleName, Permission } from '../generated/prisma/enums.js'
import { type Authority, authorityOfRoles, outranks, rolesByRank } from '../permission/permission.js'
import type { LockedOrg, Tx } from '../transact.js'
import { meantByAddress } from '../user/meantByAddress.js'
import { endInvites } from './endInvites.js'

/** Revokes what is pending for somebody who was taken out: by their account or by their address. */
export async function revokeInvitesTo(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  userId: string,
): Promise<void> {
  const theirAddress = sql`select u.email from "user" u where u.id = ${userId} and ${meantByAddress}`
  await endInvites(
    tx,
    org,
    'REVOKED',
    actorId,
    sql`(invited_user_id = ${userId} or invited_user_id is null and email = (${theirAddress}))`,
  )
}

/**
 * Authority doesn't outlive its source: revokes what a member's pending invites, and those of the API tokens
 * that they made, grant beyond what the member may grant from now on. Whoever resent an invite is its source
 * as much as who made it.
 * @param before roles that the member held
 * @param after what they hold from now on, empty for one who is gone
 */
export async function revokeInvitesBeyond(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  userId: string,
  before: readonly OrgRoleName[],
  after: readonly OrgRoleName[],
): Promise<void> {
  const authority = authorityOfRoles(after)
  const lost = [...authorityOfRoles(before).permissions].filter((one) => !authority.permissions.has(one))
  if (lost.length === 0) return
  const createBeyond = rolesBeyond(authority, 'INVITE_CREATE')
  const resendBeyond = rolesBeyond(authority, 'INVITE_RESEND')
  await endInvites(
    tx,
    org,
    'REVOKED',
    actorId,
    sql`(invited_by_id = ${userId} and roles && ${createBeyond}
      or resent_by_id = ${userId} and roles && ${resendBeyond})`,
  )
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
  const createBeyond = rolesBeyond(authority, 'INVITE_CREATE')
  const resendBeyond = rolesBeyond(authority, 'INVITE_RESEND')
  await endInvites(
    tx,
    org,
    'REVOKED',
    actorId,
    sql`(invited_by_token_id = ${tokenId} and roles && ${createBeyond}
      or resent_by_token_id = ${tokenId} and roles && ${resendBeyond})`,
  )
}

function rolesBeyond(authority: Authority, permission: Permission): OrgRoleName[] {
  const may = authority.permissions.has(permission)
  return rolesByRank.filter((role) => !may || !outranks(authority, role))
}
