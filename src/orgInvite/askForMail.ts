import sql from 'sql-template-tag'
import type { Job } from '../platform/jobs.js'
import { RateLimitedError } from '../refusal.js'
import type { Jobs, LockedOrg, Tx } from '../transact.js'
import { EmailNotConfiguredError, type OrgInvite } from './orgInvite.js'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Whether an invite goes by e-mail.
 * @param sendEmail null: where mail is configured
 * @throws {EmailNotConfiguredError} where mail is demanded and not configured
 */
export function decideMail(tx: Tx, sendEmail: boolean | null | undefined): boolean {
  if (sendEmail === true && !tx.rules.mailConfigured) throw new EmailNotConfiguredError()
  return sendEmail ?? tx.rules.mailConfigured
}

/**
 * Counts one more mail to an address, whichever org asks.
 * @throws {RateLimitedError} once its day, which begins with the first mail, is used up
 */
export async function countMail(tx: Tx, org: LockedOrg, email: string): Promise<void> {
  const limit = tx.rules.mailsPerAddressPerDay
  const [day] = await tx.query<{ start: Date; count: number }>(sql`
    insert into mail_day as day (email, start, count) values (${email}, ${org.now}, 1)
    on conflict (email) do update set
      start = case when day.start <= ${new Date(org.now.getTime() - DAY_MS)} then excluded.start else day.start end,
      count = case when day.start <= ${new Date(org.now.getTime() - DAY_MS)} then 1 else day.count + 1 end
    returning start, count
  `)
  if (day && day.count > limit) {
    const retryAt = day.start.getTime() + DAY_MS
    throw new RateLimitedError(Math.ceil((retryAt - org.now.getTime()) / 1000), 'mails to this address')
  }
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
