import type { Database } from '../database/database.js'
import type { DatabaseClock } from '../database/databaseClock.js'
import { forgetPastDays } from '../domain/core/dailyLimit.js'
import {
  orgsOfInstanceToken,
  orgsWithOrphanedTokens,
  revokeOrphanedInstanceTokens,
} from '../domain/core/orphanedTokens.js'
import type { Jobs, Transact } from '../domain/core/transact.js'
import {
  expireOrgInvites,
  NEXT_ROUND_WITHIN_MS,
  nextExpiryRound,
  type Unended,
} from '../domain/invites/expireOrgInvites.js'
import { giveUpOverdueMails } from '../domain/invites/giveUpOverdueMails.js'
import { type MailServices, sendInviteMail } from '../domain/invites/sendInviteMail.js'
import { finishWithdrawal } from '../domain/members/withdrawAuthority.js'
import { purgeOrg } from '../domain/orgs/purgeOrg.js'
import {
  deleteReplacedJobsSql,
  type Job,
  jobSql,
  jobsSql,
  startJobs,
  type Tasks,
  UNLIMITED_ATTEMPTS,
} from '../jobs/jobs.js'
import type { Log } from '../lib/log.js'
import { outageOf } from '../lib/outage.js'
import { sayOncePerMinute } from '../lib/sayOncePerMinute.js'
import { type Mailer, openMailGate } from '../mail/mailer.js'

/** What the jobs work with. */
interface JobServices extends MailServices {
  clock: DatabaseClock
  isDatabaseAway: (error: unknown) => boolean
}

/** How often a queue looks for due jobs, ms. An expiry should be on time; a mail can wait. */
const POLL_MS = 250
const POLL_MAILS_MS = 1_000
const TIDY_EVERY_MS = 60 * 60 * 1000

type MailJobs = Pick<Jobs, 'sendInviteMail'>

/**
 * Starts the workers of all jobs, and asks for the first run of the recurring ones.
 * @returns stops the workers
 */
export async function runJobs({
  database,
  transact,
  mailer,
  retryForMs,
  clock,
  log,
  isDatabaseAway,
}: {
  database: Database
  transact: Transact
  mailer: Mailer | null
  retryForMs: number
  clock: DatabaseClock
  log: Log
  isDatabaseAway: (error: unknown) => boolean
}): Promise<() => Promise<void>> {
  const gate = openMailGate({
    mailer,
    log,
    whileClosed: (failure) => giveUpOverdueMails(services, failure),
    isDatabaseAway,
  })
  const services: JobServices = {
    // A job may wait longer for the database than a request: no client waits, and deleting a large org takes long.
    transact: (operation) => transact(operation, { patient: true }),
    database,
    mailer,
    gate,
    retryForMs,
    clock,
    log,
    isDatabaseAway,
    sayPutOff: sayOncePerMinute('the mail server put a mail off', log, 'info'),
  }
  const { sendInviteMail, ...others } = tasksOf(services)
  const { pool } = database
  // A queue of its own: if the mail server hangs, the other jobs go on.
  const mails = startJobs<MailJobs>({
    pool,
    tasks: { sendInviteMail },
    log,
    pollInterval: POLL_MAILS_MS,
    gate: () => gate.opened(),
    isDatabaseAway,
  })
  const jobs = startJobs<Omit<Jobs, keyof MailJobs>>({
    pool,
    tasks: others,
    log,
    pollInterval: POLL_MS,
    isDatabaseAway,
    concurrency: 2,
  })
  const stop = async () => {
    await Promise.all([jobs.stop(), mails.stop()]).finally(gate.stop)
  }
  try {
    await database.query(jobsSql<Jobs>([roundOf('expireOrgInvites'), roundOf('tidyUp')]))
  } catch (error) {
    await stop().catch(() => {})
    throw error
  }
  return stop
}

/** A recurring job. There is one of it in the whole instance, and it asks for its own next run under the same key. */
const roundOf = (name: 'expireOrgInvites' | 'tidyUp', runAt?: Date): Job<Jobs> => ({
  name,
  payload: {},
  key: name,
  maxAttempts: UNLIMITED_ATTEMPTS,
  ...(runAt && { runAt }),
})

/** What each job does. */
function tasksOf(services: JobServices): Tasks<Jobs> {
  const { transact, database, clock, log } = services
  const endDue = expiry(services)
  const endOrphans = async (orgs: Array<{ orgId: string }>) => {
    await revokeOrphanedInstanceTokens(database)
    for (const { orgId } of orgs) {
      const at = clock.now().toISOString()
      await finishWithdrawal(transact, { orgId, userId: null, left: [], actorId: null, at })
    }
  }
  return {
    sendInviteMail: (mail, { signal }) => sendInviteMail(services, mail, signal),
    async expireOrgInvites() {
      // Keep this statement last. If it fails, the queue runs this job again. After it, the next run has replaced this
      // one, and a failure would never be retried.
      const next = await endDue()
      await database.query(jobSql<Jobs>(roundOf('expireOrgInvites', next)))
    },
    async tidyUp() {
      await forgetPastDays(database)
      await endOrphans(await orgsWithOrphanedTokens(database))
      await database.query(deleteReplacedJobsSql<Jobs>(['expireOrgInvites', 'tidyUp', 'sendInviteMail']))
      const next = new Date(clock.now().getTime() + TIDY_EVERY_MS)
      await database.query(jobSql<Jobs>(roundOf('tidyUp', next)))
    },
    async purgeOrg({ orgId, userId, apiTokenId }) {
      const isErased = await transact((tx) => purgeOrg(tx, orgId, { userId, apiTokenId }))
      if (isErased) log.info({ orgId, userId, apiTokenId }, 'an org was deleted for good')
    },
    revokeInvitesOfToken: async ({ apiTokenId }) =>
      endOrphans(await orgsOfInstanceToken(database, apiTokenId)),
    finishWithdrawal: (withdrawal) => finishWithdrawal(transact, withdrawal),
  }
}

/**
 * Ends overdue invites and never throws: the next run tries again what failed.
 * @returns the time of the next run
 */
function expiry({ transact, database, clock, log, isDatabaseAway }: JobServices): () => Promise<Date> {
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

/** Logs once per org that its overdue invites can't be ended, and once that they could be. */
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
