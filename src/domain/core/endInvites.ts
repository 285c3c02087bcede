import sql, { join, type Sql } from 'sql-template-tag'
import { columnsOf, type Row } from '../../database/rows.js'
import { type EventActor, theServer } from './actor.js'
import type { LockedOrg, Tx } from './transact.js'

type EndedInvite = Row<'OrgInvite'>

const endedColumns = columnsOf('OrgInvite')

/** How a pending invite ends without an answer. */
const endings = {
  EXPIRED: { resolvedAt: sql`expires_at`, due: sql`expires_at <=` },
  REVOKED: { resolvedAt: null, due: sql`expires_at >` },
} as const

/**
 * Ends the pending invites of a locked org that match a condition, each with its event. An invite whose time is over can
 * only expire, and any other can only be revoked, whatever the condition says.
 * @returns how many were ended
 */
export async function endInvites(
  tx: Tx,
  org: LockedOrg,
  status: keyof typeof endings,
  by: EventActor,
  which: Sql,
): Promise<number> {
  const { due, resolvedAt } = endings[status]
  const ended = await tx.query<EndedInvite>(sql`
    update org_invite set status = ${status}::"OrgInviteStatus", resolved_at = ${resolvedAt ?? sql`${org.now}`}
    where org_id = ${org.id} and status = 'PENDING' and ${due} ${org.now} and ${which}
    returning ${endedColumns}
  `)
  return recordEnds(tx, new Map([[org.id, org]]), status, by, ended)
}

/** Some of an org's pending invites: what one index finds, and what must be true of those. */
export interface SomeInvites {
  found: Sql
  which: Sql
}

/**
 * Revokes pending invites of a locked org, each with its event. Each of `some` is read from its own index: joined by an OR,
 * all pending invites of the org would be read. `offset 0` forces this plan, whatever PostgreSQL assumes of an average org.
 * @param limit the most invites to revoke
 * @returns how many were revoked
 */
export async function revokeSome(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  some: readonly SomeInvites[],
  limit: number,
): Promise<number> {
  const parts = some.map(
    ({ found, which }) => sql`(
      select id from (
        select * from org_invite where org_id = ${org.id} and status = 'PENDING' and ${found} offset 0
      ) org_invite
      where ${endings.REVOKED.due} ${org.now} and ${which} limit ${limit}
    )`,
  )
  const revoked = await tx.query<EndedInvite>(sql`
    with picked as materialized (select id from (${join(parts, ' union ')}) found limit ${limit})
    update org_invite set status = 'REVOKED', resolved_at = ${org.now}
    from picked where org_invite.id = picked.id
    returning ${endedColumns}
  `)
  return recordEnds(tx, new Map([[org.id, org]]), 'REVOKED', by, revoked)
}

/**
 * Revokes the pending invites of locked orgs that match a condition, and erases the address from them. From those whose
 * time is over it only erases the address.
 */
export async function revokeAndErase(
  tx: Tx,
  orgs: readonly LockedOrg[],
  by: EventActor,
  which: Sql,
): Promise<void> {
  const [first] = orgs
  if (!first) return
  const byId = new Map(orgs.map((org) => [org.id, org]))
  const pending = sql`org_id = any(${[...byId.keys()]}::uuid[]) and status = 'PENDING' and ${which}`
  const ended = await tx.query<EndedInvite>(sql`
    update org_invite set status = 'REVOKED', resolved_at = ${first.now}, email = null
    where ${pending} and expires_at > ${first.now}
    returning ${endedColumns}
  `)
  tx.write(sql`update org_invite set email = null where ${pending}`)
  recordEnds(tx, byId, 'REVOKED', by, ended)
}

/** Ends at most `limit` invites of locked orgs whose time is over, the oldest expiry first. Returns how many. */
export async function expireDue(tx: Tx, orgs: readonly LockedOrg[], limit: number): Promise<number> {
  const now = new Date(Math.min(...orgs.map((org) => org.now.getTime())))
  const byId = new Map(orgs.map((org) => [org.id, org]))
  // Selected first and joined by id, so that a plan for few rows is good for many too.
  const ended = await tx.query<EndedInvite>(sql`
    with due as materialized (
      select id from org_invite
      where org_id = any(${[...byId.keys()]}::uuid[]) and status = 'PENDING' and expires_at <= ${now}
      order by expires_at limit ${limit}
    )
    update org_invite set status = 'EXPIRED', resolved_at = expires_at
    from due where org_invite.id = due.id
    returning ${endedColumns}
  `)
  return recordEnds(tx, byId, 'EXPIRED', theServer, ended)
}

function recordEnds(
  tx: Tx,
  orgs: ReadonlyMap<string, LockedOrg>,
  type: keyof typeof endings,
  by: EventActor,
  ended: EndedInvite[],
): number {
  ended.sort(
    (one, other) => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1),
  )
  for (const invite of ended) {
    const org = orgs.get(invite.orgId)
    if (org) tx.record(org, by, { kind: 'INVITE', type, invite, previousStatus: 'PENDING' })
  }
  return ended.length
}
