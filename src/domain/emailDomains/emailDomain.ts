import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { columnsOf, type Row } from '../../database/rows.js'
import { Refusal } from '../core/refusal.js'
import type { Domain } from '../users/domain.js'
import type { DnsChallenge } from './dnsProof.js'

/** A domain bound to an org, as operations read it. */
export type OrgEmailDomain = Row<'OrgEmailDomain', { domain: Domain }>

export const emailDomainColumns = columnsOf('OrgEmailDomain')

/** A domain that an org has bound, or null. */
export async function boundDomain(
  db: Queryable,
  orgId: string | null,
  domain: Domain,
): Promise<OrgEmailDomain | null> {
  const [bound] = await db.query<OrgEmailDomain>(sql`
    select ${emailDomainColumns} from org_email_domain where org_id = ${orgId} and domain = ${domain}
  `)
  return bound ?? null
}

export class EmailDomainTakenError extends Refusal {
  constructor() {
    super('Another org has proven that this domain is theirs.')
  }
}

export class EmailDomainNotAllowedError extends Refusal {
  constructor() {
    super('Anybody can have an address in this domain, so no org can bind it.')
  }
}

export class EmailDomainNotVerifiedError extends Refusal {
  constructor(readonly challenge: DnsChallenge) {
    super(
      `There is no TXT record ${challenge.recordName} with the challenge's value yet. DNS can take a while.`,
    )
  }
}
