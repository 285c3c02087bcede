import { cleanText } from '../lib/cleanText.js'
import { UnsendableMail } from './message.js'
import { readReply, type SmtpReply } from './reply.js'

/** Why a mail was not sent, as a class: what an admin reads and what an operator does differ by it. */
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
  /** True where another try would be refused again: it is about this recipient or this mail, and for good. */
  isFinal: boolean
  /** True where every other mail would fail too: no connection, no sign-in, or a sender that is refused. */
  isAboutUs: boolean
  /** True where the mail may have been delivered all the same: the answer to it is missing. */
  mayHaveArrived: boolean
  /** The SMTP reply's number, or the system's name of the error: 550, `ECONNREFUSED`. */
  code?: number | string | undefined
}

/** Why a mail was not sent. Its message has neither addresses nor credentials, so it may be logged. */
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

/** What of an error of nodemailer's says why. Its types leave these out. */
interface Thrown extends Error {
  code?: unknown
  /** The system's own code, where `code` is nodemailer's. */
  originalCode?: unknown
  responseCode?: unknown
  response?: unknown
  /** What the server was answering: `MAIL FROM`, `RCPT TO`, `DATA`, `AUTH PLAIN`, `CONN` … */
  command?: unknown
}

/**
 * Why a mail was not sent, by whatever a mailer threw.
 * @param secrets words that the message must not repeat, beside everything that has an @
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

/** Node's names for what is wrong with a certificate, and for a server that doesn't speak TLS where it should. */
const tlsCodes =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_|EPROTO)/
/** Without a connection nothing was sent. Anything else that breaks off may have been after the last byte. */
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

/** Replies that ask for a sign-in, or refuse one (RFC 4954 6). */
const signInCodes = new Set([530, 534, 535, 538])
const signInStatus = new Set(['7.8', '7.9', '7.10', '7.11', '7.12', '7.13', '7.14'])
/** The sender's address is refused (RFC 3463 3.2). */
const senderStatus = new Set(['1.7', '1.8'])
/** Postfix and others refuse a sender, or to relay for it, only in the answer to the recipient. */
const senderWords = [
  'sender address rejected',
  'relay access denied',
  'relaying denied',
  'authentication required',
]
/**
 * What RFC 3463 calls transient by its nature, though the reply says 5yz: a full mailbox or disk, a system that takes
 * nothing, congestion, too many recipients, and the limits on how much may be sent that are told as 5.4.5. Not 5.4.1,
 * by which large providers mean an unknown recipient.
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
  // 503: the session was in a wrong state. 552 for a recipient is what 452 should say (RFC 5321 4.5.3.1.10).
  if (saysLater || code === 503 || (code === 552 && command === 'RCPT TO') || transientStatus.has(detail))
    return { ...later, problem: detail === '2.2' ? 'MAILBOX_FULL' : 'BUSY', code }
  if (command === 'DATA') return { ...final, problem: 'MESSAGE_REFUSED', code }
  return { ...final, problem: detail.startsWith('1.') ? 'NO_SUCH_MAILBOX' : 'RECIPIENT_REFUSED', code }
}

/** The text without addresses and secrets, in one line. Servers repeat both. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const hidden = secrets.filter((secret) => secret !== '').map((secret) => secret.toLowerCase())
  const words = text.slice(0, 1_000).split(/\s/).filter(Boolean)
  const shown = words.map((word) => {
    const bare = word.toLowerCase()
    return bare.includes('@') || hidden.some((secret) => bare === secret || holds(bare, secret))
      ? '[…]'
      : word
  })
  return cleanText(shown.join(' '), 300)
}

/** A short secret, such as a name of two letters, is part of too many words to be hidden wherever it stands. */
const holds = (word: string, secret: string) => secret.length > 3 && word.includes(secret)
