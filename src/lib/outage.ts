import type { BaseLogger } from 'pino'

/** Something that fails again and again while it is out of reach, said once when it begins and once when it's over. */
export interface Outage {
  /** @param facts what the line says, where it is not the error itself */
  report(error: unknown, facts?: object): void
  over(): void
}

/**
 * @param isSaid whether an error is one that is logged elsewhere, as that the database is away
 */
export function outageOf(
  what: string,
  log: Pick<BaseLogger, 'info' | 'warn'>,
  isSaid: (error: unknown) => boolean = () => false,
): Outage {
  let since: number | undefined
  return {
    report(error, facts = { err: error }) {
      if (isSaid(error) || since !== undefined) return
      since = Date.now()
      log.warn(facts, `${what} failed; it is tried again until it works`)
    },
    over() {
      if (since === undefined) return
      log.info({ downMs: Date.now() - since }, `${what} works again`)
      since = undefined
    },
  }
}
