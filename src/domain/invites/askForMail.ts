import type { Job } from '../../jobs/jobs.js'
import type { Jobs, LockedOrg, Tx } from '../core/transact.js'
import { EmailNotConfiguredError, type OrgInvite } from './orgInvite.js'

/**
 * Whether an invite is sent by e-mail.
 * @param sendEmail null to send it if a mail server is configured
 * @throws {EmailNotConfiguredError} if a mail is required and no mail server is configured
 */
export function decideMail(tx: Tx, sendEmail: boolean | null | undefined): boolean {
  if (sendEmail === true && !tx.rules.mailConfigured) throw new EmailNotConfiguredError()
  return sendEmail ?? tx.rules.mailConfigured
}

/** Requests the invite's newest mail. It is sent after the commit, even if this server dies. */
export function enqueueMail(tx: Tx, org: LockedOrg, invite: OrgInvite): void {
  const { id, mailNumber } = invite
  tx.enqueue(mailJob({ inviteId: id, mailNumber, askedAt: org.now.toISOString(), failures: 0 }))
}

/** A reminder has its own place in the queue: it must not replace the invite's mail. */
export function reminderJob(payload: Jobs['sendInviteReminder'], runAt?: Date): Job<Jobs> {
  return {
    name: 'sendInviteReminder',
    payload,
    key: `sendInviteReminder:${payload.inviteId}`,
    ...(runAt && { runAt }),
  }
}

/** At most one mail of an invite waits in the queue. A newer mail or another try replaces it. */
export function mailJob(payload: Jobs['sendInviteMail'], runAt?: Date): Job<Jobs> {
  return {
    name: 'sendInviteMail',
    payload,
    key: `sendInviteMail:${payload.inviteId}`,
    ...(runAt && { runAt }),
  }
}
