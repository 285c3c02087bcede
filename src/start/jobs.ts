import type { Database } from '../database/database.js'
import type { DatabaseClock } from '../database/databaseClock.js'
import { forgetEndedKeys } from '../domain/accessTokens/signingKeys.js'
import { revokeInvitesOfAppRole } from '../domain/appRoles/revokeInvitesOfAppRole.js'
import { forgetPastDays } from '../domain/core/dailyLimit.js'
import { forgetIdempotencyKeys } from '../domain/core/idempotency.js'
import {
  orgsOfInstanceToken,
  orgsWithOrphanedTokens,
  revokeOrphanedInstanceTokens,
} from '../domain/core/orphanedTokens.js'
import type { Jobs, Transact } from '../domain/core/transact.js'
import {
  expireOrgInvites,
  type FailedOrgs,
  NEXT_ROUND_WITHIN_MS,
  nextExpiryRound,
} from '../domain/invites/expireOrgInvites.js'
import { giveUpOverdueMails } from '../domain/invites/giveUpOverdueMails.js'
import { remindOfInvite } from '../domain/invites/remindOfInvite.js'
import { type MailServices, sendInviteMail } from '../domain/invites/sendInviteMail.js'
import { sendRenewalRequest } from '../domain/invites/sendRenewalRequest.js'
import { finishWithdrawal } from '../domain/members/withdrawAuthority.js'
import { WEBHOOKS_MS } from '../domain/orgs/endOrg.js'
import { purgeOrg } from '../domain/orgs/purgeOrg.js'
import { forgetEndedAccounts } from '../domain/users/subject.js'
import { forgetDeliveries, hasUndelivered } from '../domain/webhooks/undelivered.js'
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
import { logOncePerMinute } from '../lib/logOncePerMinute.js'
import { outageOf } from '../lib/outage.js'
import { type Mailer, type MailTemplates, openMailGate } from '../mail/mailer.js'
import { eventPruning, nextPruning } from './eventPruning.js'

/** The services that the jobs use. */
interface JobServices extends MailServices {
  eventsKeptMs: number | undefined
  clock: DatabaseClock
  isDatabaseAway: (error: unknown) => boolean
}

/** How often a queue looks for due jobs, ms. An expiry should be on time; a mail can wait. */
const POLL_MS = 250
const POLL_MAILS_MS = 1_000
/** How often a deleted org looks whether its last events are delivered, ms. */
const LOOK_AT_MOST_EVERY_MS = 1_000
const LOOK_AT_LEAST_EVERY_MS = 60_000
const TIDY_EVERY_MS = 60 * 60 * 1000

/** The jobs that always have a key. */
const jobsWithKey = [
  'expireOrgInvites',
  'tidyUp',
  'pruneEvents',
  'sendInviteMail',
  'sendInviteReminder',
  'remindOfInvite',
  'sendRenewalRequest',
] as const

type MailJobs = Pick<Jobs, 'sendInviteMail' | 'sendInviteReminder' | 'sendRenewalRequest'>

/**
 * Starts the workers of all jobs, and schedules the first run of the recurring jobs.
 * @returns a function that stops the workers
 */
export async function runJobs({
  database,
  transact,
  mailer,
  templates,
  replyToInviter,
  retryForMs,
  eventsKeptMs,
  clock,
  log,
  isDatabaseAway,
}: {
  database: Database
  transact: Transact
  mailer: Mailer | null
  templates: MailTemplates
  replyToInviter: boolean
  retryForMs: number
  /** How long events are kept. Undefined: for ever. */
  eventsKeptMs: number | undefined
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
    // A job may wait longer for the database than a request: no client waits for it, and deleting a large org takes
    // long.
    transact: (operation) => transact(operation, { patient: true }),
    database,
    mailer,
    templates,
    replyToInviter,
    gate,
    retryForMs,
    eventsKeptMs,
    clock,
    log,
    isDatabaseAway,
    logDeferral: logOncePerMinute('the mail server deferred a mail', log, 'info'),
  }
  const { sendInviteMail, sendInviteReminder, sendRenewalRequest, ...others } = tasksOf(services)
  const { pool } = database
  // Mails have their own queue, so the other jobs continue if the mail server hangs.
  const mails = startJobs<MailJobs>({
    pool,
    tasks: { sendInviteMail, sendInviteReminder, sendRenewalRequest },
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
    const recurring = [nextRun('expireOrgInvites'), nextRun('tidyUp')]
    if (eventsKeptMs !== undefined) recurring.push(nextPruning(null))
    await database.query(jobsSql<Jobs>(recurring))
  } catch (error) {
    await stop().catch(() => {})
    throw error
  }
  return stop
}

/**
 * The next run of a recurring job. Each run schedules the next one under the same key, so there is only one at a time.
 */
const nextRun = (name: 'expireOrgInvites' | 'tidyUp', runAt?: Date): Job<Jobs> => ({
  name,
  payload: {},
  key: name,
  maxAttempts: UNLIMITED_ATTEMPTS,
  ...(runAt && { runAt }),
})

/** What each job does. */
function tasksOf(services: JobServices): Tasks<Jobs> {
  const { transact, database, clock, log } = services
  const expireInvites = inviteExpiry(services)
  const revokeOrphaned = async (orgs: Array<{ orgId: string }>) => {
    await revokeOrphanedInstanceTokens(database)
    for (const { orgId } of orgs) {
      const at = clock.now().toISOString()
      await finishWithdrawal(transact, { orgId, userId: null, left: [], actorId: null, at })
    }
  }
  return {
    sendInviteMail: (mail, run) => sendInviteMail(services, 'invite', mail, run),
    sendInviteReminder: (mail, run) => sendInviteMail(services, 'reminder', mail, run),
    sendRenewalRequest: (request, { signal }) => sendRenewalRequest(services, request, signal),
    remindOfInvite: (due) => remindOfInvite(transact, due),
    async expireOrgInvites() {
      // Keep this statement last. If it fails, the queue runs this job again. Once it succeeds, the next run has
      // replaced this one, so a later failure would not be retried.
      const next = await expireInvites()
      await database.query(jobSql<Jobs>(nextRun('expireOrgInvites', next)))
    },
    async tidyUp() {
      await forgetPastDays(database)
      await forgetIdempotencyKeys(database)
      await forgetEndedAccounts(database)
      await forgetEndedKeys(database)
      await forgetDeliveries(database, clock.now())
      await revokeOrphaned(await orgsWithOrphanedTokens(database))
      await database.query(deleteReplacedJobsSql<Jobs>(jobsWithKey))
      const next = new Date(clock.now().getTime() + TIDY_EVERY_MS)
      await database.query(jobSql<Jobs>(nextRun('tidyUp', next)))
    },
    pruneEvents: eventPruning(services, services.eventsKeptMs),
    async purgeOrg({ orgId, userId, apiTokenId, waitsUntil }) {
      if (
        waitsUntil !== undefined &&
        clock.now() < new Date(waitsUntil) &&
        (await hasUndelivered(database, orgId))
      ) {
        const now = clock.now().getTime()
        // The longer it waits already, the more rarely it looks.
        const waitedMs = WEBHOOKS_MS - (new Date(waitsUntil).getTime() - now)
        const lookInMs = Math.min(LOOK_AT_LEAST_EVERY_MS, Math.max(LOOK_AT_MOST_EVERY_MS, waitedMs / 5))
        const runAt = new Date(now + lookInMs)
        await database.query(
          jobSql<Jobs>({ name: 'purgeOrg', payload: { orgId, userId, apiTokenId, waitsUntil }, runAt }),
        )
        return
      }
      const isErased = await transact((tx) => purgeOrg(tx, orgId, { userId, apiTokenId }))
      if (isErased) log.info({ orgId, userId, apiTokenId }, 'an org was deleted for good')
    },
    revokeInvitesOfToken: async ({ apiTokenId }) =>
      revokeOrphaned(await orgsOfInstanceToken(database, apiTokenId)),
    revokeInvitesOfAppRole: (raised) => revokeInvitesOfAppRole(transact, database, raised),
    finishWithdrawal: (withdrawal) => finishWithdrawal(transact, withdrawal),
  }
}

/**
 * Returns a function that expires overdue invites and resolves to the time of the next run. It never throws: the next
 * run retries what failed.
 */
function inviteExpiry({ transact, database, clock, log, isDatabaseAway }: JobServices): () => Promise<Date> {
  const outage = outageOf('Expiring invites', log, isDatabaseAway)
  const logFailures = expiryFailureLog(log)
  return async () => {
    try {
      const failed = await expireOrgInvites(transact, database)
      logFailures(failed)
      outage.over()
      if (failed.size === 0) return await nextExpiryRound(database)
    } catch (error) {
      outage.report(error)
    }
    return new Date(clock.now().getTime() + NEXT_ROUND_WITHIN_MS)
  }
}

/** Logs once per org when its overdue invites can't be expired, and once when they are. */
function expiryFailureLog(log: Log): (failed: FailedOrgs) => void {
  let logged: FailedOrgs = new Map()
  return (failed) => {
    for (const [orgId, err] of failed)
      if (!logged.has(orgId)) log.error({ orgId, err }, 'the overdue invites of an org can’t be expired')
    for (const orgId of logged.keys())
      if (!failed.has(orgId)) log.info({ orgId }, 'the overdue invites of the org are expired now')
    logged = failed
  }
}
