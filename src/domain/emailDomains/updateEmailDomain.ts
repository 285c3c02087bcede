import sql from 'sql-template-tag'
import { allOf, ofOneRow } from '../../database/transaction.js'
import type { EmailDomainJoinMode } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { enterOrg } from '../core/enterOrg.js'
import { requireActive } from '../core/org.js'
import { NotFoundError } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { parseDomain } from '../users/domain.js'
import { boundDomain, type OrgEmailDomain } from './emailDomain.js'

/**
 * Changes who may join an org by a bound domain, VERIFIED or not. It records no event if the mode is the same. Members stay
 * members, and pending requests stay pending.
 * @throws {NotFoundError | PermissionDeniedError | OrgNotActiveError}
 */
export async function updateEmailDomain(
  tx: Tx,
  actor: Actor,
  command: { orgId: string | null; domain: string; joinMode: EmailDomainJoinMode },
): Promise<OrgEmailDomain> {
  const { orgId, joinMode } = command
  const domain = parseDomain(command.domain)
  const [{ org }, bound] = await allOf([
    enterOrg(tx, actor, orgId, 'EMAIL_DOMAIN_MANAGE'),
    domain.ok ? boundDomain(tx, orgId, domain.value) : null,
  ])
  if (!bound) throw new NotFoundError()
  requireActive(org)
  if (bound.joinMode === joinMode) return bound
  tx.write(
    ofOneRow(
      sql`update org_email_domain set join_mode = ${joinMode}::"EmailDomainJoinMode" where id = ${bound.id}`,
    ),
  )
  tx.record(org, eventActorOf(actor), {
    kind: 'CHANGE',
    type: 'EMAIL_DOMAIN_JOIN_MODE_CHANGED',
    summary: `The join mode of the e-mail domain ${bound.domain} changed from ${bound.joinMode} to ${joinMode}.`,
    subjectId: bound.id,
  })
  return { ...bound, joinMode }
}
