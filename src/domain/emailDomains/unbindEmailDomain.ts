import sql from 'sql-template-tag'
import { type Actor, eventActorOf } from '../core/actor.js'
import { enterOrg } from '../core/enterOrg.js'
import { NotFoundError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { parseDomain } from '../users/domain.js'

/**
 * Unbinds a domain, whatever the org's status is. Members who joined by it stay.
 * @throws {NotFoundError | PermissionDeniedError}
 */
export async function unbindEmailDomain(
  tx: Tx,
  actor: Actor,
  command: { orgId: string | null; domain: string },
): Promise<{ org: LockedOrg; domain: string }> {
  const { org } = await enterOrg(tx, actor, command.orgId, 'EMAIL_DOMAIN_MANAGE')
  const domain = parseDomain(command.domain)
  if (!domain.ok) throw new NotFoundError()
  const [unbound] = await tx.query<{ id: string }>(sql`
    delete from org_email_domain where org_id = ${org.id} and domain = ${domain.value} returning id
  `)
  if (!unbound) throw new NotFoundError()
  tx.record(org, eventActorOf(actor), {
    kind: 'CHANGE',
    type: 'EMAIL_DOMAIN_UNBOUND',
    summary: `The e-mail domain ${domain.value} was unbound.`,
    subjectId: unbound.id,
  })
  return { org, domain: domain.value }
}
