import { violatedIndex } from '../../lib/errorCode.js'
import { OrgNameTakenError } from '../core/org.js'
import { Refusal } from '../core/refusal.js'

export class OrgSlugTakenError extends Refusal {
  constructor() {
    super('Another org has this slug already.')
  }
}

export class OrgExternalIdTakenError extends Refusal {
  constructor() {
    super('Another org has this external id already.')
  }
}

/** By the unique index of the org's table. */
const refusals = new Map([
  ['org_name_key_key', OrgNameTakenError],
  ['org_slug_key', OrgSlugTakenError],
  ['org_external_id_key', OrgExternalIdTakenError],
])

/** The refusal that an error of a write to an org's row means, if another org has the value. Otherwise the error itself. */
export function takenBy(error: unknown): unknown {
  const refusal = refusals.get(violatedIndex(error) ?? '')
  return refusal ? new refusal() : error
}
