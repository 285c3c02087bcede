import { mailFailureOf, mailHints, smtpMailer } from '../../mail/mailer.js'
import { type Check, type Finding, ok, problem, warning } from './check.js'

/** Connects, encrypts and signs in, as for a mail, and sends nothing. */
export const mailCheck: Check = {
  name: 'mail',
  reads: ['SMTP_URL', 'MAIL_FROM'],
  async run({ mail }) {
    if (mail.smtpUrl === undefined) return []
    const mailer = smtpMailer(mail.smtpUrl, mail.from)
    try {
      await mailer.check?.()
      const { username } = new URL(mail.smtpUrl)
      const signedIn = username === '' ? 'answers' : 'accepts the sign-in'
      return [ok('mail', `${mailer.server} ${signedIn}; nothing was sent`), ...encryptionOf(mail.smtpUrl)]
    } catch (error) {
      const { message, problem: kind } = mailFailureOf(error)
      const cure = mailHints[kind] ?? 'Ask who runs the mail server.'
      return [problem('mail', `${mailer.server} can’t be used: ${message}`, cure)]
    } finally {
      mailer.close()
    }
  },
}

/** `smtp://` encrypts if the server offers it. An attacker on the way can take the offer out. */
function encryptionOf(smtpUrl: string): Finding[] {
  const { protocol, hostname, searchParams } = new URL(smtpUrl)
  const isHere = /^(localhost|127\.|\[::1\])/.test(hostname)
  if (protocol === 'smtps:' || searchParams.get('requireTLS') === 'true' || isHere) return []
  return [
    warning(
      'mail',
      'smtp:// is encrypted only if the mail server offers it',
      'Use smtps://, or add ?requireTLS=true to SMTP_URL.',
    ),
  ]
}
