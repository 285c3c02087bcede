import { endWaitingJobSql, type WaitingJob, waitingJobsSql } from '../../jobs/jobs.js'
import type { MailFailure } from '../../mail/mailer.js'
import type { Jobs } from '../core/transact.js'
import { statusAt } from './orgInvite.js'
import {
  inviteMailKinds,
  lockInvite,
  logGivenUp,
  type MailServices,
  type RequestedMail,
  recordFailed,
} from './sendInviteMail.js'

const AT_ONCE = 200

/**
 * Gives up the mails that have waited for `retryForMs` while the mail server accepts none. Several servers may do so at
 * once: the one that takes a mail out of the queue gives it up.
 */
export async function giveUpOverdueMails(services: MailServices, failure: MailFailure): Promise<void> {
  const { database, transact, retryForMs } = services
  for (const kind of inviteMailKinds) {
    const overdue = await database.query<WaitingJob<RequestedMail>>(
      waitingJobsSql<Jobs, 'sendInviteMail' | 'sendInviteReminder'>(
        kind === 'invite' ? 'sendInviteMail' : 'sendInviteReminder',
        'askedAt',
        retryForMs,
        AT_ONCE,
      ),
    )
    for (const { id, payload } of overdue) {
      const isGivenUp = await transact(async (tx) => {
        const found = await lockInvite(tx, payload)
        const [ended] = await tx.query(endWaitingJobSql(id))
        if (!ended || !found?.isNewest || statusAt(found.invite, found.org.now) !== 'PENDING') return false
        if (kind === 'invite') await recordFailed(tx, found, failure)
        return true
      })
      if (isGivenUp) logGivenUp(services, kind, payload, failure)
    }
  }
}
