import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { type InputIssue, tooMany } from '../core/inputIssue.js'
import { changeRoles } from '../core/joinOrg.js'
import type { OrgUser } from '../core/membership.js'
import { requireActive } from '../core/org.js'
import { authorityOfRoles, normalRoles, rolesByRank } from '../core/permission.js'
import { refuseIssues } from '../core/refusal.js'
import { requireRank } from '../core/requireRank.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { endMembership } from './endMembership.js'
import { enterForMember } from './enterForMember.js'
import { requireOwnerLeft } from './orgUser.js'
import { withdrawAuthority } from './withdrawAuthority.js'

export interface UpdateOrgUserRolesCommand {
  orgId: string | null
  userId: string | null
  add?: readonly OrgRoleName[] | null | undefined
  remove?: readonly OrgRoleName[] | null | undefined
}

/**
 * Grants a member roles and takes roles away, both at once. A member without any role is removed.
 * @returns the org and the membership, which is null if it ended
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError | OrgNotActiveError
 *   | LastOwnerError}
 */
export async function updateOrgUserRoles(
  tx: Tx,
  actor: Actor,
  command: UpdateOrgUserRolesCommand,
): Promise<{ orgUser: OrgUser | null; org: LockedOrg }> {
  const { orgId, userId } = command
  const { org, authority, member } = await enterForMember(tx, actor, orgId, userId, 'MEMBER_UPDATE_ROLES')
  const add = command.add ?? []
  const remove = command.remove ?? []
  refuseIssues(issuesOf(add, remove))
  requireRank(authority, [...add, ...remove])
  requireRank(authority, member.roles)
  requireActive(org)
  const taken = new Set(remove)
  const roles = normalRoles([...member.roles, ...add]).filter((role) => !taken.has(role))
  await requireOwnerLeft(tx, org, member, roles)
  if (roles.length === 0) {
    await endMembership(tx, org, eventActorOf(actor), member, 'REMOVED')
    return { orgUser: null, org }
  }
  const changed = changeRoles(tx, org, eventActorOf(actor), member, roles)
  if (losesPermissions(member.roles, changed.roles))
    await withdrawAuthority(tx, org, eventActorOf(actor), member.userId, changed.roles)
  return { orgUser: changed, org }
}

function losesPermissions(before: readonly OrgRoleName[], after: readonly OrgRoleName[]): boolean {
  const left = authorityOfRoles(after).permissions
  return [...authorityOfRoles(before).permissions].some((permission) => !left.has(permission))
}

function issuesOf(add: readonly OrgRoleName[], remove: readonly OrgRoleName[]): InputIssue[] {
  if (add.length + remove.length === 0)
    return [{ path: 'add', message: 'Name at least one role to add or to remove.' }]
  const issues = [
    ...tooMany('add', add, rolesByRank.length),
    ...tooMany('remove', remove, rolesByRank.length),
  ]
  if (issues.length > 0) return issues
  const taken = new Set(remove)
  const both = add.find((role) => taken.has(role))
  return both ? [{ path: 'remove', message: `${both} is in \`add\` too. Choose one of the two.` }] : []
}
