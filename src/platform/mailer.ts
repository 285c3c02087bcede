// Mail, by SMTP or into a local mailbox.

export { MailFailure, type MailProblem, mailFailureOf } from './mail/failure.js'
export type { Mail, Mailer } from './mail/mail.js'
export { mailboxMailer } from './mail/mailboxMailer.js'
export { type MailGate, openMailGate } from './mail/mailGate.js'
export { UnsendableMail } from './mail/message.js'
export { nextMailAttempt } from './mail/retry.js'
export { smtpMailer } from './mail/smtpMailer.js'
