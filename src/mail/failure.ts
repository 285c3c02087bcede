import { cleanText } from '../lib/cleanText.js'
import { UnsendableMail } from './message.js'
import { readReply, type SmtpReply } from './reply.js'

/** Why a mail was not sent. The text for the org's admin and the hint for the operator depend on it. */
export type MailProblem =
  | 'NO_SUCH_MAILBOX'
  | 'MAILBOX_FULL'
  | 'RECIPIENT_REFUSED'
  | 'MESSAGE_REFUSED'
  | 'UNSENDABLE'
  | 'BUSY'
  | 'SENDER_REFUSED'
  | 'SIGN_IN_REFUSED'
  | 'INSECURE'
  | 'UNREACHABLE'
  | 'NOT_CONFIGURED'

interface Facts {
  problem: MailProblem
  /** True if every other attempt would fail too: the reason is this recipient or this mail. */
  isFinal: boolean
  /** True if every other mail would fail too: no connection, no sign-in, or the sender is refused. */
  isAboutUs: boolean
  /** True if the mail may have been delivered anyway, because the server's reply is missing. */
  mayHaveArrived: boolean
  /** The code of the SMTP reply or of the system error: 550, `ECONNREFUSED`. */
  code?: number | string | undefined
}

/** A mail was not sent. The message contains no addresses or credentials, so it may be logged. */
export class MailFailure extends Error {
  override readonly name = 'MailFailure'
  readonly problem: MailProblem
  readonly isFinal: boolean
  readonly isAboutUs: boolean
  readonly mayHaveArrived: boolean
  readonly code: number | string | undefined

  constructor(message: string, facts: Facts) {
    super(message)
    this.problem = facts.problem
    this.isFinal = facts.isFinal
    this.isAboutUs = facts.isAboutUs
    this.mayHaveArrived = facts.mayHaveArrived
    this.code = facts.code
  }
}

/** The fields of nodemailer's errors that say why. They are missing in its types. */
interface Thrown extends Error {
  code?: unknown
  /** The system's code, if `code` is nodemailer's own. */
  originalCode?: unknown
  responseCode?: unknown
  response?: unknown
  /** The command that failed: `MAIL FROM`, `RCPT TO`, `DATA`, `AUTH PLAIN`, `CONN` … */
  command?: unknown
}

/**
 * Turns any error of a mailer into a `MailFailure`.
 * @param secrets words that its message must not contain. Words with an @ are always removed.
 */
export function mailFailureOf(error: unknown, secrets: readonly string[] = []): MailFailure {
  if (error instanceof MailFailure) return error
  const thrown = (error instanceof Error ? error : new Error(String(error))) as Thrown
  const reply = typeof thrown.response === 'string' ? readReply(thrown.response) : undefined
  const facts = reply ? factsOfReply(reply, String(thrown.command)) : factsOfError(thrown)
  return new MailFailure(withoutSecrets(reply?.text || thrown.message, secrets), facts)
}

const final = { isFinal: true, isAboutUs: false, mayHaveArrived: false }
const later = { isFinal: false, isAboutUs: false, mayHaveArrived: false }
const aboutUs = { isFinal: false, isAboutUs: true, mayHaveArrived: false }

/** Node's codes for a bad certificate, and for a server that doesn't speak TLS. */
const tlsCodes =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_|EPROTO)/
/** There was no connection, so nothing was sent. After any other network error the mail may have been delivered. */
const neverConnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])

function factsOfError(thrown: Thrown): Facts {
  if (thrown instanceof UnsendableMail) return { ...final, problem: 'UNSENDABLE' }
  const code = [thrown.originalCode, thrown.code].find((name) => typeof name === 'string')
  if (thrown.code === 'EAUTH' || thrown.code === 'ENOAUTH')
    return { ...aboutUs, problem: 'SIGN_IN_REFUSED', code: String(thrown.code) }
  if (thrown.code === 'ETLS' || tlsCodes.test(code ?? '')) return { ...aboutUs, problem: 'INSECURE', code }
  const mayHaveArrived = thrown.code !== 'EDNS' && !neverConnected.has(code ?? '')
  return { ...aboutUs, problem: 'UNREACHABLE', mayHaveArrived, code }
}

/** Reply codes that ask for a sign-in or refuse it (RFC 4954 6). */
const signInCodes = new Set([530, 534, 535, 538])
const signInStatus = new Set(['7.8', '7.9', '7.10', '7.11', '7.12', '7.13', '7.14'])
/** Status codes for a refused sender address (RFC 3463 3.2). */
const senderStatus = new Set(['1.7', '1.8'])
/** Postfix and others refuse the sender, or relaying, only in the reply to RCPT TO. */
const senderWords = [
  'sender address rejected',
  'relay access denied',
  'relaying denied',
  'authentication required',
]
/**
 * Status codes that are temporary by their meaning, although the reply code is 5yz (RFC 3463): a full mailbox or disk, a
 * system that accepts no mail, congestion, too many recipients, and sending limits (5.4.5). Not 5.4.1, which large
 * providers use for an unknown recipient.
 */
const transientStatus = new Set(['2.2', '3.1', '3.2', '4.2', '4.3', '4.5', '5.3'])

function factsOfReply({ code, status, text }: SmtpReply, command: string): Facts {
  const [severity, detail = ''] = status === undefined ? [] : [status[0], status.slice(2)]
  const words = text.toLowerCase()
  if (command.startsWith('AUTH') || signInCodes.has(code) || signInStatus.has(detail))
    return { ...aboutUs, problem: 'SIGN_IN_REFUSED', code }
  if (command === 'STARTTLS') return { ...aboutUs, problem: 'INSECURE', code }
  const saysLater = code < 500 || severity === '4'
  if (command !== 'RCPT TO' && command !== 'DATA')
    return { ...aboutUs, problem: saysLater ? 'BUSY' : 'SENDER_REFUSED', code }
  if (!saysLater && (senderStatus.has(detail) || senderWords.some((phrase) => words.includes(phrase))))
    return { ...aboutUs, problem: 'SENDER_REFUSED', code }
  // 5.1.x is about the address, whatever the reply code, and whether the server says so only after the message.
  if (!saysLater && detail.startsWith('1.')) return { ...final, problem: 'NO_SUCH_MAILBOX', code }
  // 503: the session was in a wrong state. For a recipient, 552 means 452 (RFC 5321 4.5.3.1.10).
  if (saysLater || code === 503 || (code === 552 && command === 'RCPT TO') || transientStatus.has(detail))
    return { ...later, problem: detail === '2.2' ? 'MAILBOX_FULL' : 'BUSY', code }
  if (command === 'DATA') return { ...final, problem: 'MESSAGE_REFUSED', code }
  return { ...final, problem: 'RECIPIENT_REFUSED', code }
}

/** The text on one line, without addresses and secrets: servers repeat both in their replies. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const hidden = secrets.filter((secret) => secret !== '').map((secret) => secret.toLowerCase())
  const words = text.slice(0, 1_000).split(/\s/).filter(Boolean)
  const shown = words.map((word) => {
    const bare = word.toLowerCase()
    return bare.includes('@') || hidden.some((secret) => bare === secret || containsSecret(bare, secret))
      ? '[…]'
      : word
  })
  return cleanText(shown.join(' '), 300)
}

/** Whether a word contains a secret. Secrets of up to three letters are part of too many words, so not counted. */
const containsSecret = (word: string, secret: string) => secret.length > 3 && word.includes(secret)
