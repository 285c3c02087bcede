import type { BaseLogger } from 'pino'

/** Logs an outage once when it begins and once when it is over. Further reports in between are not logged. */
export interface Outage {
  /** @param facts the content of the log line; the error by default */
  report(error: unknown, facts?: object): void
  over(): void
}

/**
 * @param what the activity that fails, in the form "Reading events"
 * @param isLoggedElsewhere whether an error is already logged elsewhere, such as an unreachable database
 */
export function outageOf(
  what: string,
  log: Pick<BaseLogger, 'info' | 'warn'>,
  isLoggedElsewhere: (error: unknown) => boolean = () => false,
): Outage {
  let since: number | undefined
  return {
    report(error, facts = { err: error }) {
      if (isLoggedElsewhere(error) || since !== undefined) return
      since = Date.now()
      log.warn(facts, `${what} failed; retrying until it works`)
    },
    over() {
      if (since === undefined) return
      log.info({ downMs: Date.now() - since }, `${what} works again`)
      since = undefined
    },
  }
}
