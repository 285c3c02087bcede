import { createTransport } from 'nodemailer'
import { MailFailure, mailFailureOf } from './failure.js'
import type { Mailer } from './mail.js'
import { messageOf } from './message.js'

/** Timeouts: for each step of SMTP, and for a whole mail. After a timeout the mail is tried again later. */
const STEP_WITHIN_MS = 10_000
const SEND_WITHIN_MS = 30_000

/**
 * Sends mail by an SMTP server, over up to five connections that are kept open.
 *
 * @param url `smtps://` uses TLS from the start; `smtp://` uses STARTTLS if the server offers it, and requires it with
 *   `?requireTLS=true`. Certificates are checked, except with `?tls.rejectUnauthorized=false`.
 * @param from `a@example.com` or `Name <a@example.com>`
 */
export const smtpMailer = (url: string, from: string): Mailer => {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 5,
    connectionTimeout: STEP_WITHIN_MS,
    greetingTimeout: STEP_WITHIN_MS,
    socketTimeout: STEP_WITHIN_MS,
    dnsTimeout: STEP_WITHIN_MS,
    idleTimeout: 60_000,
  })
  const { host: server, username, password } = new URL(url)
  const credentials = [username, password].map(decoded)
  return {
    server,
    async send(mail, signal) {
      const late = AbortSignal.timeout(SEND_WITHIN_MS)
      try {
        await transport.sendMail({
          ...messageOf(mail, from),
          signal: signal ? AbortSignal.any([signal, late]) : late,
        })
      } catch (error) {
        if (late.aborted) throw tooSlow()
        throw mailFailureOf(error, [...credentials, mail.to.slice(0, mail.to.lastIndexOf('@'))])
      }
    },
    async check() {
      try {
        await transport.verify()
      } catch (error) {
        throw mailFailureOf(error, credentials)
      }
    },
    close: () => transport.close(),
  }
}

const tooSlow = () =>
  new MailFailure(`the mail server took longer than ${SEND_WITHIN_MS} ms`, {
    problem: 'UNREACHABLE',
    isFinal: false,
    isAboutUs: true,
    mayHaveArrived: true,
    code: 'ETIMEDOUT',
  })

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
