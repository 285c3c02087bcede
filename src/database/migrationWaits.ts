import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../lib/errorCode.js'

export interface MigrationLog {
  info(message: string): void
  warn(message: string): void
}

/**
 * How long a migration waits for one lock. Requests that come later wait as long, because locks are given in order. It is
 * shorter than PostgreSQL's `deadlock_timeout` (1 s): if a migration and a request wait for each other, the migration
 * gives up first.
 */
export const LOCK_TIMEOUT_MS = 800
export const LOCK_TIMEOUT = `${LOCK_TIMEOUT_MS}ms`

const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 5_000
const SAY_SO_EVERY_MS = 60_000

/** Lock time-out and deadlock: the statement has done nothing and can be tried again. */
export const stepsBack = (error: unknown) => ['55P03', '40P01'].includes(errorCode(error) ?? '')

/** Connection, resources, shutdown, disk: not the fault of the migration. The next start applies it. */
export const timeHeals = (error: unknown) => /^(08|40|53|57|58)/.test(errorCode(error) ?? '08')

/** Waits before a migration tries again, so that requests can go on. It logs this at first and then every minute. */
export class SteppingBack {
  private attempts = 0
  private saidAt = Number.NEGATIVE_INFINITY
  constructor(private readonly log: MigrationLog) {}

  async pause(): Promise<void> {
    if (Date.now() - this.saidAt >= SAY_SO_EVERY_MS) {
      this.saidAt = Date.now()
      this.log.warn(
        'The migration waits for a lock that another session holds. It stepped back so that nobody waits behind it, and tries again.',
      )
    }
    this.attempts++
    await sleep(Math.min(PAUSE_MS * this.attempts, LONGEST_PAUSE_MS) * (0.5 + Math.random()))
  }
}
