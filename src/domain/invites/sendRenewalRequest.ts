import sql from 'sql-template-tag'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import type { Job } from '../../jobs/jobs.js'
import { mailSendings, mailTried } from '../../lib/channels.js'
import { type Mail, mailFailureOf, nextMailAttempt } from '../../mail/mailer.js'
import type { Jobs, Tx } from '../core/transact.js'
import { type Email, HIDDEN_EMAIL } from '../users/email.js'
import { composeInviteMail } from './inviteMail.js'
import { type OrgInvite, orgInviteColumns } from './orgInvite.js'
import { rolesThatResend } from './rolesThatResend.js'
import { logGivenUp, type MailServices, notConfigured } from './sendInviteMail.js'
import { plainName } from './untrustedText.js'

type RenewalRequest = Jobs['sendRenewalRequest']

/** At most one mail of an invite waits in the queue. */
export const renewalJob = (payload: RenewalRequest, runAt?: Date): Job<Jobs> => ({
  name: 'sendRenewalRequest',
  payload,
  key: `sendRenewalRequest:${payload.inviteId}`,
  ...(runAt && { runAt }),
})

const kind = 'renewal'

/**
 * Tells a person who may resend an expired invite that somebody with its link asks for a new one: at least once, under one
 * Message-ID. One that can't be sent is only logged, because the org's history tells it too.
 */
export async function sendRenewalRequest(
  services: MailServices,
  asked: RenewalRequest,
  signal: AbortSignal,
): Promise<void> {
  const mail = await services.transact((tx) => write(tx, services, asked))
  if (!mail) return
  try {
    const { mailer } = services
    if (!mailer) throw notConfigured()
    await mailSendings.watch({ kind }, () => mailer.send(mail, signal))
  } catch (error) {
    // This server stops. That is no failure of the mail: another server sends it.
    if (signal.aborted) throw error
    const failure = mailFailureOf(error)
    services.gate.reportFailure(failure)
    const failures = asked.failures + 1
    const retryAt = failure.isFinal
      ? null
      : nextMailAttempt(new Date(asked.askedAt), failures, new Date(), services.retryForMs)
    if (!retryAt) return logGivenUp(services, kind, asked, failure)
    await services.transact(async (tx) => tx.enqueue(renewalJob({ ...asked, failures }, retryAt)))
    mailTried.publish({ kind, result: 'deferred', problem: failure.problem })
    return
  }
  mailTried.publish({ kind, result: 'sent', problem: undefined })
  services.gate.reportSuccess()
}

type Found = OrgInvite & {
  orgName: string
  to: Email
  inviterName: string | null
  inviteeName: string | null
  readerRoles: OrgRoleName[]
}

/** Writes the mail. Null if the invite is gone by now, or the person may not resend it any more. */
async function write(tx: Tx, { templates }: MailServices, asked: RenewalRequest): Promise<Mail | null> {
  const [found] = await tx.query<Found>(sql`
    select ${orgInviteColumns}, org.name as org_name, u.email as to, inviter.name as inviter_name,
      invited.name as invitee_name, member.roles as reader_roles
    from org_invite
      join org on org.id = org_invite.org_id
      join org_user member on member.org_id = org_invite.org_id and member.status = 'ACTIVE'
      join "user" u on u.id = member.user_id and u.email_verified
      left join "user" inviter on inviter.id = org_invite.invited_by_id
      left join "user" invited on invited.id = org_invite.invited_user_id
    where org_invite.id = ${asked.inviteId} and member.user_id = ${asked.userId}
  `)
  if (!found || found.email === null || found.to === null) return null
  const may = await rolesThatResend(tx, found)
  if (!found.readerRoles.some((role) => may.includes(role))) return null
  const { appUrl, mailLocale } = tx.rules
  const at = new Date(asked.askedAt).getTime()
  return composeInviteMail(templates, kind, {
    to: found.to,
    // The address of an invite by user id is not for everybody who may read the invite.
    invitee: found.invitedUserId === null ? found.email : plainName(found.inviteeName ?? '') || HIDDEN_EMAIL,
    locale: mailLocale,
    orgName: found.orgName,
    inviterName: found.inviterName,
    roles: found.roles,
    message: found.message,
    acceptUrl: appUrl,
    expiresAt: found.expiresAt,
    messageId: `<${kind}.${found.id}.${at}@${new URL(appUrl).hostname}>`,
  })
}
