import sql from 'sql-template-tag'
import { type Actor, eventActorOf, theServer } from '../core/actor.js'
import { endInvites } from '../core/endInvites.js'
import { InvalidInputError } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { enterInvite } from './enterInvite.js'
import { type OrgInvite, orgInviteLife, statusAt } from './orgInvite.js'

/**
 * Deletes an invite that is not pending any more. Its events stay.
 * @throws {NotFoundError | PermissionDeniedError}
 * @throws {InvalidInputError} while it is pending
 */
export async function deleteOrgInvite(tx: Tx, actor: Actor, inviteId: string | null): Promise<OrgInvite> {
  const { org, invite } = await enterInvite(tx, actor, inviteId, 'INVITE_DELETE')
  const status = statusAt(invite, org.now)
  if (orgInviteLife[status].delete === 'REFUSED')
    throw new InvalidInputError([{ path: 'orgInviteId', message: 'Is pending: revoke it first.' }])
  // It has expired, but its event is not written yet. That event comes first.
  if (invite.status === 'PENDING') await endInvites(tx, org, 'EXPIRED', theServer, sql`id = ${invite.id}`)
  await tx.query(sql`delete from org_invite where id = ${invite.id}`)
  const erased = { ...invite, status }
  tx.record(org, eventActorOf(actor), {
    kind: 'INVITE',
    type: 'DELETED',
    invite: erased,
    previousStatus: status,
  })
  return erased
}
