import sql from 'sql-template-tag'
import { allOf } from '../../database/transaction.js'
import { type Actor, eventActorOf, userIdOf } from '../core/actor.js'
import { holdAppRoles, holdAppRolesByKey, keysOf, rankTooLowForApp } from '../core/appRole.js'
import type { Repeat } from '../core/idempotency.js'
import { refuseIf, refuseIssues } from '../core/refusal.js'
import { rankTooLow } from '../core/requireRank.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import type { Email } from '../users/email.js'
import { addPendingInvite } from './addPendingInvite.js'
import { decideMail, enqueueMail } from './askForMail.js'
import { countMail } from './countMail.js'
import { type InviteMade, linkFor, recallInvite } from './createOrgInvite.js'
import { enterInvite } from './enterInvite.js'
import { whyNotResend } from './inviteActions.js'
import { INSTANCE_TOKEN_ID } from './inviteSource.js'
import { type InviteTerms, parseTerms, type TermsInput } from './inviteTerms.js'
import { deleteInviteTokens } from './inviteToken.js'
import { obstaclesTo } from './obstacles.js'
import {
  AlreadyOrgUserError,
  type OrgInvite,
  OrgInviteNotPendingError,
  orgInviteColumns,
  outcomeOf,
  statusAt,
} from './orgInvite.js'
import { planReminder } from './remindOfInvite.js'

export interface ResendOrgInviteCommand extends TermsInput {
  orgInviteId: string | null
  /** Null to send a mail if a mail server is configured. */
  sendEmail?: boolean | null | undefined
}

/**
 * Gives a pending invite a new link and a new expiry, and new roles if asked for. The old link becomes invalid. An expired
 * invite is renewed by a new invite. From now on the invite also depends on the rights of the person who resent it, so
 * they need the rank for everything that it grants, before and after.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError
 *   | AppRoleNotGrantableError | OrgNotActiveError | OrgInviteNotPendingError | EmailNotConfiguredError
 *   | AlreadyOrgUserError | OrgInviteAlreadyPendingError | LimitReachedError | RateLimitedError}
 */
export async function resendOrgInvite(
  tx: Tx,
  actor: Actor,
  command: ResendOrgInviteCommand,
): Promise<InviteMade> {
  const [{ org, authority, invite }, asked] = await allOf([
    enterInvite(tx, actor, command.orgInviteId, 'INVITE_RESEND'),
    holdAppRoles(tx, command.appRoleIds),
  ])
  const { terms, issues } = parseTerms(command, org.now, tx.rules)
  refuseIssues(issues)
  const held = await holdAppRolesByKey(tx, invite.appRoles)
  refuseIf(whyNotResend(org, authority, invite, org.now, [...held, ...asked], terms.roles ?? []))
  const { email } = invite
  if (email === null) throw new OrgInviteNotPendingError(statusAt(invite, org.now))
  const granted = { ...terms, appRoles: keysOf(command.appRoleIds ? asked : held) }
  const outcome = outcomeOf('resend', invite, org.now)
  const mailed = decideMail(tx, command.sendEmail)
  const orgInvite =
    outcome === 'RENEWED'
      ? await renew(tx, org, actor, { ...invite, email }, granted, mailed)
      : await sendAgain(tx, org, actor, { ...invite, email }, granted, mailed)
  return { orgInvite, acceptUrl: linkFor(tx, actor, authority.permissions, orgInvite, mailed) }
}

/** How `resendOrgInvite` answers a call that is repeated with the same idempotency key. */
export const repeatResendOrgInvite: Repeat<ResendOrgInviteCommand, InviteMade> = {
  // Null takes the message away, as '' does. A message that is left out stays.
  compared: (command) => ({ ...command, message: command.message === null ? '' : command.message }),
  async authorize(tx, actor, { orgInviteId, roles, appRoleIds }) {
    const [{ authority, invite }, asked] = await allOf([
      enterInvite(tx, actor, orgInviteId, 'INVITE_RESEND'),
      holdAppRoles(tx, appRoleIds),
    ])
    const held = await holdAppRolesByKey(tx, invite.appRoles)
    return (
      rankTooLow(authority, [...invite.roles, ...(roles ?? [])]) ??
      rankTooLowForApp(authority, [...held, ...asked])
    )
  },
  idOf: ({ orgInvite }) => orgInvite.id,
  recall: (tx, _actor, id) => recallInvite(tx, id),
}

/** Also with the app roles that the invite grants from now on. */
type Granted = InviteTerms & { appRoles: string[] }

async function sendAgain(
  tx: Tx,
  org: LockedOrg,
  actor: Actor,
  invite: OrgInvite & { email: Email },
  terms: Granted,
  mailed: boolean,
): Promise<OrgInvite> {
  const { memberId } = await obstaclesTo(tx, org.id, invite)
  if (memberId !== null) throw new AlreadyOrgUserError(memberId)
  if (mailed) await countMail(tx, org, actor, invite.email)
  await deleteInviteTokens(tx, invite.id)
  // The number grows even without a mail, so that an older mail that still waits is not sent.
  const unsent = invite.delivery === 'QUEUED' ? 'NOT_SENT' : invite.delivery
  const [resent] = await tx.query<OrgInvite>(sql`
    update org_invite set
      roles = ${terms.roles ?? invite.roles},
      app_roles = ${terms.appRoles},
      message = ${terms.message === undefined ? invite.message : terms.message},
      locale = ${terms.locale ?? invite.locale},
      expires_at = ${terms.expiresAt},
      mail_number = mail_number + 1,
      resent_by_id = ${userIdOf(actor)},
      resent_by_token_id = ${actor.kind === 'token' ? (actor.tokenId ?? INSTANCE_TOKEN_ID) : null},
      delivery = ${mailed ? 'QUEUED' : unsent}::"OrgInviteDelivery",
      delivery_problem = ${mailed ? null : invite.deliveryProblem}
    where id = ${invite.id}
    returning ${orgInviteColumns}
  `)
  if (!resent) throw new Error(`invite ${invite.id} vanished under its org's lock`)
  tx.record(org, eventActorOf(actor), {
    kind: 'INVITE',
    type: 'RESENT',
    invite: resent,
    previousStatus: 'PENDING',
  })
  if (mailed) {
    enqueueMail(tx, org, resent)
    planReminder(tx, org, resent)
  }
  return resent
}

/** An expired invite that is still stored as PENDING would prevent its own renewal, so `addPendingInvite` ends it. */
async function renew(
  tx: Tx,
  org: LockedOrg,
  actor: Actor,
  expired: OrgInvite & { email: Email },
  terms: Granted,
  mailed: boolean,
): Promise<OrgInvite> {
  return addPendingInvite(tx, org, actor, await obstaclesTo(tx, org.id, expired), {
    email: expired.email,
    invitedUserId: expired.invitedUserId,
    roles: terms.roles ?? expired.roles,
    appRoles: terms.appRoles,
    expiresAt: terms.expiresAt,
    message: terms.message === undefined ? expired.message : terms.message,
    locale: terms.locale ?? expired.locale,
    mailed,
    renewsId: expired.id,
  })
}
