import sql, { join, type Sql } from 'sql-template-tag'
import type { OrgRoleName, Permission } from '../../generated/prisma/enums.js'
import { type Authority, outranks, rolesByRank } from '../core/permission.js'
import type { TokenLeft } from '../core/tokensBelow.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { emailOwnerSql } from '../users/emailOwnerSql.js'
import { endInvites } from './endInvites.js'

/** Invites that one statement revokes at most, so that the org's lock is held for no more: a job revokes the rest. */
export const INVITES_AT_ONCE = 100

/**
 * Revokes what is pending for somebody who was taken out: by their account or by their address.
 * @param madeUpTo when they were: a later invite is a new beginning
 */
export async function revokeInvitesTo(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  userId: string,
  madeUpTo: Date = org.now,
): Promise<number> {
  const theirAddress = sql`select u.email from "user" u where u.id = ${userId} and ${emailOwnerSql}`
  return revoke(
    tx,
    org,
    actorId,
    sql`created_at <= ${madeUpTo}
      and (invited_user_id = ${userId} or invited_user_id is null and email = (${theirAddress}))`,
  )
}

/** Who sent invites, and what authority they have left. */
export interface Senders {
  person?: { id: string; authority: Authority }
  tokens: readonly TokenLeft[]
}

/**
 * Authority doesn't outlive its source: revokes what the senders' pending invites grant beyond what the senders may
 * grant from now on. Whoever resent an invite is its source as much as who made it.
 * @param madeUpTo when they lost it: a later invite was made by a right that they have
 * @returns how many; INVITES_AT_ONCE where there may be more
 */
export async function revokeInvitesBeyond(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  { person, tokens }: Senders,
  madeUpTo: Date = org.now,
): Promise<number> {
  const conditions = [
    ...(person ? beyond([person], sql`invited_by_id`, 'INVITE_CREATE') : []),
    ...(person ? beyond([person], sql`resent_by_id`, 'INVITE_RESEND') : []),
    ...beyond(tokens, sql`invited_by_token_id`, 'INVITE_CREATE'),
    ...beyond(tokens, sql`resent_by_token_id`, 'INVITE_RESEND'),
  ]
  if (conditions.length === 0) return 0
  return revoke(tx, org, actorId, sql`created_at <= ${madeUpTo} and (${join(conditions, ' or ')})`)
}

/** As `revokeInvitesBeyond`, of every token of which nothing is left. */
export async function revokeInvitesOfRevokedTokens(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
): Promise<number> {
  return revoke(
    tx,
    org,
    actorId,
    sql`exists (
      select from api_token
      where api_token.id in (org_invite.invited_by_token_id, org_invite.resent_by_token_id)
        and api_token.revoked_at is not null
    )`,
  )
}

async function revoke(tx: Tx, org: LockedOrg, actorId: string | null, which: Sql): Promise<number> {
  return (await endInvites(tx, org, 'REVOKED', actorId, which, INVITES_AT_ONCE)).length
}

/** For each kind of authority that is left: invites of these senders with a role above it. */
function beyond(
  senders: ReadonlyArray<{ id: string; authority: Authority }>,
  column: Sql,
  permission: Permission,
): Sql[] {
  const alike = new Map<string, { roles: OrgRoleName[]; ids: string[] }>()
  for (const { id, authority } of senders) {
    const may = authority.permissions.has(permission)
    const roles = rolesByRank.filter((role) => !may || !outranks(authority, role))
    const others = alike.get(roles.join())
    if (others) others.ids.push(id)
    else if (roles.length > 0) alike.set(roles.join(), { roles, ids: [id] })
  }
  return [...alike.values()].map(
    ({ roles, ids }) => sql`${column} = any(${ids}::uuid[]) and roles && ${roles}`,
  )
}
