import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { allOf } from '../../database/transaction.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Actor, tokenIdOf } from '../core/actor.js'
import { type AppRole, appRoleColumns, MAX_APP_ROLES } from '../core/appRole.js'
import { readInstancePermissions } from '../core/effectivePermissions.js'
import { rolesByRank } from '../core/permission.js'
import { LimitReachedError, PermissionDeniedError } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { type AppRoleInput, parseAppRole } from './appRoleInput.js'
import { lockAppRoles } from './lockAppRoles.js'

/**
 * Makes an app role, or changes the one with this key to what is given. Members keep it. If it needs a higher rank than
 * before, the pending invites of those below the rank are revoked by a job, and can't be accepted any more.
 * @throws {PermissionDeniedError | InvalidInputError | LimitReachedError}
 */
export async function upsertAppRole(
  tx: Tx,
  actor: Actor,
  input: AppRoleInput,
): Promise<{ appRole: AppRole; created: boolean }> {
  if (!(await readInstancePermissions(tx, actor)).has('APP_ROLE_MANAGE'))
    throw new PermissionDeniedError('APP_ROLE_MANAGE')
  const { key, name, description, permissions, assignableBy } = parseAppRole(input)
  const [, [before], [counted]] = await allOf([
    lockAppRoles(tx),
    tx.query<AppRole>(sql`select ${appRoleColumns} from app_role where key = ${key} for no key update`),
    tx.query<{ count: number }>(sql`select count(*)::int as count from app_role`),
  ])
  if (!before && (counted?.count ?? 0) >= MAX_APP_ROLES)
    throw new LimitReachedError(MAX_APP_ROLES, 'app roles', 'The instance')
  const [appRole] = await tx.query<AppRole>(
    before
      ? sql`
          update app_role set name = ${name}, description = ${description}, permissions = ${permissions},
            assignable_by = ${assignableBy}::"OrgRoleName"
          where id = ${before.id}
          returning ${appRoleColumns}
        `
      : sql`
          insert into app_role (id, key, name, description, permissions, assignable_by)
          values (${uuidv7()}, ${key}, ${name}, ${description}, ${permissions}, ${assignableBy}::"OrgRoleName")
          returning ${appRoleColumns}
        `,
  )
  if (!appRole) throw new Error('a write returned no row')
  if (before && isHigher(assignableBy, before.assignableBy))
    tx.enqueue({ name: 'revokeInvitesOfAppRole', payload: { key, actorTokenId: tokenIdOf(actor) } })
  return { appRole, created: !before }
}

function isHigher(rank: OrgRoleName, other: OrgRoleName): boolean {
  return rolesByRank.indexOf(rank) > rolesByRank.indexOf(other)
}
