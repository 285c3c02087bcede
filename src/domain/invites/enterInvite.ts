import sql, { type Sql } from 'sql-template-tag'
import type { IdSql } from '../../database/database.js'
import { allOf } from '../../database/transaction.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from '../core/actor.js'
import { approachOrg, type Entry, mayKnowOrg } from '../core/enterOrg.js'
import { NotFoundError, PermissionDeniedError } from '../core/refusal.js'
import type { Tx } from '../core/transact.js'
import { findPerson } from '../users/findPerson.js'
import { isInvitee, type OrgInvite, orgInviteColumns } from './orgInvite.js'

/**
 * The door for those who manage an invite: locks its org, reads it under the lock and proves the permission.
 * @throws {NotFoundError} where there is none, or the actor may not know of it
 * @throws {PermissionDeniedError} for members, and for the invitee, who lack the permission
 */
export async function enterInvite(
  tx: Tx,
  actor: Actor,
  inviteId: string | null,
  permission: Permission,
): Promise<Entry & { invite: OrgInvite }> {
  if (inviteId === null) throw new NotFoundError()
  const [entry, invite] = await allOf([
    approachOrg(tx, actor, orgOfInvite(inviteId)),
    readInvite(tx, inviteId),
  ])
  if (!invite) throw new NotFoundError()
  if (entry.authority.permissions.has(permission)) return { ...entry, invite }
  if (mayKnowOrg(entry.authority)) throw new PermissionDeniedError(permission)
  const person = actor.kind === 'person' ? await findPerson(tx, actor.userId) : null
  throw person && isInvitee(invite, person) ? new PermissionDeniedError(permission) : new NotFoundError()
}

/** An invite as it stands; take its org's lock first to keep it so. */
export async function readInvite(tx: Tx, inviteId: IdSql): Promise<OrgInvite | null> {
  const [invite] = await tx.query<OrgInvite>(
    sql`select ${orgInviteColumns} from org_invite where id = ${inviteId}`,
  )
  return invite ?? null
}

/** The org that an invite is of, which never changes: so it can be told before the lock. */
export function orgOfInvite(inviteId: IdSql): Sql {
  return sql`(select of_org.org_id from org_invite of_org where of_org.id = ${inviteId})`
}
