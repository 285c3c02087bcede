import { columnsOf, type Row } from '../../database/rows.js'
import type { Day } from './dailyLimit.js'
import type { OrgName } from './orgName.js'
import { OrgNotActiveError, Refusal, refuseIf, type WhyNot } from './refusal.js'

/** An org as an operation reads it. It is locked, so nothing of it changes until the transaction ends. */
export type Org = Omit<Row<'Org', { name: OrgName }>, 'metadata'>

/** Without `metadata`, which can be large. */
export const orgColumns = columnsOf('Org', { except: ['metadata'] })

/** An org that `lockOrg` has locked. */
export interface LockedOrg extends Org {
  /** The database's clock after the lock was taken, to the millisecond. It is the time of everything under the lock. */
  now: Date
}

/** The invites that an org made on its day. */
export function inviteDayOf({ inviteDayStart: start, inviteDayCount: count }: Org): Day {
  return { start, count }
}

/** Only an ACTIVE org can be changed or get anything new. */
export function notActive({ status }: Pick<Org, 'status'>): WhyNot {
  return status === 'ACTIVE' ? null : () => new OrgNotActiveError(status)
}

/** @throws {OrgNotActiveError} unless the org is ACTIVE */
export function requireActive(org: Org): void {
  refuseIf(notActive(org))
}

export class OrgNameTakenError extends Refusal {
  constructor() {
    super('Another org has this name already. Names differ by more than case.')
  }
}

/** The most kinds of resources that an org can have. */
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
