import type { BaseLogger } from 'pino'

/** Reasons that are kept apart at once. All others share one line, so that strangers can't fill log or memory. */
const MAX_REASONS = 50
const MINUTE_MS = 60_000

/**
 * Reports that something happened, and why.
 * @param reason what is counted: a few fixed words, never a text of the caller's
 * @param facts details of this one case, for its line; texts of strangers go through `cleanText` first
 */
export type SayOncePerMinute = (reason: string, facts?: Readonly<Record<string, unknown>>) => void

interface Silence {
  /** Cases since the last line. */
  count: number
  facts: Readonly<Record<string, unknown>>
}

/**
 * Logs what strangers can cause as often as they like: at most one line a minute for each reason.
 * The first case is logged at once. Those of the minute that follows share one line at its end, which has
 * their number as `count` and the facts of the last one.
 */
export function sayOncePerMinute(
  message: string,
  log: Pick<BaseLogger, 'info' | 'warn'>,
  level: 'info' | 'warn' = 'warn',
): SayOncePerMinute {
  const silences = new Map<string, Silence>()

  const write = (reason: string, { count, facts }: Silence) => {
    log[level]({ ...facts, reason, count }, message)
    const silence = { count: 0, facts: {} }
    silences.set(reason, silence)
    setTimeout(() => {
      if (silence.count > 0) write(reason, silence)
      else silences.delete(reason)
    }, MINUTE_MS).unref()
  }

  return (given, facts = {}) => {
    const reason = silences.has(given) || silences.size < MAX_REASONS ? given : 'other'
    const silence = silences.get(reason)
    if (silence === undefined) return write(reason, { count: 1, facts })
    silence.count++
    silence.facts = facts
  }
}
