import sql from 'sql-template-tag'
import { ofOneRow } from '../../database/transaction.js'
import type { Job } from '../../jobs/jobs.js'
import { requireActive } from '../core/org.js'
import { OrgNotActiveError, RateLimitedError } from '../core/refusal.js'
import type { Jobs, LockedOrg, Transact, Tx } from '../core/transact.js'
import { reminderJob } from './askForMail.js'
import { countMailOf } from './countMail.js'
import { type OrgInvite, statusAt } from './orgInvite.js'
import { lockInvite } from './sendInviteMail.js'

export type DueReminder = Jobs['remindOfInvite']

/** Plans the reminder of a mail that is requested now. There is none if the invite expires too soon. */
export function planReminder(tx: Tx, org: LockedOrg, { id, mailNumber, expiresAt }: OrgInvite): void {
  const { reminderBeforeMs } = tx.rules
  const runAt = new Date(expiresAt.getTime() - reminderBeforeMs)
  if (reminderBeforeMs > 0 && runAt > org.now) tx.enqueue(dueJob({ inviteId: id, mailNumber }, runAt))
}

/** At most one planned reminder of an invite waits in the queue: a resend replaces it. */
const dueJob = (payload: DueReminder, runAt: Date): Job<Jobs> => ({
  name: 'remindOfInvite',
  payload,
  key: `remindOfInvite:${payload.inviteId}`,
  runAt,
})

/**
 * Requests the reminder of an invite, if it is still pending and its mail has arrived. The request is stored in the
 * transaction that counts the mail, so there is one for each expiry, even if a server dies and the job runs again. A
 * reminder that would exceed a daily limit waits until the day is over.
 */
export async function remindOfInvite(transact: Transact, due: DueReminder): Promise<void> {
  try {
    await transact((tx) => request(tx, due))
  } catch (error) {
    if (error instanceof OrgNotActiveError) return
    if (!(error instanceof RateLimitedError)) throw error
    const waitMs = error.retryAfterSeconds * 1_000
    await transact(async (tx) => {
      const found = await lockInvite(tx, due)
      const runAt = found && new Date(found.org.now.getTime() + waitMs)
      if (runAt && found.isNewest && runAt < found.invite.expiresAt) tx.enqueue(dueJob(due, runAt))
    })
  }
}

async function request(tx: Tx, due: DueReminder): Promise<void> {
  const found = await lockInvite(tx, due)
  if (!found?.isNewest || !tx.rules.mailConfigured || tx.rules.reminderBeforeMs === 0) return
  const { org, invite } = found
  const isAsked = invite.remindedMail === invite.mailNumber
  if (
    invite.email === null ||
    isAsked ||
    invite.delivery !== 'SENT' ||
    statusAt(invite, org.now) !== 'PENDING'
  )
    return
  requireActive(org)
  await countMailOf(tx, org, senderOf(invite), invite.email)
  tx.write(ofOneRow(sql`update org_invite set reminded_mail = mail_number where id = ${invite.id}`))
  tx.enqueue(reminderJob({ ...due, askedAt: org.now.toISOString(), failures: 0 }))
}

/** Who asked for the mail that the reminder repeats. */
function senderOf({ invitedById, invitedByTokenId, resentById, resentByTokenId }: OrgInvite) {
  const isResent = resentById !== null || resentByTokenId !== null
  return isResent
    ? { userId: resentById, tokenId: resentByTokenId }
    : { userId: invitedById, tokenId: invitedByTokenId }
}
