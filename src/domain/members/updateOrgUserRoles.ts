import { allOf } from '../../database/transaction.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { holdAppRoles, keysOf, requireAppRank, tooManyAppRoles } from '../core/appRole.js'
import { type InputIssue, tooMany } from '../core/inputIssue.js'
import { changeRoles } from '../core/joinOrg.js'
import type { OrgUser } from '../core/membership.js'
import { authorityOfRoles, normalRoles, rolesByRank } from '../core/permission.js'
import { refuseIf, refuseIssues } from '../core/refusal.js'
import { requireRank } from '../core/requireRank.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { endMembership } from './endMembership.js'
import { enterForMember } from './enterForMember.js'
import { whyNotChangeRoles } from './memberActions.js'
import { requireOwnerLeft } from './orgUser.js'
import { withdrawAuthority } from './withdrawAuthority.js'

export interface UpdateOrgUserRolesCommand {
  orgId: string | null
  userId: string | null
  add?: readonly OrgRoleName[] | null | undefined
  remove?: readonly OrgRoleName[] | null | undefined
  /** App roles to grant and to take away. Null for an id that names no app role. */
  addAppRoleIds?: ReadonlyArray<string | null> | null | undefined
  removeAppRoleIds?: ReadonlyArray<string | null> | null | undefined
}

/**
 * Grants a member roles and app roles and takes some away, all at once. A member without any role is removed, whatever
 * app roles they have.
 * @returns the org and the membership, which is null if it ended
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError
 *   | AppRoleNotGrantableError | OrgNotActiveError | LastOwnerError}
 */
export async function updateOrgUserRoles(
  tx: Tx,
  actor: Actor,
  command: UpdateOrgUserRolesCommand,
): Promise<{ orgUser: OrgUser | null; org: LockedOrg }> {
  const { orgId, userId, addAppRoleIds, removeAppRoleIds } = command
  const [{ org, authority, member }, addApp, removeApp] = await allOf([
    enterForMember(tx, actor, orgId, userId, 'MEMBER_UPDATE_ROLES'),
    holdAppRoles(tx, addAppRoleIds),
    holdAppRoles(tx, removeAppRoleIds),
  ])
  const add = command.add ?? []
  const remove = command.remove ?? []
  refuseIssues(issuesOf(command))
  requireRank(authority, [...add, ...remove])
  requireRank(authority, member.roles)
  requireAppRank(authority, [...addApp, ...removeApp])
  refuseIf(whyNotChangeRoles(org, authority, member))
  const taken = new Set(remove)
  const roles = normalRoles([...member.roles, ...add]).filter((role) => !taken.has(role))
  await requireOwnerLeft(tx, org, member, roles)
  if (roles.length === 0) {
    await endMembership(tx, org, eventActorOf(actor), member, 'REMOVED')
    return { orgUser: null, org }
  }
  const takenApp = new Set(keysOf(removeApp))
  const appRoles = [...member.appRoles, ...keysOf(addApp)].filter((key) => !takenApp.has(key))
  const changed = changeRoles(tx, org, eventActorOf(actor), member, roles, appRoles)
  // A suspended member has no authority that could be lost.
  if (member.status === 'ACTIVE' && losesPermissions(member.roles, changed.roles))
    await withdrawAuthority(tx, org, eventActorOf(actor), member.userId, changed.roles)
  return { orgUser: changed, org }
}

function losesPermissions(before: readonly OrgRoleName[], after: readonly OrgRoleName[]): boolean {
  const left = authorityOfRoles(after).permissions
  return [...authorityOfRoles(before).permissions].some((permission) => !left.has(permission))
}

function issuesOf(command: UpdateOrgUserRolesCommand): InputIssue[] {
  const { add, remove, addAppRoleIds, removeAppRoleIds } = command
  if (![add, remove, addAppRoleIds, removeAppRoleIds].some((list) => list && list.length > 0))
    return [{ path: 'add', message: 'Name at least one role or app role to add or to remove.' }]
  const issues = [
    ...tooMany('add', add ?? [], rolesByRank.length),
    ...tooMany('remove', remove ?? [], rolesByRank.length),
    ...tooManyAppRoles('addAppRoleIds', addAppRoleIds),
    ...tooManyAppRoles('removeAppRoleIds', removeAppRoleIds),
  ]
  if (issues.length > 0) return issues
  const role = inBoth(add, remove)
  if (role) issues.push({ path: 'remove', message: `${role} is in \`add\` too. Choose one of the two.` })
  if (inBoth(addAppRoleIds, removeAppRoleIds))
    issues.push({
      path: 'removeAppRoleIds',
      message: 'An app role is in `addAppRoleIds` too. Choose one of the two.',
    })
  return issues
}

function inBoth<T>(add: readonly T[] | null | undefined, remove: readonly T[] | null | undefined) {
  const taken = new Set(remove)
  return add?.find((one) => taken.has(one))
}
