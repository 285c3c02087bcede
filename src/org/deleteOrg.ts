import sql from 'sql-template-tag'
import { type Actor, userIdOf } from '../identity/actor.js'
import { endInvites } from '../orgInvite/endInvites.js'
import type { Tx } from '../transact.js'
import { enterOrg } from './enterOrg.js'
import { OrgHasResourcesError, type OrgResource } from './org.js'

/** How long an org that is going shows its last events to those who watch it. */
const LAST_EVENTS_MS = 2_000

/**
 * Ends an org: DEPROVISIONING with its pending invites revoked at once, gone for good within seconds
 * (`purgeOrg`). Deleting one that is going already changes nothing more.
 * @throws {NotFoundError | PermissionDeniedError | OrgHasResourcesError}
 */
export async function deleteOrg(tx: Tx, actor: Actor, orgId: string | null): Promise<void> {
  const { org } = await enterOrg(tx, actor, orgId, 'ORG_DELETE')
  const resources = await tx.query<OrgResource>(sql`
    select kind, count from org_resource where org_id = ${org.id} order by kind
  `)
  if (resources.length > 0) throw new OrgHasResourcesError(resources)
  if (org.status !== 'DEPROVISIONING') {
    await tx.query(sql`update org set status = 'DEPROVISIONING' where id = ${org.id}`)
    tx.record(org, userIdOf(actor), {
      kind: 'CHANGE',
      type: 'STATUS_CHANGED',
      summary: `Status changed from ${org.status} to DEPROVISIONING: the org is being deleted.`,
    })
  }
  await endInvites(tx, org, 'EXPIRED', null, sql`true`)
  await endInvites(tx, org, 'REVOKED', userIdOf(actor), sql`true`)
  tx.enqueue({
    name: 'purgeOrg',
    payload: { orgId: org.id },
    key: `purgeOrg:${org.id}`,
    runAt: new Date(org.now.getTime() + LAST_EVENTS_MS),
  })
}
