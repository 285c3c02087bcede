import sql from 'sql-template-tag'
import type { Actor } from '../identity/actor.js'
import type { InputIssue } from '../platform/inputIssue.js'
import { refuseIssues } from '../refusal.js'
import type { LockedOrg, Tx } from '../transact.js'
import { enterOrg } from './enterOrg.js'

const KIND = /^[a-z][a-z0-9_-]{0,49}$/i

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
  if (!KIND.test(kind))
    issues.push({ path: 'kind', message: 'Must be 1 to 50 letters, digits, _ or -, the first a letter.' })
  if (count < 0) issues.push({ path: 'count', message: 'Must not be negative.' })
  refuseIssues(issues)
  await tx.query(
    count === 0
      ? sql`delete from org_resource where org_id = ${org.id} and kind = ${kind}`
      : sql`
          insert into org_resource (org_id, kind, count) values (${org.id}, ${kind}, ${count})
          on conflict (org_id, kind) do update set count = excluded.count
        `,
  )
  return org
}
