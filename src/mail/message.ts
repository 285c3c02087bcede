import type { SendMailOptions } from 'nodemailer'
import type { Mail } from './mail.js'

/** A mail that can't be put into headers as it is, today or ever. */
export class UnsendableMail extends Error {
  override readonly name = 'UnsendableMail'
}

// RFC 5322's specials, of which none can stand in an address without quotes.
const bareAddress = /^[^\s\p{C}()<>[\]:;@\\,"]+@[^\s\p{C}()<>:;@\\,"]+$/u
const messageId = /^<[\w.+-]+@[\w.:[\]-]+>$/
const headerName = /^[A-Za-z][A-Za-z0-9-]*$/
const ascii = /^[\x20-\x7e]*$/
const control = /\p{Cc}/u

/**
 * Nothing of a mail may end its header and begin another, or become a second recipient: not by how a
 * library folds or strips it, but because it never gets that far.
 *
 * @throws {UnsendableMail}
 */
const assertSendable = (mail: Mail): void => {
  const refuse = (what: string): never => {
    throw new UnsendableMail(`${what} of a mail can't be put into its header`)
  }
  if (!bareAddress.test(mail.to) || !ascii.test(mail.to)) refuse('The address')
  if (!messageId.test(mail.messageId)) refuse('The Message-ID')
  if (control.test(mail.subject)) refuse('The subject')
  for (const [name, value] of Object.entries(mail.headers ?? {}))
    if (!headerName.test(name) || !ascii.test(value)) refuse(JSON.stringify(name))
}

/**
 * What nodemailer makes the message of. Nothing in it is taken for a path or a URL to be read.
 *
 * @throws {UnsendableMail}
 */
export const messageOf = (mail: Mail, from: string): SendMailOptions => {
  assertSendable(mail)
  return {
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    ...(mail.headers && { headers: { ...mail.headers } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
