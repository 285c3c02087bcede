import sql from 'sql-template-tag'
import { type Actor, userIdOf } from '../identity/actor.js'
import { approachOrg, requirePermission } from '../org/enterOrg.js'
import { hashToken } from '../platform/token.js'
import { allOf } from '../platform/transaction.js'
import { NotFoundError, PermissionDeniedError } from '../refusal.js'
import type { LockedOrg, Tx } from '../transact.js'
import { EmailNotVerifiedError } from '../user/emailNotVerified.js'
import { findPerson, type PersonRow } from '../user/findPerson.js'
import { readInvite } from './enterInvite.js'
import { bearsAddressOf, isInvitee, type OrgInvite, OrgInviteForAnotherUserError } from './orgInvite.js'

/** Which invite: by id for the signed-in invitee, by token for the bearer of the link. */
export type OrgInviteRef = { orgInviteId: string | null } | { token: string }

export interface AnswerCommand {
  invite: OrgInviteRef
  /** Whom an instance token answers for. Undefined: oneself. Null: an id that names no user. */
  userId?: string | null | undefined
}

export interface Answer {
  org: LockedOrg
  invite: OrgInvite
  /** Whose answer it is. */
  person: PersonRow
  /** Whom the events name: null where a token answers for somebody. */
  actorId: string | null
}

/**
 * The door for an invite's own person: finds who answers, locks the invite's org, reads the invite under the
 * lock and proves that it is theirs (contract §5). By id only a verified address counts; a mailed token
 * proves the address itself.
 * @throws {NotFoundError | PermissionDeniedError | OrgInviteForAnotherUserError | EmailNotVerifiedError}
 */
export async function answerInvite(tx: Tx, actor: Actor, command: AnswerCommand): Promise<Answer> {
  const userId = userAnswering(actor, command.userId)
  const { inviteId, orgId } = await locate(tx, command.invite)
  const [{ org, authority }, somebody, invite] = await allOf([
    approachOrg(tx, actor, orgId),
    findPerson(tx, userId),
    readInvite(tx, inviteId),
  ])
  if (actor.kind === 'token') requirePermission(authority, 'INVITE_RESPOND')
  const person = found(somebody)
  if (!invite) throw new NotFoundError()
  if ('token' in command.invite) {
    // A resend may have killed the link while this waited for the lock.
    await locate(tx, command.invite)
    if (!bearsAddressOf(invite, person)) throw new OrgInviteForAnotherUserError()
  } else if (!isInvitee(invite, person)) {
    if (!authority.permissions.has('INVITE_READ')) throw new NotFoundError()
    throw bearsAddressOf(invite, person) ? new EmailNotVerifiedError() : new OrgInviteForAnotherUserError()
  }
  return { org, invite, person, actorId: userIdOf(actor) }
}

/** A person answers for themselves alone, a token for the user whom it names. */
function userAnswering(actor: Actor, named: string | null | undefined): string | null {
  if (actor.kind === 'person') {
    if (named !== undefined) throw new PermissionDeniedError('INVITE_RESPOND')
    return actor.userId
  }
  if (named === undefined) throw new NotFoundError()
  return named
}

async function locate(tx: Tx, ref: OrgInviteRef): Promise<{ inviteId: string; orgId: string }> {
  const [place] = await tx.query<{ inviteId: string; orgId: string }>(
    'token' in ref
      ? sql`
          select org_invite.id as invite_id, org_invite.org_id
          from org_invite_token join org_invite on org_invite.id = org_invite_token.invite_id
          where org_invite_token.hash = ${hashToken(ref.token)}
        `
      : sql`select id as invite_id, org_id from org_invite where id = ${ref.orgInviteId}`,
  )
  return found(place)
}

function found<T>(thing: T | null | undefined): T {
  if (thing === null || thing === undefined) throw new NotFoundError()
  return thing
}
