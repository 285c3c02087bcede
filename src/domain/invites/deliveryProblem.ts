import type { MailProblem } from '../../mail/mailer.js'

/** Texts for an org's admins: what they can act on, without internals of this service. */
const words: Readonly<Record<MailProblem, string>> = {
  NO_SUCH_MAILBOX: 'The mail server says that there is no such mailbox.',
  MAILBOX_FULL: 'The mailbox is full.',
  RECIPIENT_REFUSED: 'The mail server refused this address.',
  MESSAGE_REFUSED: 'The mail server refused the message.',
  UNSENDABLE: 'No e-mail can be written to this address.',
  BUSY: 'The mail server put the e-mail off for too long.',
  SENDER_REFUSED: 'The mail server does not let this service send e-mail. Its operator has to mend that.',
  SIGN_IN_REFUSED:
    'The mail server did not accept the sign-in of this service. Its operator has to mend that.',
  INSECURE:
    'There is no secure connection to the mail server. The operator of this service has to mend that.',
  UNREACHABLE: 'The mail server could not be reached.',
  NOT_CONFIGURED: 'This service has no mail server any more.',
}

/** The text for a stored problem. A problem that only a newer server knows gets a general text. */
export function deliveryProblemInWords(problem: string | null): string | null {
  if (problem === null) return null
  return problem in words ? words[problem as MailProblem] : 'The e-mail could not be sent.'
}
