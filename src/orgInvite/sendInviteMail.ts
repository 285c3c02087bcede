import sql from 'sql-template-tag'
import { lockOrgIfThere } from '../org/lockOrg.js'
import type { Queryable } from '../platform/database.js'
import type { Log } from '../platform/log.js'
import { type Mailer, MailFailure, mailFailureOf, nextMailAttempt } from '../platform/mailer.js'
import type { Jobs, LockedOrg, Transact, Tx } from '../transact.js'
import { mailJob } from './askForMail.js'
import { readInvite } from './enterInvite.js'
import { composeInviteMail, inviteMessageId } from './inviteMail.js'
import { acceptUrlOf, mintInviteToken } from './inviteToken.js'
import { type OrgInvite, orgInviteColumns, statusAt } from './orgInvite.js'

type AskedMail = Jobs['sendInviteMail']

export interface MailOffice {
  transact: Transact
  database: Queryable
  /** Null: no mail server is configured any more. */
  mailer: Mailer | null
  /** How long failing sends are tried again, ms. */
  retryForMs: number
  log: Log
}

/**
 * Sends an invite's mail: after the commit that asked for it, at least once, with a link of its own at each
 * try. All links of one asked mail work, so that one which arrives twice has no dead twin; a resend kills them.
 * Says SENT, or after the last try SEND_FAILED with its reason, in the org's history.
 */
export async function sendInviteMail(
  office: MailOffice,
  mail: AskedMail,
  signal: AbortSignal,
): Promise<void> {
  const letter = await prepare(office, mail)
  if (!letter) return
  try {
    if (!office.mailer) throw notConfigured()
    await office.mailer.send(letter, signal)
  } catch (error) {
    // This server stops, which is no failure of the mail: another server sends it.
    if (signal.aborted) throw error
    await fail(office, mail, mailFailureOf(error))
    return
  }
  await office.transact(async (tx) => {
    const found = await current(tx, mail)
    if (found) await report(tx, mail, found)
  })
}

/** Makes a link and writes the mail; null where the invite has ended, or asked for another mail since. */
async function prepare({ transact }: MailOffice, mail: AskedMail) {
  return transact(async (tx) => {
    const found = await current(tx, mail)
    if (!found || statusAt(found.invite, found.org.now) !== 'PENDING') return null
    const { org, invite } = found
    const [inviter] = await tx.query<{ name: string | null }>(
      sql`select name from "user" where id = ${invite.invitedById}`,
    )
    const { appUrl } = tx.rules
    return composeInviteMail({
      to: invite.email,
      orgName: org.name,
      inviterName: inviter?.name ?? null,
      roles: invite.roles,
      message: invite.message,
      acceptUrl: acceptUrlOf(appUrl, await mintInviteToken(tx, invite.id)),
      expiresAt: invite.expiresAt,
      messageId: inviteMessageId({ inviteId: invite.id, mailNumber: mail.mailNumber, appUrl }),
    })
  })
}

/**
 * Asks for another try later, or gives up. Under the org's lock, as the asking is: another try would take the
 * place of a newer mail that waits for its turn.
 */
async function fail(office: MailOffice, mail: AskedMail, failure: MailFailure): Promise<void> {
  const { transact, retryForMs, log } = office
  const givenUp = await transact(async (tx) => {
    const found = await current(tx, mail)
    if (!found) return false
    const failures = mail.failures + 1
    const retryAt = failure.isFinal
      ? null
      : nextMailAttempt(new Date(mail.askedAt), failures, found.org.now, retryForMs)
    if (retryAt) tx.enqueue(mailJob({ ...mail, failures }, retryAt))
    else await report(tx, mail, found, failure)
    return retryAt === null
  })
  const { problem, code, message: reason } = failure
  if (givenUp) log.warn({ inviteId: mail.inviteId, problem, code, reason }, 'gave up the mail of an invite')
}

/**
 * Writes what became of the mail to the invite and into the history.
 * @param failure undefined where it was sent
 */
async function report(tx: Tx, mail: AskedMail, { org }: CurrentMail, failure?: MailFailure): Promise<void> {
  const sent = failure === undefined
  const [invite] = await tx.query<OrgInvite>(sql`
    update org_invite set
      delivery = ${sent ? 'SENT' : 'FAILED'}::"OrgInviteDelivery",
      delivery_problem = ${failure?.problem ?? null},
      send_count = send_count + ${sent ? 1 : 0},
      last_sent_at = case when ${sent} then ${org.now} else last_sent_at end
    where id = ${mail.inviteId}
    returning ${orgInviteColumns}
  `)
  if (!invite) throw new Error(`invite ${mail.inviteId} vanished under its org's lock`)
  tx.record(org, null, {
    kind: 'INVITE',
    type: sent ? 'SENT' : 'SEND_FAILED',
    invite,
    previousStatus: invite.status,
    ...(failure && { problem: failure.problem }),
  })
}

const notConfigured = () =>
  new MailFailure('no mail server is configured any more', {
    problem: 'NOT_CONFIGURED',
    isFinal: false,
    isAboutUs: true,
    mayHaveArrived: false,
  })

interface CurrentMail {
  org: LockedOrg
  invite: OrgInvite
}

/** The invite under its org's lock, null where it is gone or has asked for a newer mail. */
async function current(tx: Tx, mail: AskedMail): Promise<CurrentMail | null> {
  const before = await readInvite(tx, mail.inviteId)
  if (!before) return null
  const org = await lockOrgIfThere(tx, before.orgId)
  const invite = org && (await readInvite(tx, mail.inviteId))
  return org && invite?.mailNumber === mail.mailNumber ? { org, invite } : null
}
