import sql, { empty, raw, type Sql } from 'sql-template-tag'
import { allOf } from '../../database/transaction.js'
import type { OrgRoleName, Permission } from '../../generated/prisma/enums.js'
import type { EventActor } from './actor.js'
import { emailOwnerSql } from './emailOwnerSql.js'
import { revokeSome, type SomeInvites } from './endInvites.js'
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
  const before = sql`created_at <= ${madeUpTo}`
  return revokeSome(
    tx,
    org,
    by,
    [
      { found: sql`invited_user_id = ${userId}`, which: before },
      { found: sql`email = (${theirAddress})`, which: sql`${before} and invited_user_id is null` },
    ],
    INVITES_AT_ONCE,
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
  const people = person ? [person] : []
  const some = [
    ...sentBeyond(people, sql`invited_by_id`, 'INVITE_CREATE'),
    ...sentBeyond(people, sql`resent_by_id`, 'INVITE_RESEND'),
    ...sentBeyond(tokens, sql`invited_by_token_id`, 'INVITE_CREATE'),
    ...sentBeyond(tokens, sql`resent_by_token_id`, 'INVITE_RESEND'),
  ].map(({ found, which }) => ({ found, which: sql`created_at <= ${madeUpTo} and ${which}` }))
  return some.length === 0 ? 0 : revokeSome(tx, org, by, some, INVITES_AT_ONCE)
}

/** Revokes the pending invites that these revoked tokens sent or resent. */
export async function revokeInvitesOfTokens(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  ids: readonly string[],
): Promise<number> {
  if (ids.length === 0) return 0
  const sent = (column: Sql) => ({ found: sql`${column} = any(${ids}::uuid[])`, which: sql`true` })
  const some = [sent(sql`invited_by_token_id`), sent(sql`resent_by_token_id`)]
  return revokeSome(tx, org, by, some, INVITES_AT_ONCE)
}

/**
 * The ids of the revoked tokens that sent or resent an org's pending invites. One index entry is read for each token. While
 * PostgreSQL's statistics say that hardly any invite is pending, it would read and sort all of them for each token instead.
 * So sorting is turned off for the rest of the transaction.
 */
export async function readRevokedSenders(tx: Tx, orgId: string): Promise<string[]> {
  await tx.query(sql`set local enable_sort = off`)
  const [invitedBy, resentBy] = await allOf(
    [sql`invited_by_token_id`, sql`resent_by_token_id`].map((column) =>
      tx.query<{ id: string }>(revokedAmong(orgId, column)),
    ),
  )
  return [...new Set([...(invitedBy ?? []), ...(resentBy ?? [])].map(({ id }) => id))]
}

const revokedAmong = (orgId: string, column: Sql): Sql => {
  const next = (after: Sql) => sql`
    select ${column} from org_invite
    where org_id = ${orgId} and status = 'PENDING' and ${column} is not null ${after}
    order by ${column} limit 1
  `
  return sql`
    with recursive senders(id) as (
      (${next(empty)})
      union all
      select (${next(sql`and ${column} > senders.id`)}) from senders where senders.id is not null
    )
    select api_token.id from senders join api_token on api_token.id = senders.id where api_token.revoked_at is not null
  `
}

type GrantingTable = 'org_invite' | 'org_invite_link'

/** Whether the row grants an app role that needs one of these ranks. */
const appRolesNeed = (table: GrantingTable, ranks: OrgRoleName[]): Sql => sql`
  app_roles <> '{}' and exists (
    select from app_role where app_role.key = any(${raw(table)}.app_roles)
      and app_role.assignable_by = any(${ranks}::"OrgRoleName"[])
  )
`

/** Conditions for links with a role or an app role that their maker may not grant. Makers with the same rights share one. */
export const madeBeyond = (senders: readonly Sender[], column: Sql, permission: Permission): Sql[] =>
  grantedBeyond(senders, permission).map(
    ({ roles, ids }) =>
      sql`${column} = any(${ids}::uuid[]) and (roles && ${roles} or ${appRolesNeed('org_invite_link', roles)})`,
  )

/** The same for invites. If their sender may still grant USER, then those that grant no more have an index without them. */
const sentBeyond = (senders: readonly Sender[], column: Sql, permission: Permission): SomeInvites[] =>
  grantedBeyond(senders, permission).map(({ roles, ids }) => ({
    found: sql`${column} = any(${ids}::uuid[]) ${roles.includes('USER') ? empty : sql`and ${aboveUser}`}`,
    which: sql`(roles && ${roles} or ${appRolesNeed('org_invite', roles)})`,
  }))

/** The condition of the partial index that holds only invites which grant more than USER. */
const aboveUser = sql`(roles && '{ADMIN,OWNER}' or app_roles <> '{}')`

interface Sender {
  id: string
  authority: Authority
}

/** The roles that senders may not grant. */
function grantedBeyond(
  senders: readonly Sender[],
  permission: Permission,
): Array<{ roles: OrgRoleName[]; ids: string[] }> {
  const alike = new Map<string, { roles: OrgRoleName[]; ids: string[] }>()
  for (const { id, authority } of senders) {
    const roles = rolesByRank.filter((role) => !mayActOn(authority, permission, [role]))
    const others = alike.get(roles.join())
    if (others) others.ids.push(id)
    else if (roles.length > 0) alike.set(roles.join(), { roles, ids: [id] })
  }
  return [...alike.values()]
}
