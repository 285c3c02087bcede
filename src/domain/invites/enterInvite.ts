import sql, { type Sql } from 'sql-template-tag'
import type { IdSql } from '../../database/database.js'
import { allOf } from '../../database/transaction.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from '../core/actor.js'
import { mayKnowOrg } from '../core/authority.js'
import { type Entry, lockOrgWithAuthority } from '../core/enterOrg.js'
import { NotFoundError, PermissionDeniedError } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { findPerson } from '../users/findPerson.js'
import { isInvitee, type OrgInvite, orgInviteColumns } from './orgInvite.js'

/**
 * The first line of operations that manage an invite. It locks the org, reads the invite under the lock and requires
 * the permission.
 * @throws {NotFoundError} if the invite doesn't exist, or if the actor may not know that it exists
 * @throws {PermissionDeniedError} if a member or the invitee lacks the permission
 */
export async function enterInvite(
  tx: Tx,
  actor: Actor,
  inviteId: string | null,
  permission: Permission,
): Promise<Entry & { invite: OrgInvite }> {
  if (inviteId === null) throw new NotFoundError()
  const [entry, invite] = await allOf([
    lockOrgWithAuthority(tx, actor, orgOfInvite(inviteId)),
    readInvite(tx, inviteId),
  ])
  if (!invite) throw new NotFoundError()
  if (entry.authority.permissions.has(permission)) return { ...entry, invite }
  if (mayKnowOrg(entry.authority)) throw new PermissionDeniedError(permission)
  const person = actor.kind === 'person' ? await findPerson(tx, actor.userId) : null
  throw person && isInvitee(invite, person) ? new PermissionDeniedError(permission) : new NotFoundError()
}

/** An invite as it is now. Lock its org first, so that it doesn't change. */
export async function readInvite(tx: Tx, inviteId: IdSql): Promise<OrgInvite | null> {
  const [invite] = await tx.query<OrgInvite>(
    sql`select ${orgInviteColumns} from org_invite where id = ${inviteId}`,
  )
  return invite ?? null
}

/** The org of an invite. It never changes, so it can be read before the lock. */
export function orgOfInvite(inviteId: IdSql): Sql {
  return sql`(select of_org.org_id from org_invite of_org where of_org.id = ${inviteId})`
}
