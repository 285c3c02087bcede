import { allOf } from '../../database/transaction.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { mayKnowOrg } from '../core/authority.js'
import { type Entry, lockOrgWithAuthority } from '../core/enterOrg.js'
import type { InputIssue } from '../core/inputIssue.js'
import { changeRoles } from '../core/joinOrg.js'
import { isSuspended, membershipOf, type OrgUser } from '../core/membership.js'
import { requireActive } from '../core/org.js'
import { InvalidInputError, NotFoundError, PermissionDeniedError, refuseIf } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { withdrawAuthority } from './withdrawAuthority.js'

export interface TransferOrgOwnershipCommand {
  orgId: string | null
  /** The member who becomes an owner. Null if the id names no user. */
  userId: string | null
  /** The owner who hands over. A token has to name one, and a person may not. Null if the id names no user. */
  fromUserId?: string | null | undefined
}

export interface OwnershipTransferred {
  org: LockedOrg
  orgUser: OrgUser
  previousOwner: OrgUser
}

/**
 * Makes a member an OWNER, and the owner who hands over an ADMIN. Owners hand over their own ownership. An instance token
 * with ORG_MANAGE does it for any of them.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNotActiveError
 *   | OrgUserSuspendedError}
 */
export async function transferOrgOwnership(
  tx: Tx,
  actor: Actor,
  { orgId, userId, fromUserId }: TransferOrgOwnershipCommand,
): Promise<OwnershipTransferred> {
  const [entry, member, named] = await allOf([
    lockOrgWithAuthority(tx, actor, orgId),
    orgId === null ? null : membershipOf(tx, orgId, userId),
    orgId === null || actor.kind !== 'token' ? null : membershipOf(tx, orgId, fromUserId ?? null),
  ])
  const { org, authority, self } = entry
  if (!member && authority.permissions.has('MEMBER_READ')) throw new NotFoundError()
  requireTransfer(actor, entry)
  if (!member) throw new NotFoundError()
  const owner = ownerWhoHandsOver(actor, fromUserId, actor.kind === 'token' ? named : self, member)
  requireActive(org)
  refuseIf(isSuspended(member))
  const by = eventActorOf(actor)
  const orgUser = changeRoles(tx, org, by, member, [...member.roles, 'OWNER'])
  const rest = owner.roles.filter((role) => role !== 'OWNER')
  const previousOwner = changeRoles(tx, org, by, owner, [...rest, 'ADMIN'])
  if (owner.status === 'ACTIVE') await withdrawAuthority(tx, org, by, owner.userId, previousOwner.roles)
  return { org, orgUser, previousOwner }
}

/** @throws {NotFoundError | PermissionDeniedError} */
function requireTransfer(actor: Actor, { authority, self }: Entry): void {
  const may =
    actor.kind === 'token' ? authority.permissions.has('ORG_MANAGE') : self?.roles.includes('OWNER') === true
  if (may) return
  if (!mayKnowOrg(authority)) throw new NotFoundError()
  throw new PermissionDeniedError(
    'ORG_DELETE',
    'Only an OWNER may hand over the ownership, or an instance token with ORG_MANAGE.',
  )
}

/** @throws {InvalidInputError} unless the input names the owner as it should, and somebody else as the new one */
function ownerWhoHandsOver(
  actor: Actor,
  fromUserId: string | null | undefined,
  owner: OrgUser | null,
  member: OrgUser,
): OrgUser {
  const issues: InputIssue[] = []
  if (actor.kind === 'token' && fromUserId === undefined)
    issues.push({ path: 'fromUserId', message: 'Required of an API token.' })
  else if (actor.kind !== 'token' && fromUserId !== undefined)
    issues.push({ path: 'fromUserId', message: 'You hand over your own ownership.' })
  else if (!owner?.roles.includes('OWNER'))
    issues.push({ path: 'fromUserId', message: 'Must be an OWNER of the org.' })
  if (owner?.id === member.id) issues.push({ path: 'userId', message: 'Must be another member.' })
  if (!owner || issues.length > 0) throw new InvalidInputError(issues)
  return owner
}
