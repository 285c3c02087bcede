import { allOf, ofOneRow } from '../../database/transaction.js'
import type { Permission } from '../../generated/prisma/enums.js'
import type { Actor } from '../core/actor.js'
import { holdAppRoles, keysOf, rankTooLowForApp, requireAppRank } from '../core/appRole.js'
import { enterOrg } from '../core/enterOrg.js'
import type { Repeat } from '../core/idempotency.js'
import type { InputIssue } from '../core/inputIssue.js'
import { requireActive } from '../core/org.js'
import { InvalidInputError, NotFoundError } from '../core/refusal.js'
import { rankTooLow, requireRank } from '../core/requireRank.js'
import type { Tx } from '../core/transact.js'
import { type Email, parseEmail } from '../users/email.js'
import { findPerson } from '../users/findPerson.js'
import { addPendingInvite } from './addPendingInvite.js'
import { decideMail } from './askForMail.js'
import { readInvite } from './enterInvite.js'
import { parseTerms, type TermsInput } from './inviteTerms.js'
import { acceptUrlOf, insertInviteTokenSql, newInviteToken } from './inviteToken.js'
import { noObstacles, type Obstacles, obstaclesTo } from './obstacles.js'
import type { OrgInvite } from './orgInvite.js'

/** Whom to invite: exactly one of the two. `userId` is null if the id names no user. */
export interface InviteeInput {
  email?: string | null | undefined
  userId?: string | null | undefined
}

export interface CreateOrgInviteCommand extends TermsInput {
  orgId: string | null
  invitee: InviteeInput
  /** Null to send a mail if a mail server is configured. */
  sendEmail?: boolean | null | undefined
}

export interface InviteMade {
  orgInvite: OrgInvite
  /** The link. Null unless the actor may have it and no mail contains it. */
  acceptUrl: string | null
}

interface Invitee {
  email: Email
  /** Set if the invite is for one account only. */
  invitedUserId: string | null
}

/**
 * Invites somebody by e-mail address or by user id.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError
 *   | AppRoleNotGrantableError | OrgNotActiveError | EmailNotConfiguredError | AlreadyOrgUserError
 *   | OrgInviteAlreadyPendingError | LimitReachedError | RateLimitedError}
 */
export async function createOrgInvite(
  tx: Tx,
  actor: Actor,
  command: CreateOrgInviteCommand,
): Promise<InviteMade> {
  const [{ org, authority }, { invitee, obstacles, issues }, appRoles] = await allOf([
    enterOrg(tx, actor, command.orgId, 'INVITE_CREATE'),
    findInvitee(tx, command),
    holdAppRoles(tx, command.appRoleIds),
  ])
  const parsed = parseTerms(command, org.now, tx.rules)
  if (!invitee || parsed.issues.length > 0) throw new InvalidInputError([...issues, ...parsed.issues])
  const { terms } = parsed
  const roles = terms.roles ?? ['USER']
  requireRank(authority, roles)
  requireAppRank(authority, appRoles)
  requireActive(org)
  const mailed = decideMail(tx, command.sendEmail)
  const orgInvite = await addPendingInvite(tx, org, actor, obstacles, {
    ...invitee,
    roles,
    appRoles: keysOf(appRoles),
    expiresAt: terms.expiresAt,
    message: terms.message ?? null,
    locale: terms.locale ?? tx.rules.mailLocale,
    mailed,
    renewsId: null,
  })
  return { orgInvite, acceptUrl: linkFor(tx, actor, authority.permissions, orgInvite, mailed) }
}

/** How `createOrgInvite` answers a call that is repeated with the same idempotency key. */
export const repeatCreateOrgInvite: Repeat<CreateOrgInviteCommand, InviteMade> = {
  compared: (command) => ({ ...command, roles: command.roles ?? ['USER'] }),
  async authorize(tx, actor, { orgId, roles, appRoleIds }) {
    const [{ authority }, appRoles] = await allOf([
      enterOrg(tx, actor, orgId, 'INVITE_CREATE'),
      holdAppRoles(tx, appRoleIds),
    ])
    return rankTooLow(authority, roles ?? ['USER']) ?? rankTooLowForApp(authority, appRoles)
  },
  idOf: ({ orgInvite }) => orgInvite.id,
  recall: (tx, _actor, id) => recallInvite(tx, id),
}

/**
 * An invite that an earlier call with the same idempotency key has made. Its link is told only once.
 * @throws {NotFoundError} if it was deleted since
 */
export async function recallInvite(tx: Tx, id: string): Promise<InviteMade> {
  const orgInvite = await readInvite(tx, id)
  if (!orgInvite) throw new NotFoundError()
  return { orgInvite, acceptUrl: null }
}

/**
 * The link of an invite that no mail contains, for actors who may have it: a person who has the operation's permission, and a
 * token with INVITE_LINK, whose host application mails it. Null for all others. The person could open the link themselves, so
 * theirs proves no address.
 */
export function linkFor(
  tx: Tx,
  actor: Actor,
  permissions: ReadonlySet<Permission>,
  invite: OrgInvite,
  mailed: boolean,
): string | null {
  const mayMailIt = permissions.has('INVITE_LINK')
  if (mailed || (!mayMailIt && actor.kind !== 'person')) return null
  const token = newInviteToken(mayMailIt ? 'mailed' : 'told')
  tx.write(ofOneRow(insertInviteTokenSql(token, invite.id)))
  return acceptUrlOf(tx.rules.appUrl, token)
}

/**
 * Finds out whom an invite is for and what prevents it. The statements run after the org is locked. An invite by user id
 * goes to the account's address and is for that account only.
 * @returns no invitee, but the issues, if there is no such address
 */
async function findInvitee(
  tx: Tx,
  { orgId, invitee: input }: CreateOrgInviteCommand,
): Promise<{ invitee: Invitee | null; obstacles: Obstacles; issues: InputIssue[] }> {
  if (input.email != null) {
    const email = parseEmail(input.email)
    if (!email.ok) return nobody('invitee.email', email.message)
    const invitee = { email: email.value, invitedUserId: null }
    return { invitee, obstacles: await obstaclesTo(tx, orgId, invitee), issues: [] }
  }
  const person = await findPerson(tx, input.userId ?? null)
  if (!person) throw new NotFoundError()
  if (person.email === null) return nobody('invitee.userId', 'This user has no e-mail address.')
  const invitee = { email: person.email, invitedUserId: person.id }
  return { invitee, obstacles: await obstaclesTo(tx, orgId, invitee), issues: [] }
}

const nobody = (path: string, message: string) => ({
  invitee: null,
  obstacles: noObstacles,
  issues: [{ path, message }],
})
