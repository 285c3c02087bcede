import { allOf } from '../../database/transaction.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { lockOrg } from '../core/lockOrg.js'
import { inForce, membershipOf } from '../core/membership.js'
import { NotFoundError } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { endMembership } from './endMembership.js'
import { requireOwnerLeft } from './orgUser.js'

/**
 * Ends one's own membership. It needs no permission.
 * @throws {NotFoundError} if there is none, or it is suspended, or a token asks
 * @throws {LastOwnerError}
 */
export async function leaveOrg(tx: Tx, actor: Actor, orgId: string | null): Promise<void> {
  if (actor.kind !== 'person' || orgId === null) throw new NotFoundError()
  const [org, own] = await allOf([lockOrg(tx, orgId), membershipOf(tx, orgId, actor.userId)])
  const member = inForce(own)
  if (!member) throw new NotFoundError()
  await requireOwnerLeft(tx, org, member, [])
  await endMembership(tx, org, eventActorOf(actor), member, 'LEFT')
}
