import type { Permission } from '../generated/prisma/enums.js'
import type { Actor } from '../identity/actor.js'
import { enterOrg } from '../org/enterOrg.js'
import { requireActive } from '../org/org.js'
import { requireRank } from '../permission/requireRank.js'
import type { InputIssue } from '../platform/inputIssue.js'
import { InvalidInputError, NotFoundError } from '../refusal.js'
import type { Tx } from '../transact.js'
import { type Email, parseEmail } from '../user/email.js'
import { findPerson } from '../user/findPerson.js'
import { decideMail } from './askForMail.js'
import { parseTerms, type TermsInput } from './inviteTerms.js'
import { acceptUrlOf, mintInviteToken } from './inviteToken.js'
import type { OrgInvite } from './orgInvite.js'
import { placeInvite } from './placeInvite.js'

/** Whom to invite: exactly one of the two. `userId` null: an id that names no user. */
export type InviteeInput = { email: string } | { userId: string | null }

export interface CreateOrgInviteCommand extends TermsInput {
  orgId: string | null
  invitee: InviteeInput
  /** Null: where mail is configured. */
  sendEmail?: boolean | null | undefined
}

export interface InviteMade {
  orgInvite: OrgInvite
  /** The link, only where the actor may hold it and no mail carries it. */
  acceptUrl: string | null
}

interface Invitee {
  email: Email
  /** Set where the invite is for one account alone. */
  invitedUserId: string | null
}

/**
 * Invites somebody by address or by account.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError | OrgNotActiveError
 *   | EmailNotConfiguredError | AlreadyOrgUserError | OrgInviteAlreadyPendingError | LimitReachedError
 *   | RateLimitedError}
 */
export async function createOrgInvite(
  tx: Tx,
  actor: Actor,
  command: CreateOrgInviteCommand,
): Promise<InviteMade> {
  const { org, authority } = await enterOrg(tx, actor, command.orgId, 'INVITE_CREATE')
  const { invitee, issues } = await findInvitee(tx, command.invitee)
  const parsed = parseTerms(command, org.now)
  if (!invitee || parsed.issues.length > 0) throw new InvalidInputError([...issues, ...parsed.issues])
  const { terms } = parsed
  const roles = terms.roles ?? ['USER']
  requireRank(authority, roles)
  requireActive(org)
  const mailed = decideMail(tx, command.sendEmail)
  const orgInvite = await placeInvite(tx, org, actor, {
    ...invitee,
    roles,
    expiresAt: terms.expiresAt,
    message: terms.message ?? null,
    mailed,
    renewsId: null,
  })
  return { orgInvite, acceptUrl: await linkFor(tx, authority.permissions, orgInvite, mailed) }
}

/** The link of an invite that no mail carries, for those who may hold it; null for everybody else. */
export async function linkFor(
  tx: Tx,
  permissions: ReadonlySet<Permission>,
  invite: OrgInvite,
  mailed: boolean,
): Promise<string | null> {
  if (mailed || !permissions.has('INVITE_LINK')) return null
  return acceptUrlOf(tx.rules.appUrl, await mintInviteToken(tx, invite.id))
}

/**
 * An invite by user id goes to the account's address and is for that account alone.
 * @returns nobody, and the issues, where there is no such address
 */
async function findInvitee(
  tx: Tx,
  input: InviteeInput,
): Promise<{ invitee: Invitee | null; issues: InputIssue[] }> {
  if ('email' in input) {
    const email = parseEmail(input.email)
    return email.ok
      ? { invitee: { email: email.value, invitedUserId: null }, issues: [] }
      : { invitee: null, issues: [{ path: 'invitee.email', message: email.message }] }
  }
  const person = await findPerson(tx, input.userId)
  if (!person) throw new NotFoundError()
  return person.email === null
    ? { invitee: null, issues: [{ path: 'invitee.userId', message: 'This user has no e-mail address.' }] }
    : { invitee: { email: person.email, invitedUserId: person.id }, issues: [] }
}
