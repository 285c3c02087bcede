import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../lib/errorCode.js'

export interface MigrationLog {
  info(message: string): void
  warn(message: string): void
}

/**
 * How long a migration waits for one lock. Later requests wait equally long, because PostgreSQL grants locks in order.
 * It is shorter than PostgreSQL's `deadlock_timeout` (1 s), so that in a deadlock with a request the migration gives up
 * first.
 */
export const LOCK_TIMEOUT_MS = 800
export const LOCK_TIMEOUT = `${LOCK_TIMEOUT_MS}ms`

const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 5_000
const LOG_EVERY_MS = 60_000

/** Whether the error is a lock timeout or a deadlock. Then the statement has changed nothing and can be retried. */
export const isLockConflict = (error: unknown) => ['55P03', '40P01'].includes(errorCode(error) ?? '')

/**
 * Whether the error is about the connection, resources, a shutdown or the disk. Then the next start retries the
 * migration.
 */
export const isTemporary = (error: unknown) => /^(08|40|53|57|58)/.test(errorCode(error) ?? '08')

/**
 * Waits before a migration retries, so that requests can continue. It logs this the first time and then every minute.
 */
export class LockBackOff {
  private attempts = 0
  private loggedAt = Number.NEGATIVE_INFINITY
  constructor(private readonly log: MigrationLog) {}

  async pause(): Promise<void> {
    if (Date.now() - this.loggedAt >= LOG_EVERY_MS) {
      this.loggedAt = Date.now()
      this.log.warn(
        'The migration needs a lock that another session holds. It pauses, so that no request waits behind it, and then retries.',
      )
    }
    this.attempts++
    await sleep(Math.min(PAUSE_MS * this.attempts, LONGEST_PAUSE_MS) * (0.5 + Math.random()))
  }
}
