import sql from 'sql-template-tag'
import type { Actor } from '../core/actor.js'
import { enterOrg } from '../core/enterOrg.js'
import type { InputIssue } from '../core/inputIssue.js'
import { parseLabel } from '../core/label.js'
import { MAX_RESOURCE_KINDS } from '../core/org.js'
import { InvalidInputError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'

export interface SetOrgResourceCountCommand {
  orgId: string | null
  kind: string
  count: number
}

/**
 * Stores how many resources of a kind the org still has, as the host application reports. 0 removes the kind.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError}
 */
export async function setOrgResourceCount(
  tx: Tx,
  actor: Actor,
  { orgId, kind, count }: SetOrgResourceCountCommand,
): Promise<LockedOrg> {
  const { org } = await enterOrg(tx, actor, orgId, 'ORG_MANAGE')
  const issues: InputIssue[] = []
  const label = parseLabel(kind)
  if (!label.ok) issues.push({ path: 'kind', message: label.message })
  if (count < 0) issues.push({ path: 'count', message: 'Must not be negative.' })
  if (!label.ok || issues.length > 0) throw new InvalidInputError(issues)
  if (count === 0) {
    await tx.query(sql`delete from org_resource where org_id = ${org.id} and kind = ${label.value}`)
    return org
  }
  const kept = await tx.query(sql`
    insert into org_resource (org_id, kind, count)
    select ${org.id}::uuid, ${label.value}, ${count}
    where (select count(*) from org_resource where org_id = ${org.id} and kind <> ${label.value}) < ${MAX_RESOURCE_KINDS}
    on conflict (org_id, kind) do update set count = excluded.count
    returning 1
  `)
  if (kept.length === 0)
    throw new InvalidInputError([
      { path: 'kind', message: `An org owns things of ${MAX_RESOURCE_KINDS} kinds at most.` },
    ])
  return org
}
