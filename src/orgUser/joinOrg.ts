import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { OrgRoleName, OrgUserOrigin } from '../generated/prisma/enums.js'
import { normalRoles } from '../permission/permission.js'
import { LimitReachedError } from '../refusal.js'
import type { LockedOrg, Tx } from '../transact.js'
import { membershipOf, type OrgUser } from './membership.js'

export interface Joining {
  userId: string
  roles: OrgRoleName[]
  origin: OrgUserOrigin
  inviteId: string | null
}

/**
 * Makes somebody a member of a locked org. One who is a member already gains the roles and loses none.
 * @throws {LimitReachedError} where a new member finds no free seat
 */
export async function joinOrg(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  { userId, roles, origin, inviteId }: Joining,
): Promise<OrgUser> {
  const present = await membershipOf(tx, org.id, userId)
  if (present) return changeRoles(tx, org, actorId, present, [...present.roles, ...roles])
  const { seats } = tx.rules.tiers[org.tier]
  if (org.memberCount >= seats) throw new LimitReachedError(seats, 'seats')
  const [joined] = await tx.query<OrgUser>(sql`
    insert into org_user (id, org_id, user_id, roles, joined_at, origin, invite_id)
    values (${uuidv7()}, ${org.id}, ${userId}, ${normalRoles(roles)}, ${org.now},
      ${origin}::"OrgUserOrigin", ${inviteId})
    returning id, org_id, user_id, roles, joined_at, origin, invite_id
  `)
  if (!joined) throw new Error('an insert returned no row')
  tx.record(org, actorId, { kind: 'USER', type: 'JOINED', userId, roles: joined.roles, previousRoles: [] })
  return joined
}

/** Gives a member of a locked org exactly these roles; says nothing where nothing changes. */
export async function changeRoles(
  tx: Tx,
  org: LockedOrg,
  actorId: string | null,
  member: OrgUser,
  to: OrgRoleName[],
): Promise<OrgUser> {
  const roles = normalRoles(to)
  if (roles.join() === member.roles.join()) return member
  await tx.query(sql`update org_user set roles = ${roles} where id = ${member.id}`)
  tx.record(org, actorId, {
    kind: 'USER',
    type: 'ROLES_CHANGED',
    userId: member.userId,
    roles,
    previousRoles: member.roles,
  })
  return { ...member, roles }
}
