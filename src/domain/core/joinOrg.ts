import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { insertRow } from '../../database/rows.js'
import { ofOneRow } from '../../database/transaction.js'
import type { OrgRoleName, OrgUserOrigin, OrgUserStatus } from '../../generated/prisma/enums.js'
import type { EventActor } from './actor.js'
import { normalKeys } from './appRole.js'
import type { OrgUser } from './membership.js'
import { limitsOf, seatsUsed } from './orgLimits.js'
import { normalRoles } from './permission.js'
import { LimitReachedError } from './refusal.js'
import type { LockedOrg, Tx } from './transact.js'

export interface NewMember {
  userId: string
  roles: OrgRoleName[]
  /** Keys of app roles that the operation holds: see `holdAppRoles`. */
  appRoles?: readonly string[]
  origin: OrgUserOrigin
  inviteId: string | null
}

/**
 * Makes a user who is no member yet a member of a locked org.
 * @throws {LimitReachedError} if there is no free seat
 */
export function joinOrg(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  { userId, roles, appRoles = [], origin, inviteId }: NewMember,
): OrgUser {
  requireSeat(tx, org)
  const joined: OrgUser = {
    id: uuidv7(),
    orgId: org.id,
    userId,
    roles: normalRoles(roles),
    appRoles: normalKeys(appRoles),
    status: 'ACTIVE',
    joinedAt: org.now,
    origin,
    inviteId,
    // A trigger sets them.
    sortName: '',
    searchText: '',
  }
  tx.write(insertRow('OrgUser', joined))
  tx.record(org, by, {
    kind: 'USER',
    type: 'JOINED',
    userId,
    roles: joined.roles,
    previousRoles: [],
    appRoles: joined.appRoles,
    previousAppRoles: [],
  })
  return joined
}

/** @throws {LimitReachedError} if a locked org has no free seat */
export function requireSeat({ rules }: Tx, org: LockedOrg): void {
  const { seats } = limitsOf(rules, org)
  if (seatsUsed(org) >= seats) throw new LimitReachedError(seats, 'seats')
}

/**
 * Gives a member of a locked org exactly these roles, and these app roles. It records no event if nothing changes.
 * @param toApp keys of app roles that the operation holds, or that the member has
 */
export function changeRoles(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  member: OrgUser,
  to: OrgRoleName[],
  toApp: readonly string[] = member.appRoles,
): OrgUser {
  const roles = normalRoles(to)
  const appRoles = normalKeys(toApp)
  if (roles.join() === member.roles.join() && appRoles.join() === member.appRoles.join()) return member
  tx.write(
    ofOneRow(sql`update org_user set roles = ${roles}, app_roles = ${appRoles} where id = ${member.id}`),
  )
  tx.record(org, by, {
    kind: 'USER',
    type: 'ROLES_CHANGED',
    userId: member.userId,
    roles,
    previousRoles: member.roles,
    appRoles,
    previousAppRoles: member.appRoles,
  })
  return { ...member, roles, appRoles }
}

/** Suspends a member of a locked org, or reinstates them. The caller has checked everything. */
export function setStatus(
  tx: Tx,
  org: LockedOrg,
  by: EventActor,
  member: OrgUser,
  status: OrgUserStatus,
): OrgUser {
  const { id, userId, roles, appRoles } = member
  tx.write(
    ofOneRow(sql`
      update org_user set status = ${status}::"OrgUserStatus" where id = ${id} and status <> ${status}::"OrgUserStatus"
    `),
  )
  const type = status === 'SUSPENDED' ? 'SUSPENDED' : 'REINSTATED'
  tx.record(org, by, {
    kind: 'USER',
    type,
    userId,
    roles,
    previousRoles: roles,
    appRoles,
    previousAppRoles: appRoles,
  })
  return { ...member, status }
}
