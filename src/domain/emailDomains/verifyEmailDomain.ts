import { type Actor, eventActorOf } from '../core/actor.js'
import { type Entry, enterOrg } from '../core/enterOrg.js'
import { requireActive } from '../core/org.js'
import { NotFoundError } from '../core/refusal.js'
import type { Transact, Tx } from '../core/transact.js'
import { parseDomain } from '../users/domain.js'
import { isTaken, verifyDomain } from './bindDomainTo.js'
import { challengeFor, provesControl, type TxtResolver } from './dnsProof.js'
import {
  boundDomain,
  EmailDomainNotVerifiedError,
  EmailDomainTakenError,
  type OrgEmailDomain,
} from './emailDomain.js'

interface VerifyEmailDomainCommand {
  orgId: string | null
  domain: string
}

/**
 * Looks up the DNS record that proves a bound domain and marks the domain as VERIFIED. The look-up is between two
 * transactions, because no transaction may wait for the network. The second one checks everything again.
 * @throws {NotFoundError | PermissionDeniedError | OrgNotActiveError | EmailDomainTakenError
 *   | EmailDomainNotVerifiedError}
 * @throws {DnsUnavailable} if no resolver answers
 */
export async function verifyEmailDomain(
  transact: Transact,
  resolver: TxtResolver,
  actor: Actor,
  command: VerifyEmailDomainCommand,
): Promise<OrgEmailDomain> {
  const { bound } = await transact((tx) => findBound(tx, actor, command))
  if (bound.status === 'VERIFIED') return bound
  const challenge = challengeFor(bound.domain, bound.challenge)
  if (!(await provesControl(resolver, challenge))) throw new EmailDomainNotVerifiedError(challenge)
  return transact(async (tx) => {
    const { org, bound: still } = await findBound(tx, actor, command)
    // If it was bound again in the meantime it has another challenge, which was not looked up.
    if (still.challenge !== bound.challenge)
      throw new EmailDomainNotVerifiedError(challengeFor(still.domain, still.challenge))
    return still.status === 'VERIFIED' ? still : verifyDomain(tx, org, eventActorOf(actor), still)
  })
}

async function findBound(
  tx: Tx,
  actor: Actor,
  command: VerifyEmailDomainCommand,
): Promise<Entry & { bound: OrgEmailDomain }> {
  const entry = await enterOrg(tx, actor, command.orgId, 'EMAIL_DOMAIN_MANAGE')
  const domain = parseDomain(command.domain)
  const bound = domain.ok ? await boundDomain(tx, entry.org.id, domain.value) : null
  if (!bound) throw new NotFoundError()
  requireActive(entry.org)
  if (await isTaken(tx, entry.org, bound.domain)) throw new EmailDomainTakenError()
  return { ...entry, bound }
}
