import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { endRunningJobSql, type Run } from '../../jobs/jobs.js'
import { mailSendings, mailTried } from '../../lib/channels.js'
import type { Log } from '../../lib/log.js'
import type { LogOncePerMinute } from '../../lib/logOncePerMinute.js'
import {
  type Mail,
  type Mailer,
  MailFailure,
  type MailGate,
  type MailKind,
  type MailTemplates,
  mailFailureOf,
  nextMailAttempt,
} from '../../mail/mailer.js'
import { theServer } from '../core/actor.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import type { Jobs, LockedOrg, Transact, Tx } from '../core/transact.js'
import { mailJob, reminderJob } from './askForMail.js'
import { readInvite } from './enterInvite.js'
import { composeInviteMail, inviteMessageId } from './inviteMail.js'
import { acceptUrlOf, deleteInviteToken, mintInviteToken } from './inviteToken.js'
import { type OrgInvite, orgInviteColumns, statusAt } from './orgInvite.js'

export type RequestedMail = Jobs['sendInviteMail']

export interface MailServices {
  transact: Transact
  database: Queryable
  /** Null if no mail server is configured any more. */
  mailer: Mailer | null
  templates: MailTemplates
  /** Whether the inviter gets the answers to mails. */
  replyToInviter: boolean
  gate: MailGate
  /** How long a failing mail is tried again, ms. */
  retryForMs: number
  log: Log
  /** Logs why a mail waits for another try, if the reason is that mail alone. */
  logDeferral: LogOncePerMinute
}

/** The jobs that send mails to invitees, by the kind of mail. */
const jobOf = { invite: mailJob, reminder: reminderJob } as const

type InviteMailKind = keyof typeof jobOf

export const inviteMailKinds = Object.keys(jobOf) as InviteMailKind[]

/**
 * Sends an invite's mail or its reminder at least once, after the commit that requested it. Each try has its own link. All links that may
 * have arrived stay valid, so a mail that arrives twice works twice; a resend makes them invalid. Records SENT, or after
 * the last try SEND_FAILED with the reason, in the org's history. A reminder that can't be sent is only logged: the
 * invite's mail has arrived.
 */
export async function sendInviteMail(
  services: MailServices,
  kind: InviteMailKind,
  asked: RequestedMail,
  { jobId, signal }: Pick<Run, 'jobId' | 'signal'>,
): Promise<void> {
  const written = await write(services, kind, asked)
  if (!written) return
  try {
    const { mailer } = services
    if (!mailer) throw notConfigured()
    await mailSendings.watch({ kind }, () => mailer.send(written.mail, signal))
  } catch (error) {
    // This server stops. That is no failure of the mail: another server sends it.
    if (signal.aborted) throw error
    const failure = mailFailureOf(error)
    services.gate.reportFailure(failure)
    await fail(services, kind, asked, failure, written.token)
    return
  }
  mailTried.publish({ kind, result: 'sent', problem: undefined })
  services.gate.reportSuccess()
  await services.transact(async (tx) => {
    const found = await lockInvite(tx, asked)
    if (found) await recordSent(tx, kind, asked, found)
    // Otherwise the mail would be sent and counted again if this server died before the queue removes the job.
    tx.write(endRunningJobSql(jobId))
  })
}

/** Makes a link and writes the mail. Null if the invite has ended or has requested another mail since. */
async function write(
  { transact, templates, replyToInviter }: MailServices,
  kind: InviteMailKind,
  asked: RequestedMail,
): Promise<{ mail: Mail; token: string } | null> {
  return transact(async (tx) => {
    const found = await lockInvite(tx, asked)
    if (!found?.isNewest || statusAt(found.invite, found.org.now) !== 'PENDING') return null
    const { org, invite } = found
    if (invite.email === null) return null
    const [inviter] = await tx.query<{ name: string | null; verifiedEmail: string | null }>(sql`
      select name, case when email_verified then email end as verified_email
      from "user" where id = ${invite.invitedById}
    `)
    const { appUrl } = tx.rules
    const token = await mintInviteToken(tx, invite.id)
    const mail = composeInviteMail(templates, kind, {
      to: invite.email,
      locale: invite.locale,
      orgName: org.name,
      inviterName: inviter?.name ?? null,
      roles: invite.roles,
      message: invite.message,
      acceptUrl: acceptUrlOf(appUrl, token),
      expiresAt: invite.expiresAt,
      messageId: inviteMessageId({ kind, inviteId: invite.id, mailNumber: asked.mailNumber, appUrl }),
      replyTo: replyToInviter ? (inviter?.verifiedEmail ?? null) : null,
    })
    return { mail, token }
  })
}

/**
 * Plans another try, or gives up. It locks the org, as the request of a mail does: otherwise the other try could replace
 * a newer mail in the queue.
 */
async function fail(
  services: MailServices,
  kind: InviteMailKind,
  asked: RequestedMail,
  failure: MailFailure,
  token: string,
): Promise<void> {
  const { transact, retryForMs, logDeferral } = services
  const isGivenUp = await transact(async (tx) => {
    const found = await lockInvite(tx, asked)
    if (!found?.isNewest) return false
    if (!failure.mayHaveArrived) await deleteInviteToken(tx, token)
    const failures = asked.failures + 1
    const retryAt = failure.isFinal
      ? null
      : nextMailAttempt(new Date(asked.askedAt), failures, found.org.now, retryForMs)
    if (retryAt) tx.enqueue(jobOf[kind]({ ...asked, failures }, retryAt))
    else if (kind === 'invite') await recordFailed(tx, found, failure)
    return retryAt === null
  })
  if (isGivenUp) return logGivenUp(services, kind, asked, failure)
  mailTried.publish({ kind, result: 'deferred', problem: failure.problem })
  if (!failure.isAboutUs) logDeferral(failure.problem, { code: failure.code, answer: failure.message })
}

/** An invite whose org is locked. */
export interface FoundInvite {
  org: LockedOrg
  invite: OrgInvite
  /** False if the invite has requested another mail since. */
  isNewest: boolean
}

/** Locks the org of a mail's invite and reads the invite. Null if it is deleted. */
export async function lockInvite(
  tx: Tx,
  { inviteId, mailNumber }: Pick<RequestedMail, 'inviteId' | 'mailNumber'>,
): Promise<FoundInvite | null> {
  const before = await readInvite(tx, inviteId)
  if (!before) return null
  const org = await lockOrgIfThere(tx, before.orgId)
  const invite = org && (await readInvite(tx, inviteId))
  return org && invite ? { org, invite, isNewest: invite.mailNumber === mailNumber } : null
}

/**
 * An older mail is counted and recorded too, because it arrived, and a reminder. `delivery` is about the newest mail only,
 * not about its reminder.
 */
async function recordSent(
  tx: Tx,
  kind: InviteMailKind,
  { mailNumber }: RequestedMail,
  { org, invite: { id } }: FoundInvite,
): Promise<void> {
  const isAboutIt = sql`${kind === 'invite'} and mail_number = ${mailNumber}`
  const [invite] = await tx.query<OrgInvite>(sql`
    update org_invite set
      delivery = case when ${isAboutIt} then 'SENT' else delivery end,
      delivery_problem = case when ${isAboutIt} then null else delivery_problem end,
      send_count = send_count + 1,
      last_sent_at = ${org.now}
    where id = ${id}
    returning ${orgInviteColumns}
  `)
  recordMail(tx, org, 'SENT', invite)
}

/** Records that the newest mail was given up, and why. */
export async function recordFailed(
  tx: Tx,
  { org, invite: { id } }: FoundInvite,
  { problem }: MailFailure,
): Promise<void> {
  const [invite] = await tx.query<OrgInvite>(sql`
    update org_invite set delivery = 'FAILED', delivery_problem = ${problem}
    where id = ${id}
    returning ${orgInviteColumns}
  `)
  recordMail(tx, org, 'SEND_FAILED', invite, problem)
}

function recordMail(
  tx: Tx,
  org: LockedOrg,
  type: 'SENT' | 'SEND_FAILED',
  invite: OrgInvite | undefined,
  problem?: MailFailure['problem'],
): void {
  if (!invite) throw new Error('an invite vanished under its org’s lock')
  const { status: previousStatus } = invite
  tx.record(org, theServer, { kind: 'INVITE', type, invite, previousStatus, ...(problem && { problem }) })
}

/** Tells about a mail that is given up: one line in the log for each. */
export function logGivenUp(
  { log }: MailServices,
  kind: MailKind,
  { inviteId }: Pick<RequestedMail, 'inviteId'>,
  failure: MailFailure,
): void {
  const { problem, code, message: reason } = failure
  mailTried.publish({ kind, result: 'failed', problem })
  log.warn({ inviteId, problem, code, reason }, givenUp[kind])
}

const givenUp: Readonly<Record<MailKind, string>> = {
  invite: 'gave up the mail of an invite',
  reminder: 'gave up the reminder of an invite',
  renewal: 'gave up the mail that asks for a new link of an invite',
}

export const notConfigured = () =>
  new MailFailure('no mail server is configured any more', {
    problem: 'NOT_CONFIGURED',
    isFinal: false,
    isAboutUs: true,
    mayHaveArrived: false,
  })
