import { randomBytes } from 'node:crypto'
import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { EmailDomainJoinMode } from '../../generated/prisma/enums.js'
import { errorCode, UNIQUE_VIOLATION } from '../../lib/errorCode.js'
import type { EventActor } from '../core/actor.js'
import { InvalidInputError, LimitReachedError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { type Domain, domainOf } from '../users/domain.js'
import type { PersonRow } from '../users/findPerson.js'
import {
  boundDomain,
  EmailDomainNotAllowedError,
  EmailDomainTakenError,
  emailDomainColumns,
  type OrgEmailDomain,
} from './emailDomain.js'
import { isPublicMailProvider } from './publicProviders.js'

/**
 * Binds a domain to a locked org. It is VERIFIED at once if the binder's own verified address is in it and counts as
 * proof (EMAIL_DOMAIN_PROOF), and otherwise PENDING until `verifyEmailDomain`. If it is already bound, nothing changes,
 * except that it may become VERIFIED: it keeps its join mode.
 * @param binder null for a token, which has no address
 * @param options.path the field of the caller's input that names the domain
 * @throws {InvalidInputError | EmailDomainNotAllowedError | EmailDomainTakenError | LimitReachedError}
 */
export async function bindDomainTo(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  domain: Domain | null,
  binder: PersonRow | null,
  { path, joinMode }: { path: string; joinMode: EmailDomainJoinMode },
): Promise<OrgEmailDomain> {
  if (!domain) throw new InvalidInputError([{ path, message: 'This is no domain that can be bound.' }])
  if (isPublicMailProvider(domain)) throw new EmailDomainNotAllowedError()
  if (await isTaken(tx, org, domain)) throw new EmailDomainTakenError()
  const byAddress = tx.rules.emailDomainProof === 'address'
  const own = byAddress && binder?.email != null && binder.emailVerified && domainOf(binder.email) === domain
  const bound = await bind(tx, org, by, domain, joinMode)
  return own && bound.status === 'PENDING' ? verifyDomain(tx, org, by, bound) : bound
}

/** Whether the domain is VERIFIED for another org. */
export async function isTaken(tx: Tx, org: LockedOrg, domain: Domain): Promise<boolean> {
  const [holder] = await tx.query(sql`
    select 1 from org_email_domain
    where domain = ${domain} and status = 'VERIFIED' and org_id <> ${org.id}
  `)
  return holder !== undefined
}

async function bind(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  domain: Domain,
  joinMode: EmailDomainJoinMode,
): Promise<OrgEmailDomain> {
  const bound = await boundDomain(tx, org.id, domain)
  if (bound) return bound
  const [made] = await tx.query<OrgEmailDomain>(sql`
    insert into org_email_domain (id, org_id, domain, join_mode, challenge, created_at)
    select ${uuidv7()}::uuid, ${org.id}::uuid, ${domain}::text, ${joinMode}::"EmailDomainJoinMode",
      ${randomBytes(20).toString('hex')}::text, ${org.now}::timestamptz
    where (select count(*) from org_email_domain where org_id = ${org.id}) < ${tx.rules.emailDomainsPerOrg}
    returning ${emailDomainColumns}
  `)
  if (!made) throw new LimitReachedError(tx.rules.emailDomainsPerOrg, 'e-mail domains')
  tx.record(org, by, {
    kind: 'CHANGE',
    type: 'EMAIL_DOMAIN_BOUND',
    summary: `The e-mail domain ${domain} was bound${joinMode === 'AUTO' ? '' : ` with the join mode ${joinMode}`}.`,
    subjectId: made.id,
  })
  return made
}

/**
 * Marks a domain as VERIFIED.
 * @throws {EmailDomainTakenError} if another org verified it first, even in the same moment
 */
export async function verifyDomain(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  bound: OrgEmailDomain,
): Promise<OrgEmailDomain> {
  try {
    const [verified] = await tx.query<OrgEmailDomain>(sql`
      update org_email_domain set status = 'VERIFIED' where id = ${bound.id} returning ${emailDomainColumns}
    `)
    if (!verified) throw new Error(`domain ${bound.id} vanished under its org's lock`)
    tx.record(org, by, {
      kind: 'CHANGE',
      type: 'EMAIL_DOMAIN_VERIFIED',
      summary: `The e-mail domain ${bound.domain} was verified.`,
      subjectId: bound.id,
    })
    return verified
  } catch (error) {
    if (errorCode(error) === UNIQUE_VIOLATION) throw new EmailDomainTakenError()
    throw error
  }
}
