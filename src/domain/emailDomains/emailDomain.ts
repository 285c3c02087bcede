import sql from 'sql-template-tag'
import type { EmailDomainStatus } from '../../generated/prisma/enums.js'
import { Refusal } from '../core/refusal.js'
import type { Domain } from '../users/domain.js'
import type { DnsChallenge } from './dnsProof.js'

/** A domain bound to an org, as operations read it. */
export interface OrgEmailDomain {
  id: string
  orgId: string
  domain: Domain
  status: EmailDomainStatus
  /** The secret part of the DNS record that proves control. */
  challenge: string
  createdAt: Date
}

export const emailDomainColumns = sql`
  org_email_domain.id, org_email_domain.org_id, org_email_domain.domain, org_email_domain.status,
  org_email_domain.challenge, org_email_domain.created_at
`

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
