import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { holdsAppRoleSql } from '../core/appRole.js'
import { endInvites } from '../core/endInvites.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import { INVITES_AT_ONCE } from '../core/revokeInvites.js'
import { revokeLinks } from '../core/revokeLinks.js'
import type { Jobs, LockedOrg, Transact, Tx } from '../core/transact.js'
import { hasLostMaker, readLinksAndSources } from '../inviteLinks/linkSource.js'
import { hasLostSource, readInvitesAndSources } from '../invites/inviteSource.js'

/**
 * Revokes the pending invites and active links that grant an app role and whose makers are below the rank that it needs now. It works
 * org by org and in batches, each with its own transaction. An operation that locks app roles has locked its org before,
 * so `upsertAppRole` itself must not lock orgs.
 */
export async function revokeInvitesOfAppRole(
  transact: Transact,
  database: Queryable,
  { key, actorTokenId }: Jobs['revokeInvitesOfAppRole'],
): Promise<void> {
  const holds = sql`status = 'PENDING' and ${holdsAppRoleSql(sql`app_roles`, key)}`
  const linkHolds = sql`revoked_at is null and not used_up and ${holdsAppRoleSql(sql`app_roles`, key)}`
  const orgs = await database.query<{ orgId: string }>(
    sql`select org_id from org_invite where ${holds} union select org_id from org_invite_link where ${linkHolds}`,
  )
  const by = { userId: null, apiTokenId: actorTokenId }
  for (const { orgId } of orgs) {
    let after: string | undefined = FIRST
    while (after !== undefined) {
      const from: string = after
      after = await transact(async (tx) => {
        const org = await lockOrgIfThere(tx, orgId)
        if (!org) return undefined
        if (from === FIRST) await revokeLinksHere(tx, org)
        return revokeSome(tx, org, from)
      })
    }
  }

  async function revokeLinksHere(tx: Tx, org: LockedOrg): Promise<void> {
    const lost: string[] = []
    for (const read of await readLinksAndSources(tx, sql`org_id = ${org.id} and ${linkHolds}`))
      if (await hasLostMaker(tx, read)) lost.push(read.link.id)
    if (lost.length > 0) await revokeLinks(tx, org, by, sql`id = any(${lost}::uuid[])`)
  }

  /** @returns the last invite that was looked at, if there may be more */
  async function revokeSome(tx: Tx, org: LockedOrg, after: string): Promise<string | undefined> {
    const read = await readInvitesAndSources(
      tx,
      sql`org_id = ${org.id} and ${holds} and id > ${after} order by id limit ${INVITES_AT_ONCE}`,
    )
    const lost: string[] = []
    for (const { invite, source } of read) if (await hasLostSource(tx, invite, source)) lost.push(invite.id)
    if (lost.length > 0) await endInvites(tx, org, 'REVOKED', by, sql`id = any(${lost}::uuid[])`)
    return read.length < INVITES_AT_ONCE ? undefined : read.at(-1)?.invite.id
  }
}

/** Before every id. */
const FIRST = '00000000-0000-0000-0000-000000000000'
