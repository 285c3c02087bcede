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
 * Binds an e-mail domain to an org. People who sign up with a verified address in the domain join the org.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNotActiveError
 *   | EmailDomainNotAllowedError | EmailDomainTakenError | LimitReachedError}
 */
export async function bindEmailDomain(
  tx: Tx,
  actor: Actor,
  command: { orgId: string | null; domain: string },
): Promise<OrgEmailDomain> {
  const { org } = await enterOrg(tx, actor, command.orgId, 'EMAIL_DOMAIN_MANAGE')
  const domain = parseDomain(command.domain)
  refuseIssues(domain.ok ? [] : [{ path: 'domain', message: domain.message }])
  requireActive(org)
  const binder = await findPerson(tx, userIdOf(actor))
  return bindDomainTo(tx, org, eventActorOf(actor), domain.ok ? domain.value : null, binder, 'domain')
}
