import sql from 'sql-template-tag'
import { allOf } from '../../database/transaction.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf, userIdOf } from '../core/actor.js'
import { holdAppRoles, keysOf, requireAppRank, tooManyAppRoles } from '../core/appRole.js'
import { tooMany } from '../core/inputIssue.js'
import { joinOrg } from '../core/joinOrg.js'
import { type OrgUser, orgUserColumns } from '../core/membership.js'
import { rolesByRank } from '../core/permission.js'
import { refuseIf, refuseIssues } from '../core/refusal.js'
import { requireRank } from '../core/requireRank.js'
import type { Transact, Tx } from '../core/transact.js'
import { AlreadyOrgUserError } from '../invites/orgInvite.js'
import { enterRequestToAnswer, orgOfRequest } from './enterRequest.js'
import { whyNotApprove } from './joinRequestActions.js'
import { endRequest, type OrgJoinRequest } from './orgJoinRequest.js'

export interface ApproveOrgJoinRequestCommand {
  orgJoinRequestId: string | null
  /** USER if left out. */
  roles?: readonly OrgRoleName[] | null | undefined
  /** Null for an id that names no app role. */
  appRoleIds?: ReadonlyArray<string | null> | null | undefined
}

export interface Approved {
  orgJoinRequest: OrgJoinRequest
  orgUser: OrgUser
}

/**
 * Makes whoever asked a member. If they are one by now, the request ends as WITHDRAWN. This is committed, and then refused.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError | AppRoleNotGrantableError
 *   | OrgNotActiveError | OrgJoinRequestNotPendingError | AlreadyOrgUserError | LimitReachedError}
 */
export async function approveOrgJoinRequest(
  transact: Transact,
  actor: Actor,
  command: ApproveOrgJoinRequestCommand,
): Promise<Approved> {
  const done = await transact((tx) => approve(tx, actor, command))
  if (done instanceof AlreadyOrgUserError) throw done
  return done
}

/** @returns the refusal if they are a member by now. If it were thrown, the end of the request would be rolled back. */
async function approve(
  tx: Tx,
  actor: Actor,
  { orgJoinRequestId, appRoleIds, ...command }: ApproveOrgJoinRequestCommand,
): Promise<Approved | AlreadyOrgUserError> {
  const roles = command.roles ?? ['USER']
  const [{ org, authority, request }, member, appRoles] = await allOf([
    enterRequestToAnswer(tx, actor, orgJoinRequestId),
    membershipOfAsker(tx, orgJoinRequestId),
    holdAppRoles(tx, appRoleIds),
  ])
  refuseIssues([
    ...(roles.length === 0
      ? [{ path: 'roles', message: 'Name at least one role.' }]
      : tooMany('roles', roles, rolesByRank.length)),
    ...tooManyAppRoles('appRoleIds', appRoleIds),
  ])
  requireRank(authority, roles)
  requireAppRank(authority, appRoles)
  refuseIf(whyNotApprove(org, authority, request, userIdOf(actor)))
  const by = eventActorOf(actor)
  if (member) {
    endRequest(tx, org, by, request, 'approveMember')
    return new AlreadyOrgUserError(member.id)
  }
  const orgJoinRequest = endRequest(tx, org, by, request, 'approve')
  const orgUser = joinOrg(tx, org, by, {
    userId: request.userId,
    roles: [...roles],
    appRoles: keysOf(appRoles),
    origin: 'JOIN_REQUEST',
    inviteId: null,
  })
  return { orgJoinRequest, orgUser }
}

/** The membership of whoever asked, suspended or not. Null if they are no member. */
async function membershipOfAsker(tx: Tx, requestId: string | null): Promise<OrgUser | null> {
  if (requestId === null) return null
  const [member] = await tx.query<OrgUser>(sql`
    select ${orgUserColumns} from org_user
    where org_id = ${orgOfRequest(requestId)}
      and user_id = (select asked.user_id from org_join_request asked where asked.id = ${requestId})
  `)
  return member ?? null
}
