import type { Database } from '../../database/database.js'
import { inTransaction, type Transaction, type TransactionOptions } from '../../database/transaction.js'
import type { OrgRoleName, OrgTier } from '../../generated/prisma/enums.js'
import { type Job, jobsSql } from '../../jobs/jobs.js'
import type { EventActor } from './actor.js'
import type { LockedOrg } from './org.js'
import type { NewOrgEvent, RecordedEvent } from './orgEvent.js'
import { NotFoundError } from './refusal.js'
import { writeEvents } from './writeEvents.js'

export type { LockedOrg }

/** The settings that operations need. */
export interface Rules {
  /** The most members and pending invites of an org that has no limits of its own, by tier. */
  tiers: Record<OrgTier, { seats: number; pendingInvites: number }>
  invitesPerOrgPerDay: number
  orgsPerUserPerDay: number
  mailsPerAddressPerDay: number
  mailsPerAddressPerOrgPerDay: number
  mailsPerUserPerDay: number
  /** Whether the verified address of the person who binds a domain proves it, or only a DNS record does. */
  emailDomainProof: 'address' | 'dns'
  /** The most valid API tokens of an org, and of the instance. */
  apiTokensPerOrg: number
  /** The longest chain of creators of an API token. */
  apiTokenDepth: number
  emailDomainsPerOrg: number
  /** How long an invite lives that names no end. */
  inviteLifeDays: number
  /** How long before its expiry an invite's reminder is sent, ms. 0: there are no reminders. */
  reminderBeforeMs: number
  /** The language of the mails of an invite that names none. */
  mailLocale: string
  /** Whether a mail server is configured. */
  mailConfigured: boolean
  /** The base URL of invite links, without a slash at the end. */
  appUrl: string
  production: boolean
  /** Encrypts the secrets of webhooks. Undefined in production without KEY_ENCRYPTION_SECRET. */
  keySecret: string | undefined
}

/** The open transaction of one operation. */
export interface Tx extends Omit<Transaction, 'last'> {
  readonly rules: Rules
  /** Adds an event to the org's history. The last statement of the transaction numbers and writes it. */
  record(org: LockedOrg, by: EventActor, event: NewOrgEvent): void
  /**
   * After the commit, all servers forget the sign-ins of this user: each of their JWTs is looked up again, and their
   * streams and sockets end.
   */
  endSignIns(userId: string): void
  /** After the commit, all servers look which webhooks there are and what was asked of them. */
  wakeWebhooks(): void
  /** Puts a job into the queue. It exists if and only if the transaction commits. */
  enqueue(job: Job<Jobs>): void
}

/** Work that is done after an operation has committed, even if the server that ran it dies. */
export type Jobs = {
  /** A mail to send. It contains no link, because each attempt creates a new one. */
  sendInviteMail: {
    inviteId: string
    /** The invite's `mailNumber` when the mail was requested. If it has a newer one by now, this mail is not sent. */
    mailNumber: number
    /** When it was requested, ISO 8601. */
    askedAt: string
    /** The number of failed attempts. */
    failures: number
  }
  /**
   * A reminder to send. It has a name of its own because older servers don't know reminders: they leave it to newer ones.
   */
  sendInviteReminder: Jobs['sendInviteMail']
  /** Runs when an invite's reminder is due. `mailNumber`: of the mail that it repeats. */
  remindOfInvite: { inviteId: string; mailNumber: number }
  /** A mail to send to the person who may resend an expired invite: somebody with its link asks for a new one. */
  sendRenewalRequest: {
    inviteId: string
    /** Who gets the mail. */
    userId: string
    /** When it was requested, ISO 8601. */
    askedAt: string
    /** The number of failed attempts. */
    failures: number
  }
  expireOrgInvites: Record<string, never>
  /** Runs every hour. Deletes data that is no longer needed. */
  tidyUp: Record<string, never>
  /** Deletes events that are too old. `from`: the org with which it begins. Null: the first one. */
  pruneEvents: { from: string | null }
  /** With who deleted the org, for the log, because its events are deleted too. */
  purgeOrg: {
    orgId: string
    userId: string | null
    apiTokenId: string | null
    /** Until when it waits for webhooks, ISO 8601. An older version left it out and did not wait. */
    waitsUntil?: string
  }
  /** Revokes in every org what a revoked instance token has created. */
  revokeInvitesOfToken: { apiTokenId: string }
  /** Revokes in every org the pending invites whose senders may not grant the app role any more. */
  revokeInvitesOfAppRole: {
    key: string
    /** The API token that raised the rank. Null for the INSTANCE_TOKEN. */
    actorTokenId: string | null
  }
  /** Revokes the rest, if there was too much to revoke for the operation's transaction. */
  finishWithdrawal: {
    orgId: string
    /** The user who lost authority. Null if only API tokens did. */
    userId: string | null
    /** The roles that they still have. */
    left: OrgRoleName[]
    /** Whether they are suspended, and so are still a member without any roles. An older version left it out. */
    suspended?: boolean
    /** The user whose operation it was. Null for an API token and for the server. */
    actorId: string | null
    /** The API token whose operation it was. An older version left it out. */
    actorTokenId?: string | null
    /** When, ISO 8601. */
    at: string
  }
}

/**
 * The orgs and inboxes that have new events after a commit, and the sign-ins that it ended. If a hint is lost, events
 * are still found by polling.
 */
export interface Hint {
  orgIds: string[]
  /** The users who have new events in their inbox. */
  userIds: string[]
  /** The users whose sign-ins have ended, because the account is gone or has another `sub`. */
  endedIds?: string[]
  /** Whether a webhook was made or changed, or a message was asked of one. */
  webhooks?: boolean
}

/** Runs an operation in a transaction. No other place opens one. */
export type Transact = <T>(operation: (tx: Tx) => Promise<T>, options?: TransactionOptions) => Promise<T>

/**
 * @param hint called after each commit that recorded events. It must not throw.
 */
export function transactOn(database: Database, rules: Rules, hint: (hint: Hint) => void): Transact {
  return async (operation, options) => {
    const { result, touched } = await livingUsers(
      inTransaction(
        database,
        async ({ query, lock, write, last }) => {
          const recorded = new Map<LockedOrg, RecordedEvent[]>()
          const jobs: Job<Jobs>[] = []
          const ended: string[] = []
          const after = { wakesWebhooks: false }
          const tx: Tx = {
            query,
            lock,
            write,
            rules,
            record(org, by, event) {
              if (event.kind === 'INVITE') database.rowQueues.rememberRow(event.invite.id, org.id)
              if (event.kind === 'JOIN_REQUEST') database.rowQueues.rememberRow(event.request.id, org.id)
              const events = recorded.get(org)
              if (events) events.push({ by, event })
              else recorded.set(org, [{ by, event }])
            },
            endSignIns: (userId) => void ended.push(userId),
            wakeWebhooks() {
              after.wakesWebhooks = true
            },
            enqueue: (job) => void jobs.push(job),
          }
          const result = await operation(tx)
          const touched: Hint = {
            orgIds: [...recorded.keys()].map(({ id }) => id),
            userIds: [],
            ...(ended.length > 0 && { endedIds: ended }),
            ...(after.wakesWebhooks && { webhooks: true }),
          }
          if (jobs.length > 0) last(async () => void (await query(jobsSql<Jobs>(jobs))))
          if (recorded.size > 0)
            last(async () => void touched.userIds.push(...(await writeEvents(tx, recorded))))
          return { result, touched }
        },
        options,
      ),
    )
    if (touched.orgIds.length > 0 || touched.endedIds || touched.webhooks) hint(touched)
    return result
  }
}

/**
 * The database refuses a new membership of an account that was deleted at the same moment. To the caller it looks as if it
 * had been deleted before.
 */
async function livingUsers<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof Error && 'constraint' in error && error.constraint === 'living_user'
      ? new NotFoundError()
      : error
  }
}
