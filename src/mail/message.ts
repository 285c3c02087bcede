import type { SendMailOptions } from 'nodemailer'
import type { Mail } from './mail.js'

/** A mail with a header field that is not valid. Another attempt would fail too. */
export class UnsendableMail extends Error {
  override readonly name = 'UnsendableMail'
}

// No special character of RFC 5322: an address would have to quote them.
const bareAddress = /^[^\s\p{C}()<>[\]:;@\\,"]+@[^\s\p{C}()<>:;@\\,"]+$/u
const messageId = /^<[\w.+-]+@[\w.:[\]-]+>$/
const headerName = /^[A-Za-z][A-Za-z0-9-]*$/
const ascii = /^[\x20-\x7e]*$/
const control = /\p{Cc}/u

/** Whether a header can hold an address as it is. */
export const isPlainAddress = (text: string): boolean => bareAddress.test(text) && ascii.test(text)

/**
 * Prevents header injection: no part of a mail can start another header or add a recipient. It doesn't rely on how
 * nodemailer escapes values.
 *
 * @throws {UnsendableMail}
 */
const assertSendable = (mail: Mail): void => {
  const refuse = (what: string): never => {
    throw new UnsendableMail(`${what} of a mail can't be put into its header`)
  }
  if (!isPlainAddress(mail.to)) refuse('The address')
  if (mail.replyTo !== undefined && !isPlainAddress(mail.replyTo)) refuse('The address for answers')
  if (!messageId.test(mail.messageId)) refuse('The Message-ID')
  if (control.test(mail.subject)) refuse('The subject')
  for (const [name, value] of Object.entries(mail.headers ?? {}))
    if (!headerName.test(name) || !ascii.test(value)) refuse(JSON.stringify(name))
}

/**
 * The mail as nodemailer's options. They forbid it to read files or URLs.
 *
 * @throws {UnsendableMail}
 */
export const messageOf = (mail: Mail, from: string): SendMailOptions => {
  assertSendable(mail)
  return {
    from,
    to: { name: '', address: mail.to },
    ...(mail.replyTo !== undefined && { replyTo: { name: '', address: mail.replyTo } }),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    ...(mail.headers && { headers: { ...mail.headers } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
