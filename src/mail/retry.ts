const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 300_000

/**
 * When to try a failed mail again: exponential backoff of 1 s, 2 s, 4 s … at most 300 s, each shortened at random by up
 * to a half, so that not all mails come at once when the mail server is back. The last attempt is at the end of
 * `retryForMs` (docs/contract.md, §5, `MAIL_RETRY_FOR_S`). Null after that.
 *
 * @param firstAskedAt when the mail was enqueued, by the same clock as `now`
 * @param attempts the number of failed attempts, including this one
 * @param retryForMs how long to retry, ms
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
