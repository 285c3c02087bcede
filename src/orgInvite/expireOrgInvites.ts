import sql from 'sql-template-tag'
import { lockOrgIfThere } from '../org/lockOrg.js'
import type { Queryable } from '../platform/database.js'
import type { Transact } from '../transact.js'
import { expireDue } from './endInvites.js'

const ORGS_AT_ONCE = 100
/** Ended in one transaction at most: their org's lock is held no longer than that takes. */
const INVITES_AT_ONCE = 500

/**
 * Ends every invite whose time has run out, org by org and in bounded batches, each with its event. Several
 * servers may do so at once: the org's lock lets one of them end an invite, and the other finds it ended.
 */
export async function expireOrgInvites(transact: Transact, database: Queryable): Promise<void> {
  for (;;) {
    const orgs = await database.query<{ orgId: string }>(sql`
      select distinct org_id from org_invite
      where status = 'PENDING' and expires_at <= clock_timestamp() limit ${ORGS_AT_ONCE}
    `)
    if (orgs.length === 0) return
    for (const { orgId } of orgs) await expireInOrg(transact, orgId)
  }
}

async function expireInOrg(transact: Transact, orgId: string): Promise<void> {
  for (;;) {
    const ended = await transact(async (tx) => {
      const org = await lockOrgIfThere(tx, orgId)
      return org ? expireDue(tx, org, INVITES_AT_ONCE) : []
    })
    if (ended.length < INVITES_AT_ONCE) return
  }
}

/** When the next invite runs out, or `latestMs` from now where that is sooner: by the database's clock, as all of it. */
export async function nextExpiry(database: Queryable, latestMs: number): Promise<Date | undefined> {
  const [next] = await database.query<{ at: Date }>(sql`
    select least(min(expires_at), clock_timestamp() + ${latestMs} * interval '1 millisecond') as at
    from org_invite where status = 'PENDING'
  `)
  return next?.at
}
