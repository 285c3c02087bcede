import { allOf } from '../../database/transaction.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf } from '../core/actor.js'
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
}

/**
 * Makes a user a member of an org without an invite. A pending invite to them stays.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError | OrgNotActiveError
 *   | AlreadyOrgUserError | LimitReachedError}
 */
export async function addOrgUser(
  tx: Tx,
  actor: Actor,
  { orgId, userId, ...command }: AddOrgUserCommand,
): Promise<OrgUser> {
  const roles = command.roles ?? ['USER']
  const [{ org, authority }, person, member] = await allOf([
    enterOrg(tx, actor, orgId, 'MEMBER_ADD'),
    findPerson(tx, userId),
    orgId === null ? null : membershipOf(tx, orgId, userId),
  ])
  if (!person) throw new NotFoundError()
  refuseIssues(
    roles.length === 0
      ? [{ path: 'roles', message: 'Name at least one role.' }]
      : tooMany('roles', roles, rolesByRank.length),
  )
  requireRank(authority, roles)
  requireActive(org)
  if (member) throw new AlreadyOrgUserError(member.id)
  return joinOrg(tx, org, eventActorOf(actor), {
    userId: person.id,
    roles: [...roles],
    origin: 'DIRECT',
    inviteId: null,
  })
}

/** How `addOrgUser` answers a call that is repeated with the same idempotency key. */
export const repeatAddOrgUser: Repeat<AddOrgUserCommand, OrgUser> = {
  compared: (command) => ({ ...command, roles: command.roles ?? ['USER'] }),
  async authorize(tx, actor, { orgId, roles }) {
    const { authority } = await enterOrg(tx, actor, orgId, 'MEMBER_ADD')
    return rankTooLow(authority, roles ?? ['USER'])
  },
  idOf: ({ id }) => id,
  async recall(tx, _actor, id) {
    const member = await membershipById(tx, id)
    if (!member) throw new NotFoundError()
    return member
  },
}
