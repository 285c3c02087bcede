import type { Database } from '../../database/database.js'
import { inTransaction, type Transaction, type TransactionOptions } from '../../database/transaction.js'
import type { OrgRoleName, OrgTier } from '../../generated/prisma/enums.js'
import { type Job, jobsSql } from '../../jobs/jobs.js'
import type { LockedOrg } from './org.js'
import type { NewOrgEvent, RecordedEvent } from './orgEvent.js'
import { writeEvents } from './writeEvents.js'

export type { LockedOrg }

/** What the settings say about the domain. */
export interface Rules {
  /** Members and pending invites at most, by tier. */
  tiers: Record<OrgTier, { seats: number; pendingInvites: number }>
  invitesPerOrgPerDay: number
  orgsPerUserPerDay: number
  mailsPerAddressPerDay: number
  mailsPerAddressPerOrgPerDay: number
  mailsPerUserPerDay: number
  /** Whether a binder's own verified address proves that its domain is theirs, or the DNS alone does. */
  emailDomainProof: 'address' | 'dns'
  /** Valid API tokens of one org, and as many of the instance. */
  apiTokensPerOrg: number
  /** Makers behind one API token. */
  apiTokenDepth: number
  emailDomainsPerOrg: number
  /** Whether invites can be sent by e-mail at all. */
  mailConfigured: boolean
  /** Base of invite links, without a slash at its end. */
  appUrl: string
}

/** The open transaction of one operation. */
export interface Tx extends Omit<Transaction, 'last'> {
  readonly rules: Rules
  /** Adds an event to the org's history: numbered and written as the transaction's last statement. */
  record(org: LockedOrg, actorId: string | null, event: NewOrgEvent): void
  /** Puts a job into the queue, which exists if and only if the transaction commits. */
  enqueue(job: Job<Jobs>): void
}

/** Who deleted an org, for the log: of the org and its events nothing is left. Neither: INSTANCE_TOKEN. */
export type DeletedBy = { userId: string | null; apiTokenId: string | null }

/** What is left to be done once an operation is committed, whatever becomes of the server that ran it. */
export type Jobs = {
  /** A mail that was asked for: never its link, which each try makes anew. */
  sendInviteMail: {
    inviteId: string
    /** The invite's `mailNumber` at the asking: once it has a newer one, this mail is not sent. */
    mailNumber: number
    /** When it was asked for, ISO 8601. */
    askedAt: string
    /** Tries that failed. */
    failures: number
  }
  expireOrgInvites: Record<string, never>
  /** Forgets each hour what nobody needs any more. */
  tidyUp: Record<string, never>
  purgeOrg: { orgId: string } & DeletedBy
  /** Revokes what an instance's token left in every org, once it is revoked. */
  revokeInvitesOfToken: { apiTokenId: string }
  /** Goes on where an operation revoked as much as one transaction should. */
  finishWithdrawal: {
    orgId: string
    /** Whose authority was withdrawn. Null: only that of API tokens. */
    userId: string | null
    /** Roles that they have left. */
    left: OrgRoleName[]
    /** Who did it. */
    actorId: string | null
    /** When, ISO 8601. */
    at: string
  }
}

/** Where to look after a commit: orgs and inboxes that have new events. Lost hints lose nothing. */
export interface Hint {
  orgIds: string[]
  /** Users whose inbox has new events. */
  userIds: string[]
}

/** Runs an operation: the one place where a transaction is opened. */
export type Transact = <T>(operation: (tx: Tx) => Promise<T>, options?: TransactionOptions) => Promise<T>

/**
 * @param hint called after each commit that recorded events; must not throw
 */
export function transactOn(database: Database, rules: Rules, hint: (hint: Hint) => void): Transact {
  return async (operation, options) => {
    const { result, touched } = await inTransaction(
      database,
      async ({ query, lock, write, last }) => {
        const recorded = new Map<LockedOrg, RecordedEvent[]>()
        const jobs: Job<Jobs>[] = []
        const tx: Tx = {
          query,
          lock,
          write,
          rules,
          record(org, actorId, event) {
            if (event.kind === 'INVITE') database.turns.isPartOf(event.invite.id, org.id)
            const events = recorded.get(org)
            if (events) events.push({ actorId, event })
            else recorded.set(org, [{ actorId, event }])
          },
          enqueue: (job) => void jobs.push(job),
        }
        const result = await operation(tx)
        const touched: Hint = { orgIds: [...recorded.keys()].map(({ id }) => id), userIds: [] }
        if (jobs.length > 0) last(async () => void (await query(jobsSql<Jobs>(jobs))))
        if (recorded.size > 0)
          last(async () => void touched.userIds.push(...(await writeEvents(tx, recorded))))
        return { result, touched }
      },
      options,
    )
    if (touched.orgIds.length > 0) hint(touched)
    return result
  }
}
