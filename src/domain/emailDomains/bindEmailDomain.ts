import type { EmailDomainJoinMode } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf, userIdOf } from '../core/actor.js'
import { enterOrg } from '../core/enterOrg.js'
import { requireActive } from '../core/org.js'
import { refuseIssues } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { parseDomain } from '../users/domain.js'
import { findPerson } from '../users/findPerson.js'
import { bindDomainTo } from './bindDomainTo.js'
import type { OrgEmailDomain } from './emailDomain.js'

/**
 * Binds an e-mail domain to an org. Its join mode says whether people with a verified address in it join the org when they
 * sign up, may ask to join, or neither.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNotActiveError
 *   | EmailDomainNotAllowedError | EmailDomainTakenError | LimitReachedError}
 */
export async function bindEmailDomain(
  tx: Tx,
  actor: Actor,
  command: { orgId: string | null; domain: string; joinMode?: EmailDomainJoinMode | null | undefined },
): Promise<OrgEmailDomain> {
  const { org } = await enterOrg(tx, actor, command.orgId, 'EMAIL_DOMAIN_MANAGE')
  const domain = parseDomain(command.domain)
  refuseIssues(domain.ok ? [] : [{ path: 'domain', message: domain.message }])
  requireActive(org)
  const binder = await findPerson(tx, userIdOf(actor))
  return bindDomainTo(tx, org, eventActorOf(actor), domain.ok ? domain.value : null, binder, {
    path: 'domain',
    joinMode: command.joinMode ?? 'AUTO',
  })
}
