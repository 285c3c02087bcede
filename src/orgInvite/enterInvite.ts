import sql from 'sql-template-tag'
import type { Permission } from '../generated/prisma/enums.js'
import type { Actor } from '../identity/actor.js'
import { approachOrg, type Entry, mayKnowOrg } from '../org/enterOrg.js'
import { NotFoundError, PermissionDeniedError } from '../refusal.js'
import type { Tx } from '../transact.js'
import { findPerson } from '../user/findPerson.js'
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
  const orgId = await orgOf(tx, inviteId)
  const entry = await approachOrg(tx, actor, orgId)
  const invite = await readInvite(tx, inviteId)
  if (!invite) throw new NotFoundError()
  if (entry.authority.permissions.has(permission)) return { ...entry, invite }
  if (mayKnowOrg(entry.authority)) throw new PermissionDeniedError(permission)
  const person = actor.kind === 'person' ? await findPerson(tx, actor.userId) : null
  throw person && isInvitee(invite, person) ? new PermissionDeniedError(permission) : new NotFoundError()
}

/** An invite as it stands; take its org's lock first to keep it so. */
export async function readInvite(tx: Tx, inviteId: string | null): Promise<OrgInvite | null> {
  const [invite] = await tx.query<OrgInvite>(
    sql`select ${orgInviteColumns} from org_invite where id = ${inviteId}`,
  )
  return invite ?? null
}

/** The org that an invite is of, which never changes: so it can be read before the lock. */
async function orgOf(tx: Tx, inviteId: string | null): Promise<string | null> {
  const [found] = await tx.query<{ orgId: string }>(sql`select org_id from org_invite where id = ${inviteId}`)
  return found?.orgId ?? null
}
