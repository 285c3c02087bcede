const FIRST_MS = 5_000
const LONGEST_MS = 3_600_000
const LONGEST_ASKED_MS = 24 * 3_600_000
/** The part of a wait that is random, so that the attempts at many messages spread out. */
const JITTER = 0.2

/**
 * How long to wait before the next attempt, ms.
 * @param failures how many attempts have failed
 * @param retryAfterMs how long the endpoint asks to wait at least
 */
export function backoffMs(
  failures: number,
  retryAfterMs: number | null,
  random: () => number = Math.random,
): number {
  const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20))
  const spread = wait * (1 - JITTER / 2 + JITTER * random())
  return Math.max(spread, Math.min(LONGEST_ASKED_MS, retryAfterMs ?? 0))
}
