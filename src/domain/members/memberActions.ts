import { type Actor, userIdOf } from '../core/actor.js'
import type { OrgUser } from '../core/membership.js'
import { notActive, type Org } from '../core/org.js'
import type { Authority } from '../core/permission.js'
import { InvalidInputError, lacksPermission, type WhyNot } from '../core/refusal.js'
import { rankTooLow } from '../core/requireRank.js'

/*
 * What can be done with a member. Each function returns a refusal or null. The operations call it after they have checked
 * that there is such a member, and throw the refusal. `viewerCanRemove` and similar fields call the same function, and are
 * true if there is no refusal. Whether the org keeps an owner is not in it: `lastOwners` answers this, with a query.
 */

type Member = Pick<OrgUser, 'userId' | 'roles' | 'status'>

export function whyNotChangeRoles(org: Pick<Org, 'status'>, authority: Authority, member: Member): WhyNot {
  return (
    lacksPermission(authority.permissions, 'MEMBER_UPDATE_ROLES') ??
    rankTooLow(authority, member.roles) ??
    notActive(org)
  )
}

export function whyNotRemove(authority: Authority, member: Member): WhyNot {
  return lacksPermission(authority.permissions, 'MEMBER_REMOVE') ?? rankTooLow(authority, member.roles)
}

export function whyNotSuspend(actor: Actor, authority: Authority, member: Member): WhyNot {
  return (
    lacksPermission(authority.permissions, 'MEMBER_REMOVE') ??
    notOpenToSuspension(actor, member) ??
    rankTooLow(authority, member.roles)
  )
}

function notOpenToSuspension(actor: Actor, { userId, status }: Member): WhyNot {
  if (userIdOf(actor) === userId) return invalid('You cannot suspend yourself.')
  return status === 'SUSPENDED' ? invalid('This member is suspended already.') : null
}

function invalid(message: string): WhyNot {
  return () => new InvalidInputError([{ path: 'userId', message }])
}
