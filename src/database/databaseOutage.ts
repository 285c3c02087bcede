import { setTimeout as sleep } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { cleanText } from '../lib/cleanText.js'
import { errorCode } from '../lib/errorCode.js'
import { logOncePerMinute } from '../lib/logOncePerMinute.js'

const LOOK_EVERY_MS = 1_000
/** An outage is over when nothing has failed for this long. So failures that come and go count as one outage. */
const QUIET_MS = 3_000

/**
 * Codes of errors that concern one operation while the database works: deadlocks, timeouts, a full queue of one org.
 */
const ofOneOperation = new Set(['40001', '40P01', '55P03', '57014', '25P03', '25P04', 'EBUSY'])

/** All parts of the server report an unreachable database here, so that it is logged only once. */
export interface DatabaseOutage {
  /**
   * Whether the error means that the database is unreachable. Then the caller does not log it, because this logs it
   * once.
   */
  takes(error: unknown): boolean
  stop(): void
}

/**
 * @param isTemporary whether an error is temporary
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
