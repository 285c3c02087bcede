import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { Log } from '../../lib/log.js'
import type { LogOncePerMinute } from '../../lib/logOncePerMinute.js'
import {
  type Mail,
  type Mailer,
  MailFailure,
  type MailGate,
  type MailTemplates,
  mailFailureOf,
  nextMailAttempt,
} from '../../mail/mailer.js'
import { theServer } from '../core/actor.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import type { Jobs, LockedOrg, Transact, Tx } from '../core/transact.js'
import { mailJob } from './askForMail.js'
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
  gate: MailGate
  /** How long a failing mail is tried again, ms. */
  retryForMs: number
  log: Log
  /** Logs why a mail waits for another try, if the reason is that mail alone. */
  logDeferral: LogOncePerMinute
}

/**
 * Sends an invite's mail at least once, after the commit that requested it. Each try has its own link. All links that may
 * have arrived stay valid, so a mail that arrives twice works twice; a resend makes them invalid. Records SENT, or after
 * the last try SEND_FAILED with the reason, in the org's history.
 */
export async function sendInviteMail(
  services: MailServices,
  asked: RequestedMail,
  signal: AbortSignal,
): Promise<void> {
  const written = await write(services, asked)
  if (!written) return
  try {
    if (!services.mailer) throw notConfigured()
    await services.mailer.send(written.mail, signal)
  } catch (error) {
    // This server stops. That is no failure of the mail: another server sends it.
    if (signal.aborted) throw error
    const failure = mailFailureOf(error)
    services.gate.reportFailure(failure)
    await fail(services, asked, failure, written.token)
    return
  }
  services.gate.reportSuccess()
  await services.transact(async (tx) => {
    const found = await lockInvite(tx, asked)
    if (found) await recordSent(tx, asked, found)
  })
}

/** Makes a link and writes the mail. Null if the invite has ended or has requested another mail since. */
async function write(
  { transact, templates }: MailServices,
  asked: RequestedMail,
): Promise<{ mail: Mail; token: string } | null> {
  return transact(async (tx) => {
    const found = await lockInvite(tx, asked)
    if (!found?.isNewest || statusAt(found.invite, found.org.now) !== 'PENDING') return null
    const { org, invite } = found
    if (invite.email === null) return null
    const [inviter] = await tx.query<{ name: string | null }>(
      sql`select name from "user" where id = ${invite.invitedById}`,
    )
    const { appUrl } = tx.rules
    const token = await mintInviteToken(tx, invite.id)
    const mail = composeInviteMail(templates, 'invite', {
      to: invite.email,
      locale: invite.locale,
      orgName: org.name,
      inviterName: inviter?.name ?? null,
      roles: invite.roles,
      message: invite.message,
      acceptUrl: acceptUrlOf(appUrl, token),
      expiresAt: invite.expiresAt,
      messageId: inviteMessageId({ inviteId: invite.id, mailNumber: asked.mailNumber, appUrl }),
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
    if (retryAt) tx.enqueue(mailJob({ ...asked, failures }, retryAt))
    else await recordFailed(tx, found, failure)
    return retryAt === null
  })
  if (isGivenUp) logGivenUp(services, asked, failure)
  else if (!failure.isAboutUs) logDeferral(failure.problem, { code: failure.code, answer: failure.message })
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
  { inviteId, mailNumber }: RequestedMail,
): Promise<FoundInvite | null> {
  const before = await readInvite(tx, inviteId)
  if (!before) return null
  const org = await lockOrgIfThere(tx, before.orgId)
  const invite = org && (await readInvite(tx, inviteId))
  return org && invite ? { org, invite, isNewest: invite.mailNumber === mailNumber } : null
}

/** An older mail is counted and recorded too, because it arrived. `delivery` is about the newest mail only. */
async function recordSent(
  tx: Tx,
  { mailNumber }: RequestedMail,
  { org, invite: { id } }: FoundInvite,
): Promise<void> {
  const [invite] = await tx.query<OrgInvite>(sql`
    update org_invite set
      delivery = case when mail_number = ${mailNumber} then 'SENT' else delivery end,
      delivery_problem = case when mail_number = ${mailNumber} then null else delivery_problem end,
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

/** Logs one line for each mail that is given up. */
export function logGivenUp({ log }: MailServices, { inviteId }: RequestedMail, failure: MailFailure): void {
  const { problem, code, message: reason } = failure
  log.warn({ inviteId, problem, code, reason }, 'gave up the mail of an invite')
}

const notConfigured = () =>
  new MailFailure('no mail server is configured any more', {
    problem: 'NOT_CONFIGURED',
    isFinal: false,
    isAboutUs: true,
    mayHaveArrived: false,
  })
