const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 300_000

/**
 * When to try again a mail that failed: after 1 s, 2, 4 … 300 s at most, each up to a half shorter by
 * chance, so that a mail server that comes back isn't met by all at once. The last try is at the end of
 * the time given (contract §5, `MAIL_RETRY_FOR_S`); null when that is used up.
 *
 * @param firstAskedAt when the mail was asked for, by the same clock as `now`
 * @param attempts tries that failed, this one counted
 * @param retryForMs how long to go on, in ms
 */
export const nextMailAttempt = (
  firstAskedAt: Date,
  attempts: number,
  now: Date,
  retryForMs: number,
  chance: () => number = Math.random,
): Date | null => {
  const end = firstAskedAt.getTime() + retryForMs
  if (now.getTime() >= end) return null
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS) * (1 - chance() / 2)
  return new Date(Math.min(now.getTime() + wait, end))
}
