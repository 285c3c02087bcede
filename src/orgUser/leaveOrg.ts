import type { Actor } from '../identity/actor.js'
import { lockOrg } from '../org/lockOrg.js'
import { allOf } from '../platform/transaction.js'
import { NotFoundError } from '../refusal.js'
import type { Tx } from '../transact.js'
import { endMembership } from './endMembership.js'
import { membershipOf } from './membership.js'
import { requireOwnerLeft } from './orgUser.js'

/**
 * Ends one's own membership, which needs no permission.
 * @throws {NotFoundError} where there is none, or a token asks
 * @throws {LastOwnerError}
 */
export async function leaveOrg(tx: Tx, actor: Actor, orgId: string | null): Promise<void> {
  if (actor.kind !== 'person' || orgId === null) throw new NotFoundError()
  const [org, member] = await allOf([lockOrg(tx, orgId), membershipOf(tx, orgId, actor.userId)])
  if (!member) throw new NotFoundError()
  await requireOwnerLeft(tx, org, member, [])
  await endMembership(tx, org, actor.userId, member, 'LEFT')
}
