import type { BaseLogger } from 'pino'

/**
 * The most reasons that are counted separately. All others share one line, so clients can't fill the log or the memory.
 */
const MAX_REASONS = 50
const MINUTE_MS = 60_000

/**
 * Reports that something happened, and why.
 * @param reason the counter: one of a few fixed texts, never a text from a client
 * @param facts details of this case, for the log line; pass a client's texts through `cleanText` first
 */
export type LogOncePerMinute = (reason: string, facts?: Readonly<Record<string, unknown>>) => void

interface Pending {
  /** Cases since the last line. */
  count: number
  facts: Readonly<Record<string, unknown>>
}

/**
 * Limits log lines that clients can cause: at most one line a minute for each reason. The first case is logged at once.
 * The cases of the following minute share one line at its end, with their number as `count` and the facts of the last.
 */
export function logOncePerMinute(
  message: string,
  log: Pick<BaseLogger, 'info' | 'warn'>,
  level: 'info' | 'warn' = 'warn',
): LogOncePerMinute {
  const pendingByReason = new Map<string, Pending>()

  const write = (reason: string, { count, facts }: Pending) => {
    log[level]({ ...facts, reason, count }, message)
    const pending = { count: 0, facts: {} }
    pendingByReason.set(reason, pending)
    setTimeout(() => {
      if (pending.count > 0) write(reason, pending)
      else pendingByReason.delete(reason)
    }, MINUTE_MS).unref()
  }

  return (given, facts = {}) => {
    const reason = pendingByReason.has(given) || pendingByReason.size < MAX_REASONS ? given : 'other'
    const pending = pendingByReason.get(reason)
    if (pending === undefined) return write(reason, { count: 1, facts })
    pending.count++
    pending.facts = facts
  }
}
