import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { errorCode } from '../../lib/errorCode.js'
import { expireDue } from '../core/endInvites.js'
import { lockFreeOrgs, lockOrgIfThere } from '../core/lockOrg.js'
import type { Transact } from '../core/transact.js'

/** The most invites that one transaction ends, so that their orgs are not locked for long. */
const INVITES_AT_ONCE = 500
/** How long a round waits for an org that another transaction has locked, ms. The next round waits again. */
const WAIT_FOR_ORG_MS = 300
const WAITING_AT_ONCE = 4
/** SQLSTATE of a lock that was not taken in time. */
const LOCK_NOT_AVAILABLE = '55P03'
/** The longest time between two rounds, ms. An invite that was made in between may expire so much later. */
export const NEXT_ROUND_WITHIN_MS = 1_000

/** The ids of the orgs whose invites could not be expired, each with its error. */
export type FailedOrgs = ReadonlyMap<string, unknown>

/**
 * Ends every invite whose time is over, each with its event, the oldest expiry first and in batches over many orgs.
 * Several servers may do so at once: because of the org's lock only one of them ends an invite. An org that another
 * transaction has locked comes last, so that no other org waits for it. If a batch fails, it is made smaller until the
 * org that causes the error is alone. That org is left to a later round.
 * @throws if the list of expired invites can't be read
 */
export async function expireOrgInvites(transact: Transact, database: Queryable): Promise<FailedOrgs> {
  const held = new Set<string>()
  const failed = new Map<string, unknown>()
  for (let atOnce = INVITES_AT_ONCE; ; ) {
    const due = await orgsDue(database, [...held, ...failed.keys()], atOnce)
    const [first] = due
    if (first === undefined) break
    try {
      for (const orgId of await expireFree(transact, due)) held.add(orgId)
      atOnce = Math.min(2 * atOnce, INVITES_AT_ONCE)
    } catch (error) {
      if (due.length === 1) failed.set(first, error)
      atOnce = Math.ceil(due.length / 2)
    }
  }
  const waiting = held.values()
  const worker = async () => {
    for (const orgId of waiting)
      await expireHeld(transact, orgId).catch((error: unknown) => failed.set(orgId, error))
  }
  await Promise.all(Array.from({ length: WAITING_AT_ONCE }, worker))
  return failed
}

/**
 * Ends a batch in the orgs that are not locked.
 * @returns the locked orgs
 */
function expireFree(transact: Transact, orgIds: string[]): Promise<string[]> {
  return transact(async (tx) => {
    const free = await lockFreeOrgs(tx, orgIds)
    if (free.length > 0) await expireDue(tx, free, INVITES_AT_ONCE)
    const locked = new Set(free.map(({ id }) => id))
    return orgIds.filter((orgId) => !locked.has(orgId))
  })
}

/** The orgs of the invites that expired first, `atOnce` invites at most, without some orgs. */
async function orgsDue(database: Queryable, without: string[], atOnce: number): Promise<string[]> {
  // The time when the statement began, because an index can't be searched by a clock that runs on.
  const orgs = await database.query<{ orgId: string }>(sql`
    select distinct org_id from (
      select org_id from org_invite
      where status = 'PENDING' and expires_at <= statement_timestamp() and org_id <> all(${without}::uuid[])
      order by expires_at limit ${atOnce}
    ) due
  `)
  return orgs.map(({ orgId }) => orgId)
}

/** Waits for the org's lock, so that an org that is always locked is served too. */
async function expireHeld(transact: Transact, orgId: string): Promise<void> {
  try {
    await transact(async (tx) => {
      await tx.query(sql`select set_config('lock_timeout', ${String(WAIT_FOR_ORG_MS)}, true)`)
      const org = await lockOrgIfThere(tx, orgId)
      if (org) await expireDue(tx, [org], INVITES_AT_ONCE)
    })
  } catch (error) {
    if (errorCode(error) !== LOCK_NOT_AVAILABLE) throw error
  }
}

/** The time of the next round by the database's clock: when the next invite expires, or soon. */
export async function nextExpiryRound(database: Queryable): Promise<Date> {
  const [next] = await database.query<{ at: Date }>(sql`
    select least(min(expires_at), clock_timestamp() + ${NEXT_ROUND_WITHIN_MS} * interval '1 ms') as at
    from org_invite where status = 'PENDING'
  `)
  if (!next) throw new Error('an aggregate returned no row')
  return next.at
}
