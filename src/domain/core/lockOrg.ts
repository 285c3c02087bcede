import sql, { type Sql } from 'sql-template-tag'
import type { IdSql } from '../../database/database.js'
import { orgColumns } from './org.js'
import { NotFoundError } from './refusal.js'
import type { LockedOrg, Tx } from './transact.js'

/**
 * Takes the org's row, which every change of the org, its members and its invites holds until it commits:
 * so its events are numbered in commit order without a gap, and rules over several rows (last owner, seats)
 * can be read and then kept. Statements after this one see all that was committed before the lock was had.
 * @throws {NotFoundError} where there is no such org
 */
export async function lockOrg(tx: Tx, orgId: IdSql): Promise<LockedOrg> {
  const org = await lockOrgIfThere(tx, orgId)
  if (!org) throw new NotFoundError()
  return org
}

/** As `lockOrg`, for what can go on without the org: null where there is none. */
export async function lockOrgIfThere(tx: Tx, orgId: IdSql): Promise<LockedOrg | null> {
  const [org] = await tx.lock<LockedOrg>(orgId, lockedOrgs(sql`id = ${orgId} for no key update`))
  return org ?? null
}

/** Takes those of several orgs that nobody else holds at the moment. */
export function lockFreeOrgs(tx: Tx, orgIds: readonly string[]): Promise<LockedOrg[]> {
  return tx.query(lockedOrgs(sql`id = any(${orgIds}::uuid[]) for no key update skip locked`))
}

function lockedOrgs(which: Sql): Sql {
  // The clock is read outside the locking subquery, so after the wait and not before it.
  return sql`
    with locked as materialized (
      select ${orgColumns}
      from org where ${which}
    )
    select locked.*, date_trunc('milliseconds', clock_timestamp()) as now from locked
  `
}
