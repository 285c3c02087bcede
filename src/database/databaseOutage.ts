import { setTimeout as sleep } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { cleanText } from '../lib/cleanText.js'
import { errorCode } from '../lib/errorCode.js'
import { logOncePerMinute } from '../lib/logOncePerMinute.js'

const LOOK_EVERY_MS = 1_000
/** An outage is over when nothing has failed for so long. So one that comes and goes is one outage. */
const QUIET_MS = 3_000

/** Deadlocks, lock time-outs, other time-outs, a full queue of one org: one operation fails, but the database works. */
const ofOneOperation = new Set(['40001', '40P01', '55P03', '57014', '25P03', '25P04', 'EBUSY'])

/** All parts of the server report here that the database is away, so that the log says it once. */
export interface DatabaseOutage {
  /** Whether the error says that the database is away. Then the caller needs not log it: this does, once. */
  takes(error: unknown): boolean
  stop(): void
}

/**
 * @param isTemporary whether an error will go away by itself
 * @param probe whether the database works again
 */
export function databaseOutage({
  log,
  isTemporary,
  probe,
}: {
  log: Pick<BaseLogger, 'info' | 'warn'>
  isTemporary: (error: unknown) => boolean
  probe: () => Promise<boolean>
}): DatabaseOutage {
  const stopping = new AbortController()
  const logDeferral = logOncePerMinute('the database could not run an operation at the moment', log)
  let since: number | undefined
  let lastFailure = 0
  let failures = 0

  async function watch(began: number): Promise<void> {
    let worksSince: number | undefined
    while (worksSince === undefined || worksSince <= lastFailure || Date.now() - worksSince < QUIET_MS) {
      await sleep(LOOK_EVERY_MS, undefined, { ref: false, signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      const asked = Date.now()
      const works = await probe().catch(() => false)
      if (!works) worksSince = undefined
      else if (worksSince === undefined || worksSince <= lastFailure) worksSince = asked
    }
    log.info({ downMs: worksSince - began, failures }, 'the database works again')
    since = undefined
    failures = 0
  }

  return {
    takes(error) {
      if (!isTemporary(error)) return false
      const { code, reason } = rootOf(error)
      if (code !== undefined && ofOneOperation.has(code)) {
        logDeferral(code, { error: reason })
        return true
      }
      lastFailure = Date.now()
      failures++
      if (since === undefined) {
        since = lastFailure
        log.warn({ code, reason }, 'the database failed; retrying until it works')
        void watch(since)
      }
      return true
    },
    stop: () => stopping.abort(),
  }
}

/** The code and message of the innermost error: the database's own or the network's. */
function rootOf(error: unknown, levels = 5): { code: string | undefined; reason: string } {
  const { cause, originalError, errors } = (error ?? {}) as Record<string, unknown>
  const inner = cause ?? originalError ?? (Array.isArray(errors) ? errors[0] : undefined)
  if (inner instanceof Error && levels > 0) return rootOf(inner, levels - 1)
  return { code: errorCode(error), reason: cleanText(error instanceof Error ? error.message : String(error)) }
}
