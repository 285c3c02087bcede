import type { Job } from '../../jobs/jobs.js'
import type { Jobs, LockedOrg, Tx } from '../core/transact.js'
import { EmailNotConfiguredError, type OrgInvite } from './orgInvite.js'

/**
 * Whether an invite goes by e-mail.
 * @param sendEmail null: where mail is configured
 * @throws {EmailNotConfiguredError} where mail is demanded and not configured
 */
export function decideMail(tx: Tx, sendEmail: boolean | null | undefined): boolean {
  if (sendEmail === true && !tx.rules.mailConfigured) throw new EmailNotConfiguredError()
  return sendEmail ?? tx.rules.mailConfigured
}

/** Has the invite's newest mail sent once the transaction is committed, whatever becomes of this server. */
export function enqueueMail(tx: Tx, org: LockedOrg, invite: OrgInvite): void {
  const { id, mailNumber } = invite
  tx.enqueue(mailJob({ inviteId: id, mailNumber, askedAt: org.now.toISOString(), failures: 0 }))
}

/** One mail an invite waits at a time: a newer one, or another try, takes the place of the one before. */
export function mailJob(payload: Jobs['sendInviteMail'], runAt?: Date): Job<Jobs> {
  return {
    name: 'sendInviteMail',
    payload,
    key: `sendInviteMail:${payload.inviteId}`,
    ...(runAt && { runAt }),
  }
}
