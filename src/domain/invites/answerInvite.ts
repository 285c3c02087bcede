import sql from 'sql-template-tag'
import type { IdSql } from '../../database/database.js'
import { allOf } from '../../database/transaction.js'
import { type Actor, type EventActor, eventActorOf } from '../core/actor.js'
import { lockOrgWithAuthority, requirePermission } from '../core/enterOrg.js'
import { membershipOf, type OrgUser } from '../core/membership.js'
import { NotFoundError, PermissionDeniedError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { EmailNotVerifiedError } from '../users/emailNotVerified.js'
import { findPerson, type PersonRow } from '../users/findPerson.js'
import { orgOfInvite } from './enterInvite.js'
import { hasLostSource, readInviteAndSource } from './inviteSource.js'
import { hashInviteToken, provesAddress } from './inviteToken.js'
import { isInvitee, isToAddressOf, type OrgInvite, OrgInviteForAnotherUserError } from './orgInvite.js'

/** The invite to answer: by exactly one of its id, for the signed-in invitee, and the token in its link. */
interface OrgInviteRef {
  orgInviteId?: string | null | undefined
  token?: string | null | undefined
}

export interface AnswerCommand {
  invite: OrgInviteRef
  /** The user for whom an instance token answers. Undefined for one's own answer. Null if the id names no user. */
  userId?: string | null | undefined
}

export interface Answer {
  org: LockedOrg
  invite: OrgInvite
  /** Whether its sender has lost the right to send it. Then it will be revoked soon. */
  lostSource: boolean
  /** The user who answers. */
  person: PersonRow
  /** Their membership, suspended or not. Null if they are no member yet. */
  member: OrgUser | null
  /** The actor of the events: the person, or the token that answers for them. */
  by: EventActor
}

/**
 * The first line of an invitee's operations. It finds out who answers, locks the invite's org, reads the invite under
 * the lock and checks that it is addressed to them (contract §5). With the invite's id, their e-mail address must be
 * verified. With the token, it need not be if the token came by mail. But no other account may have verified the address.
 * @throws {NotFoundError | PermissionDeniedError | OrgInviteForAnotherUserError | EmailNotVerifiedError}
 */
export async function answerInvite(tx: Tx, actor: Actor, command: AnswerCommand): Promise<Answer> {
  const userId = userAnswering(actor, command.userId)
  const inviteId = idOf(command.invite)
  const orgId = orgOfInvite(inviteId)
  // A resend may replace the link while this waits for the lock, so the invite is read once the lock is held.
  const [{ org, authority, self, suspended }, somebody, read, other] = await allOf([
    lockOrgWithAuthority(tx, actor, orgId),
    findPerson(tx, userId),
    readInviteAndSource(tx, inviteId),
    actor.kind === 'token' ? membershipOf(tx, orgId, userId) : null,
  ])
  if (actor.kind === 'token') requirePermission(authority, 'INVITE_RESPOND')
  const person = found(somebody)
  const { invite, source } = found(read)
  if (command.invite.token != null) {
    if (!isToAddressOf(invite, person) || !person.ownsEmail) throw new OrgInviteForAnotherUserError(person)
    if (!person.emailVerified && !provesAddress(command.invite.token)) throw new EmailNotVerifiedError()
  } else if (!isInvitee(invite, person)) {
    if (!authority.permissions.has('INVITE_READ')) throw new NotFoundError()
    throw isToAddressOf(invite, person)
      ? new EmailNotVerifiedError()
      : new OrgInviteForAnotherUserError(person)
  }
  const lostSource = await hasLostSource(tx, invite, source)
  return { org, invite, lostSource, person, member: self ?? suspended ?? other, by: eventActorOf(actor) }
}

/** A person answers only for themselves, a token for the user whom it names. */
function userAnswering(actor: Actor, named: string | null | undefined): string | null {
  if (actor.kind === 'person') {
    if (named !== undefined) throw new PermissionDeniedError('INVITE_RESPOND')
    return actor.userId
  }
  if (named === undefined) throw new NotFoundError()
  return named
}

/** @throws {NotFoundError} if the id names no invite */
function idOf(ref: OrgInviteRef): IdSql {
  return ref.token != null
    ? sql`(select invite_id from org_invite_token where hash = ${hashInviteToken(ref.token)})`
    : found(ref.orgInviteId)
}

function found<T>(thing: T | null | undefined): T {
  if (thing === null || thing === undefined) throw new NotFoundError()
  return thing
}
