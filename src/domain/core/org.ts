import { columnsOf, type Row } from '../../database/rows.js'
import type { OrgName } from './orgName.js'
import { OrgNotActiveError, Refusal } from './refusal.js'

/** An org as an operation holds it: locked, so that nothing of it changes until the transaction ends. */
export type Org = Row<'Org', { name: OrgName }>

export const orgColumns = columnsOf('Org')

/** An org under its row's lock, taken by `lockOrg`. */
export interface LockedOrg extends Org {
  /** The database's clock, read after the lock was had: the time of everything done under it (ms). */
  now: Date
}

/** @throws {OrgNotActiveError} unless the org is ACTIVE: nothing is added to or changed in another */
export function requireActive(org: Org): void {
  if (org.status !== 'ACTIVE') throw new OrgNotActiveError(org.status)
}

export class OrgNameTakenError extends Refusal {
  constructor() {
    super('Another org has this name already. Names differ by more than case.')
  }
}

/** Kinds of things that an org can own, at most. */
export const MAX_RESOURCE_KINDS = 100

export interface OrgResource {
  kind: string
  count: number
}

export class OrgHasResourcesError extends Refusal {
  constructor(readonly resources: OrgResource[]) {
    super(
      `The org still owns ${resources.map(({ kind, count }) => `${count} ${kind}`).join(', ')}: remove them first.`,
    )
  }
}
