import { allOf } from '../../database/transaction.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { holdAppRoles, keysOf, rankTooLowForApp, requireAppRank, tooManyAppRoles } from '../core/appRole.js'
import { enterOrg } from '../core/enterOrg.js'
import type { Repeat } from '../core/idempotency.js'
import { tooMany } from '../core/inputIssue.js'
import { joinOrg } from '../core/joinOrg.js'
import { membershipById, membershipOf, type OrgUser } from '../core/membership.js'
import { requireActive } from '../core/org.js'
import { rolesByRank } from '../core/permission.js'
import { NotFoundError, refuseIssues } from '../core/refusal.js'
import { rankTooLow, requireRank } from '../core/requireRank.js'
import type { Tx } from '../core/transact.js'
import { AlreadyOrgUserError } from '../invites/orgInvite.js'
import { findPerson } from '../users/findPerson.js'

export interface AddOrgUserCommand {
  orgId: string | null
  /** Null if the id names no user. */
  userId: string | null
  /** USER if left out. */
  roles?: readonly OrgRoleName[] | null | undefined
  /** Null for an id that names no app role. */
  appRoleIds?: ReadonlyArray<string | null> | null | undefined
}

/**
 * Makes a user a member of an org without an invite. A pending invite to them stays.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError
 *   | AppRoleNotGrantableError | OrgNotActiveError | AlreadyOrgUserError | LimitReachedError}
 */
export async function addOrgUser(
  tx: Tx,
  actor: Actor,
  { orgId, userId, appRoleIds, ...command }: AddOrgUserCommand,
): Promise<OrgUser> {
  const roles = command.roles ?? ['USER']
  const [{ org, authority }, person, member, appRoles] = await allOf([
    enterOrg(tx, actor, orgId, 'MEMBER_ADD'),
    findPerson(tx, userId),
    orgId === null ? null : membershipOf(tx, orgId, userId),
    holdAppRoles(tx, appRoleIds),
  ])
  if (!person) throw new NotFoundError()
  refuseIssues([
    ...(roles.length === 0
      ? [{ path: 'roles', message: 'Name at least one role.' }]
      : tooMany('roles', roles, rolesByRank.length)),
    ...tooManyAppRoles('appRoleIds', appRoleIds),
  ])
  requireRank(authority, roles)
  requireAppRank(authority, appRoles)
  requireActive(org)
  if (member) throw new AlreadyOrgUserError(member.id)
  return joinOrg(tx, org, eventActorOf(actor), {
    userId: person.id,
    roles: [...roles],
    appRoles: keysOf(appRoles),
    origin: 'DIRECT',
    inviteId: null,
  })
}

/** How `addOrgUser` answers a call that is repeated with the same idempotency key. */
export const repeatAddOrgUser: Repeat<AddOrgUserCommand, OrgUser> = {
  compared: (command) => ({ ...command, roles: command.roles ?? ['USER'] }),
  async authorize(tx, actor, { orgId, roles, appRoleIds }) {
    const [{ authority }, appRoles] = await allOf([
      enterOrg(tx, actor, orgId, 'MEMBER_ADD'),
      holdAppRoles(tx, appRoleIds),
    ])
    return rankTooLow(authority, roles ?? ['USER']) ?? rankTooLowForApp(authority, appRoles)
  },
  idOf: ({ id }) => id,
  async recall(tx, _actor, id) {
    const member = await membershipById(tx, id)
    if (!member) throw new NotFoundError()
    return member
  },
}
