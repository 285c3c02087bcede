import sql, { type Sql } from 'sql-template-tag'
import type { OrgInviteStatus } from '../generated/prisma/enums.js'
import type { LockedOrg, Tx } from '../transact.js'
import { type OrgInvite, orgInviteColumns } from './orgInvite.js'

/** How a pending invite ends without its invitee. */
const endings = {
  EXPIRED: { resolvedAt: sql`expires_at`, due: sql`expires_at <=` },
  REVOKED: { resolvedAt: null, due: sql`expires_at >` },
} as const

/**
 * Ends the pending invites of a locked org that a condition picks, each with its event. What has passed its
 * time can only expire and what has not only be revoked, whatever the condition says.
 */
export async function endInvites(
  tx: Tx,
  org: LockedOrg,
  status: keyof typeof endings,
  actorId: string | null,
  which: Sql,
): Promise<OrgInvite[]> {
  const { due, resolvedAt } = endings[status]
  const ended = await tx.query<OrgInvite>(sql`
    update org_invite set status = ${status}::"OrgInviteStatus", resolved_at = ${resolvedAt ?? sql`${org.now}`}
    where org_id = ${org.id} and status = 'PENDING' and ${due} ${org.now} and ${which}
    returning ${orgInviteColumns}
  `)
  ended.sort(
    (one, other) => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1),
  )
  for (const invite of ended)
    tx.record(org, actorId, { kind: 'INVITE', type: status, invite, previousStatus: 'PENDING' })
  return ended
}

/** Ends at most `limit` of the org's invites that are past their time. */
export function expireDue(tx: Tx, org: LockedOrg, limit: number): Promise<OrgInvite[]> {
  return endInvites(
    tx,
    org,
    'EXPIRED',
    null,
    sql`id in (
      select id from org_invite
      where org_id = ${org.id} and status = 'PENDING' and expires_at <= ${org.now}
      order by expires_at limit ${limit}
    )`,
  )
}

/** Ends one invite by its invitee's or an admin's act; the org's lock and the checks came before. */
export async function resolveInvite(
  tx: Tx,
  org: LockedOrg,
  invite: OrgInvite,
  status: Exclude<OrgInviteStatus, 'PENDING' | 'EXPIRED'>,
  actorId: string | null,
): Promise<OrgInvite> {
  const [resolved] = await tx.query<OrgInvite>(sql`
    update org_invite set status = ${status}::"OrgInviteStatus", resolved_at = ${org.now}
    where id = ${invite.id} and status = 'PENDING'
    returning ${orgInviteColumns}
  `)
  if (!resolved) throw new Error(`invite ${invite.id} changed under its org's lock`)
  tx.record(org, actorId, { kind: 'INVITE', type: status, invite: resolved, previousStatus: 'PENDING' })
  return resolved
}
