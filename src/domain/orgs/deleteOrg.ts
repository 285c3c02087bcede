import sql from 'sql-template-tag'
import { type Actor, eventActorOf } from '../core/actor.js'
import { enterOrg } from '../core/enterOrg.js'
import { OrgHasResourcesError, type OrgResource } from '../core/org.js'
import type { Tx } from '../core/transact.js'
import { endOrg } from './endOrg.js'

/**
 * Deletes an org. It becomes DEPROVISIONING and its pending invites are revoked at once; seconds later `purgeOrg` erases
 * it. Deleting it again changes nothing.
 * @throws {NotFoundError | PermissionDeniedError | OrgHasResourcesError}
 */
export async function deleteOrg(tx: Tx, actor: Actor, orgId: string | null): Promise<void> {
  const { org } = await enterOrg(tx, actor, orgId, 'ORG_DELETE')
  const resources = await tx.query<OrgResource>(sql`
    select kind, count from org_resource where org_id = ${org.id} order by kind
  `)
  if (resources.length > 0) throw new OrgHasResourcesError(resources)
  await endOrg(tx, org, eventActorOf(actor))
}
