import sql, { type Sql } from 'sql-template-tag'
import type { IdSql } from '../../database/database.js'
import { orgColumns } from './org.js'
import { NotFoundError } from './refusal.js'
import type { LockedOrg, Tx } from './transact.js'

/**
 * Locks the org's row until the transaction ends. Every change of an org, its members or its invites does so. The lock
 * numbers events in commit order without gaps, and it keeps rules over several rows true (last owner, seats) between
 * the check and the write. Later statements see everything that was committed before the lock was taken.
 * @throws {NotFoundError} if there is no such org
 */
export async function lockOrg(tx: Tx, orgId: IdSql): Promise<LockedOrg> {
  const org = await lockOrgIfThere(tx, orgId)
  if (!org) throw new NotFoundError()
  return org
}

/** `lockOrg` for callers that can go on without the org. Null if there is none. */
export async function lockOrgIfThere(tx: Tx, orgId: IdSql): Promise<LockedOrg | null> {
  const [org] = await tx.lock<LockedOrg>(orgId, lockedOrgs(sql`id = ${orgId} for no key update`))
  return org ?? null
}

/**
 * Locks several orgs, in the order of their ids, so that two such transactions never wait for each other. They all get the
 * time after the last lock.
 */
export async function lockOrgs(tx: Tx, orgIds: readonly string[]): Promise<LockedOrg[]> {
  if (orgIds.length === 0) return []
  const orgs = await tx.query<LockedOrg>(
    lockedOrgs(sql`id = any(${orgIds}::uuid[]) order by id for no key update`),
  )
  const now = new Date(Math.max(...orgs.map((org) => org.now.getTime())))
  return orgs.map((org) => ({ ...org, now }))
}

/** Locks the orgs among these that no other transaction has locked. */
export function lockFreeOrgs(tx: Tx, orgIds: readonly string[]): Promise<LockedOrg[]> {
  return tx.query(lockedOrgs(sql`id = any(${orgIds}::uuid[]) for no key update skip locked`))
}

function lockedOrgs(which: Sql): Sql {
  // The clock is read outside of the locking subquery: after the wait for the lock, not before it.
  return sql`
    with locked as materialized (
      select ${orgColumns}
      from org where ${which}
    )
    select locked.*, date_trunc('milliseconds', clock_timestamp()) as now from locked
  `
}
