import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { holdsAppRoleSql } from '../core/appRole.js'
import { endInvites } from '../core/endInvites.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import { INVITES_AT_ONCE } from '../core/revokeInvites.js'
import type { Jobs, LockedOrg, Transact, Tx } from '../core/transact.js'
import { hasLostSource, readInvitesAndSources } from '../invites/inviteSource.js'

/**
 * Revokes the pending invites that grant an app role and whose senders are below the rank that it needs now. It works
 * org by org and in batches, each with its own transaction. An operation that locks app roles has locked its org before,
 * so `upsertAppRole` itself must not lock orgs.
 */
export async function revokeInvitesOfAppRole(
  transact: Transact,
  database: Queryable,
  { key, actorTokenId }: Jobs['revokeInvitesOfAppRole'],
): Promise<void> {
  const holds = sql`status = 'PENDING' and ${holdsAppRoleSql(sql`app_roles`, key)}`
  const orgs = await database.query<{ orgId: string }>(
    sql`select distinct org_id from org_invite where ${holds}`,
  )
  for (const { orgId } of orgs) {
    let after: string | undefined = FIRST
    while (after !== undefined) {
      const from: string = after
      after = await transact(async (tx) => {
        const org = await lockOrgIfThere(tx, orgId)
        return org ? revokeSome(tx, org, from) : undefined
      })
    }
  }

  /** @returns the last invite that was looked at, if there may be more */
  async function revokeSome(tx: Tx, org: LockedOrg, after: string): Promise<string | undefined> {
    const read = await readInvitesAndSources(
      tx,
      sql`org_id = ${org.id} and ${holds} and id > ${after} order by id limit ${INVITES_AT_ONCE}`,
    )
    const lost: string[] = []
    for (const { invite, source } of read) if (await hasLostSource(tx, invite, source)) lost.push(invite.id)
    const by = { userId: null, apiTokenId: actorTokenId }
    if (lost.length > 0) await endInvites(tx, org, 'REVOKED', by, sql`id = any(${lost}::uuid[])`)
    return read.length < INVITES_AT_ONCE ? undefined : read.at(-1)?.invite.id
  }
}

/** Before every id. */
const FIRST = '00000000-0000-0000-0000-000000000000'
