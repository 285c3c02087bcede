import sql, { join, type Sql } from 'sql-template-tag'
import type { Row } from '../../database/rows.js'
import type { EventActor } from './actor.js'
import { madeBeyond, type Senders } from './revokeInvites.js'
import type { LockedOrg, Tx } from './transact.js'

/*
 * Revokes the invite links whose makers have lost the right to make them. An org has few active links, so an operation
 * revokes all of them at once.
 */

/** Whether a row of org_invite_link is ACTIVE. Its partial indexes need the first two conditions. */
export function activeLinkSql(now: Date | Sql): Sql {
  return sql`revoked_at is null and not used_up and expires_at > ${now}`
}

/** `revokeInvitesBeyond` for links. */
export async function revokeLinksBeyond(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  { person, tokens }: Senders,
  madeUpTo: Date = org.now,
): Promise<void> {
  const conditions = [
    ...(person ? madeBeyond([person], sql`created_by_id`, 'INVITE_CREATE') : []),
    ...madeBeyond(tokens, sql`created_by_token_id`, 'INVITE_CREATE'),
  ]
  if (conditions.length === 0) return
  await revokeLinks(tx, org, by, sql`created_at <= ${madeUpTo} and (${join(conditions, ' or ')})`)
}

/** Revokes the active links that revoked tokens made. */
export function revokeLinksOfRevokedTokens(tx: Tx, org: LockedOrg, by: EventActor): Promise<void> {
  return revokeLinks(
    tx,
    org,
    by,
    sql`exists (
      select from api_token
      where api_token.id = org_invite_link.created_by_token_id and api_token.revoked_at is not null
    )`,
  )
}

/** Revokes the active links of a locked org that match a condition, each with its event. */
export async function revokeLinks(tx: Tx, org: LockedOrg, by: EventActor, which: Sql): Promise<void> {
  const revoked = await tx.query<RevokedLink>(sql`
    update org_invite_link set revoked_at = ${org.now}
    where org_id = ${org.id} and ${activeLinkSql(org.now)} and ${which}
    returning ${revokedColumns}
  `)
  revoked.sort(
    (one, other) => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1),
  )
  for (const link of revoked) recordLinkRevoked(tx, org, by, link)
}

type RevokedLink = Pick<Row<'OrgInviteLink'>, 'id' | 'createdAt'>

const revokedColumns = sql`org_invite_link.id, org_invite_link.created_at`

export function recordLinkRevoked(tx: Tx, org: LockedOrg, by: EventActor, { id }: { id: string }): void {
  tx.record(org, by, {
    kind: 'CHANGE',
    type: 'INVITE_LINK_REVOKED',
    summary: 'An invite link was revoked.',
    subjectId: id,
  })
}
