import type { DatabaseClock } from '../database/databaseClock.js'
import { orgsBelow, orgsWithOrphans, revokeInstanceOrphans } from '../domain/core/orphanedTokens.js'
import type { Jobs } from '../domain/core/transact.js'
import {
  expireOrgInvites,
  NEXT_ROUND_WITHIN_MS,
  nextExpiryRound,
  type Unended,
} from '../domain/invites/expireOrgInvites.js'
import { forgetMailDays } from '../domain/invites/forgetMailDays.js'
import { type MailOffice, sendInviteMail } from '../domain/invites/sendInviteMail.js'
import { finishWithdrawal } from '../domain/members/withdrawAuthority.js'
import { purgeOrg } from '../domain/orgs/purgeOrg.js'
import { FOR_EVER, forgetReplacedJobsSql, type Job, jobSql, type Tasks } from '../jobs/jobs.js'
import type { Log } from '../lib/log.js'
import { outageOf } from '../lib/outage.js'

export interface Office extends MailOffice {
  clock: DatabaseClock
  /** Says that the database is away, where an error says so. */
  isDatabaseAway: (error: unknown) => boolean
}

const TIDY_EVERY_MS = 60 * 60 * 1000

/** What is one in the whole instance, and asks for its own next run under its own key. */
export const roundOf = (name: 'expireOrgInvites' | 'tidyUp', runAt?: Date): Job<Jobs> => ({
  name,
  payload: {},
  key: name,
  maxAttempts: FOR_EVER,
  ...(runAt && { runAt }),
})

/** What each job does. */
export function tasksOf(office: Office): Tasks<Jobs> {
  const { transact, database, clock, log } = office
  const endDue = expiry(office)
  const endOrphans = async (orgs: Array<{ orgId: string }>) => {
    await revokeInstanceOrphans(database)
    for (const { orgId } of orgs) {
      const at = clock.now().toISOString()
      await finishWithdrawal(transact, { orgId, userId: null, left: [], actorId: null, at })
    }
  }
  return {
    sendInviteMail: (mail, { signal }) => sendInviteMail(office, mail, signal),
    async expireOrgInvites() {
      // Asking for the next round is the last that may fail: then the queue has this one run again. What fails once
      // the next one stands in its place is never run again.
      const next = await endDue()
      await database.query(jobSql<Jobs>(roundOf('expireOrgInvites', next)))
    },
    async tidyUp() {
      await forgetMailDays(database)
      await endOrphans(await orgsWithOrphans(database))
      await database.query(forgetReplacedJobsSql<Jobs>(['expireOrgInvites', 'tidyUp', 'sendInviteMail']))
      const next = new Date(clock.now().getTime() + TIDY_EVERY_MS)
      await database.query(jobSql<Jobs>(roundOf('tidyUp', next)))
    },
    async purgeOrg({ orgId, userId, apiTokenId }) {
      const isErased = await transact((tx) => purgeOrg(tx, orgId, { userId, apiTokenId }))
      if (isErased) log.info({ orgId, userId, apiTokenId }, 'an org was deleted for good')
    },
    revokeInvitesOfToken: async ({ apiTokenId }) => endOrphans(await orgsBelow(database, apiTokenId)),
    finishWithdrawal: (withdrawal) => finishWithdrawal(transact, withdrawal),
  }
}

/** A round that throws nothing: what failed is for the next one, which is then no sooner than it has to be. */
function expiry({ transact, database, clock, log, isDatabaseAway }: Office): () => Promise<Date> {
  const outage = outageOf('Expiry', log, isDatabaseAway)
  const tellUnended = unendedTeller(log)
  return async () => {
    try {
      const unended = await expireOrgInvites(transact, database)
      tellUnended(unended)
      outage.over()
      if (unended.size === 0) return await nextExpiryRound(database)
    } catch (error) {
      outage.report(error)
    }
    return new Date(clock.now().getTime() + NEXT_ROUND_WITHIN_MS)
  }
}

/** Says of an org once that its invites can't be ended, and once that it's over. */
function unendedTeller(log: Log): (unended: Unended) => void {
  let told: Unended = new Map()
  return (unended) => {
    for (const [orgId, err] of unended)
      if (!told.has(orgId)) log.error({ orgId, err }, 'the overdue invites of an org can’t be ended')
    for (const orgId of told.keys())
      if (!unended.has(orgId)) log.info({ orgId }, 'no overdue invites of the org are left')
    told = unended
  }
}
