import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { errorCode } from '../../lib/errorCode.js'
import { lockFreeOrgs, lockOrgIfThere } from '../core/lockOrg.js'
import type { Transact } from '../core/transact.js'
import { expireDue } from './endInvites.js'

/** Ended in one transaction at most: their orgs' locks are held no longer than that takes. */
const INVITES_AT_ONCE = 500
/** How long a round waits for an org that somebody else holds, ms; the next round waits for it again. */
const WAIT_FOR_ORG_MS = 300
const WAITING_AT_ONCE = 4
/** SQLSTATE of a lock that wasn't had in time. */
const LOCK_NOT_AVAILABLE = '55P03'
/** The longest that a round is put off, ms: so much later an invite made since may run out. */
export const NEXT_ROUND_WITHIN_MS = 1_000

/** Orgs whose invites couldn't be ended, each with its error. */
export type Unended = ReadonlyMap<string, unknown>

/**
 * Ends every invite whose time has run out, the longest first and in bounded batches over many orgs, each
 * with its event. Several servers may do so at once: the org's lock lets one of them end an invite, and the
 * other finds it ended. An org that is held by somebody comes last, and keeps no other waiting. A batch that
 * fails is made smaller, until the org that is the reason is alone: it is left to a later round.
 * @throws where it can't even be read what is due
 */
export async function expireOrgInvites(transact: Transact, database: Queryable): Promise<Unended> {
  const held = new Set<string>()
  const unended = new Map<string, unknown>()
  for (let atOnce = INVITES_AT_ONCE; ; ) {
    const due = await orgsDue(database, [...held, ...unended.keys()], atOnce)
    const [first] = due
    if (first === undefined) break
    try {
      for (const orgId of await expireFree(transact, due)) held.add(orgId)
      atOnce = Math.min(2 * atOnce, INVITES_AT_ONCE)
    } catch (error) {
      if (due.length === 1) unended.set(first, error)
      atOnce = Math.ceil(due.length / 2)
    }
  }
  const waiting = held.values()
  const lane = async () => {
    for (const orgId of waiting)
      await expireHeld(transact, orgId).catch((error: unknown) => unended.set(orgId, error))
  }
  await Promise.all(Array.from({ length: WAITING_AT_ONCE }, lane))
  return unended
}

/**
 * Ends a batch in those of some orgs that are free.
 * @returns the others
 */
function expireFree(transact: Transact, orgIds: string[]): Promise<string[]> {
  return transact(async (tx) => {
    const free = await lockFreeOrgs(tx, orgIds)
    if (free.length > 0) await expireDue(tx, free, INVITES_AT_ONCE)
    const locked = new Set(free.map(({ id }) => id))
    return orgIds.filter((orgId) => !locked.has(orgId))
  })
}

/** Orgs of so many invites that are next, less some. */
async function orgsDue(database: Queryable, without: string[], atOnce: number): Promise<string[]> {
  // By the time at which the statement begins, for an index can't be searched by a clock that runs on.
  const orgs = await database.query<{ orgId: string }>(sql`
    select distinct org_id from (
      select org_id from org_invite
      where status = 'PENDING' and expires_at <= statement_timestamp() and org_id <> all(${without}::uuid[])
      order by expires_at limit ${atOnce}
    ) due
  `)
  return orgs.map(({ orgId }) => orgId)
}

/** In turn with whoever holds the org, so that one which is never free has its turn too. */
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

/** When to look again, by the database's clock: when the next invite runs out, or soon. */
export async function nextExpiryRound(database: Queryable): Promise<Date> {
  const [next] = await database.query<{ at: Date }>(sql`
    select least(min(expires_at), clock_timestamp() + ${NEXT_ROUND_WITHIN_MS} * interval '1 ms') as at
    from org_invite where status = 'PENDING'
  `)
  if (!next) throw new Error('an aggregate returned no row')
  return next.at
}
