import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { OrgRoleName, Permission } from '../../generated/prisma/enums.js'
import type { EventActor } from './actor.js'
import { emailOwnerSql } from './emailOwnerSql.js'
import { endInvites } from './endInvites.js'
import { type Authority, mayActOn, rolesByRank } from './permission.js'
import type { TokenLeft } from './revokeTokens.js'
import type { LockedOrg, Tx } from './transact.js'

/** The most invites that one statement revokes, so that the org is not locked for long. A job revokes the rest. */
export const INVITES_AT_ONCE = 100

/**
 * Revokes the pending invites to a user who was removed, by user id or by address.
 * @param madeUpTo when they were removed. A later invite is meant to bring them back.
 */
export async function revokeInvitesTo(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  userId: string,
  madeUpTo: Date = org.now,
): Promise<number> {
  const theirAddress = sql`select u.email from "user" u where u.id = ${userId} and ${emailOwnerSql}`
  return revoke(
    tx,
    org,
    by,
    sql`created_at <= ${madeUpTo}
      and (invited_user_id = ${userId} or invited_user_id is null and email = (${theirAddress}))`,
  )
}

/** Senders of invites, with the authority that they still have. */
export interface Senders {
  person?: { id: string; authority: Authority }
  tokens: readonly TokenLeft[]
}

/**
 * Revokes the pending invites that grant roles which their senders may not grant any more. Whoever resent an invite is a
 * sender too.
 * @param madeUpTo when they lost the authority. A later invite was made with rights that they have.
 * @returns how many were revoked. If INVITES_AT_ONCE, there may be more.
 */
export async function revokeInvitesBeyond(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  { person, tokens }: Senders,
  madeUpTo: Date = org.now,
): Promise<number> {
  const conditions = [
    ...(person ? grantsBeyond('org_invite', [person], sql`invited_by_id`, 'INVITE_CREATE') : []),
    ...(person ? grantsBeyond('org_invite', [person], sql`resent_by_id`, 'INVITE_RESEND') : []),
    ...grantsBeyond('org_invite', tokens, sql`invited_by_token_id`, 'INVITE_CREATE'),
    ...grantsBeyond('org_invite', tokens, sql`resent_by_token_id`, 'INVITE_RESEND'),
  ]
  if (conditions.length === 0) return 0
  return revoke(tx, org, by, sql`created_at <= ${madeUpTo} and (${join(conditions, ' or ')})`)
}

/** Revokes the pending invites of all revoked tokens. */
export async function revokeInvitesOfRevokedTokens(tx: Tx, org: LockedOrg, by: EventActor): Promise<number> {
  return revoke(
    tx,
    org,
    by,
    sql`exists (
      select from api_token
      where api_token.id in (org_invite.invited_by_token_id, org_invite.resent_by_token_id)
        and api_token.revoked_at is not null
    )`,
  )
}

function revoke(tx: Tx, org: LockedOrg, by: EventActor, which: Sql): Promise<number> {
  return endInvites(tx, org, 'REVOKED', by, which, INVITES_AT_ONCE)
}

type GrantingTable = 'org_invite' | 'org_invite_link'

/** Whether the row grants an app role that needs one of these ranks. */
const appRolesNeed = (table: GrantingTable, ranks: OrgRoleName[]): Sql => sql`
  app_roles <> '{}' and exists (
    select from app_role where app_role.key = any(${raw(table)}.app_roles)
      and app_role.assignable_by = any(${ranks}::"OrgRoleName"[])
  )
`

/**
 * Conditions for invites or links with a role or an app role that their sender may not grant. Senders with the same rights
 * share one.
 */
export function grantsBeyond(
  table: GrantingTable,
  senders: ReadonlyArray<{ id: string; authority: Authority }>,
  column: Sql,
  permission: Permission,
): Sql[] {
  const alike = new Map<string, { roles: OrgRoleName[]; ids: string[] }>()
  for (const { id, authority } of senders) {
    const roles = rolesByRank.filter((role) => !mayActOn(authority, permission, [role]))
    const others = alike.get(roles.join())
    if (others) others.ids.push(id)
    else if (roles.length > 0) alike.set(roles.join(), { roles, ids: [id] })
  }
  return [...alike.values()].map(
    ({ roles, ids }) =>
      sql`${column} = any(${ids}::uuid[]) and (roles && ${roles} or ${appRolesNeed(table, roles)})`,
  )
}
