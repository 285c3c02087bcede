import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../lib/errorCode.js'

export interface MigrationLog {
  info(message: string): void
  warn(message: string): void
}

/**
 * How long a migration waits for one lock. Whoever comes after it waits as long, for locks are given in turn. Less
 * than PostgreSQL's `deadlock_timeout` (1 s): of a migration and a request that wait for each other, the migration
 * gives way.
 */
export const LOCK_TIMEOUT_MS = 800
export const LOCK_TIMEOUT = `${LOCK_TIMEOUT_MS}ms`

const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 5_000
const SAY_SO_EVERY_MS = 60_000

/** Lock time-out and deadlock: the statement has done nothing, and the others go on. */
export const stepsBack = (error: unknown) => ['55P03', '40P01'].includes(errorCode(error) ?? '')

/** Connection, resources, shutdown, disk: no fault of the migration, which the next start applies. */
export const timeHeals = (error: unknown) => /^(08|40|53|57|58)/.test(errorCode(error) ?? '08')

/** Lets the others go on before a migration tries again, and says so at first and then each minute. */
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
