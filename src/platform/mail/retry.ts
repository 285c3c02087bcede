import { UnsendableMail } from './message.js'

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

/**
 * True where to try again would be refused again: the server said for good (5yz, RFC 5321 4.2.1) that it
 * takes no mail for this address, or not this mail; or the mail can't be sent at all. False for what time
 * or the operator can mend: no connection, a slow or busy server (4yz), a login or a sender that is refused.
 */
export const isPermanentMailFailure = (error: unknown): boolean => {
  if (error instanceof UnsendableMail) return true
  if (!(error instanceof Error)) return false
  const { responseCode, command } = error as Error & { responseCode?: unknown; command?: unknown }
  if (typeof responseCode !== 'number' || responseCode < 500 || responseCode > 599) return false
  // 503: the session was in a wrong state; 530: the server wants a login or TLS first.
  return (command === 'RCPT TO' || command === 'DATA') && responseCode !== 503 && responseCode !== 530
}
