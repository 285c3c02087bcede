// Mail, by SMTP or into a local mailbox.

export { MailFailure, type MailProblem, mailFailureOf } from './failure.js'
export type { Mail, Mailer } from './mail.js'
export { mailboxMailer } from './mailboxMailer.js'
export { type MailGate, mailHints, openMailGate } from './mailGate.js'
export {
  formatLocaleOf,
  type MailLanguage,
  mailLanguages,
  nearestLanguage,
} from './mailLanguage.js'
export {
  BadTemplates,
  type MailTemplates,
  openMailTemplates,
} from './mailTemplates.js'
export { isPlainAddress } from './message.js'
export { nextMailAttempt } from './retry.js'
export { smtpMailer } from './smtpMailer.js'
export { type MailKind, mailKinds } from './templateFiles.js'
