import sql from 'sql-template-tag'
import type { Actor } from '../identity/actor.js'
import type { InputIssue } from '../platform/inputIssue.js'
import { parseLabel } from '../platform/label.js'
import { InvalidInputError } from '../refusal.js'
import type { LockedOrg, Tx } from '../transact.js'
import { enterOrg } from './enterOrg.js'

export interface SetOrgResourceCountCommand {
  orgId: string | null
  kind: string
  count: number
}

/**
 * Keeps what the host application says an org still owns; 0 takes the kind off the list.
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
  await tx.query(
    count === 0
      ? sql`delete from org_resource where org_id = ${org.id} and kind = ${label.value}`
      : sql`
          insert into org_resource (org_id, kind, count) values (${org.id}, ${label.value}, ${count})
          on conflict (org_id, kind) do update set count = excluded.count
        `,
  )
  return org
}
