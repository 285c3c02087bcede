import type { OrgRoleName } from '../../generated/prisma/enums.js'
import {
  formatLocaleOf,
  isPlainAddress,
  type Mail,
  type MailKind,
  type MailTemplates,
  nearestLanguage,
} from '../../mail/mailer.js'
import { roleWords } from './roleWords.js'
import { plainLines, plainName } from './untrustedText.js'

/**
 * The Message-ID of a mail (contract §5). It is the same at each try, and another one after a resend.
 */
export const inviteMessageId = ({
  kind,
  inviteId,
  mailNumber,
  appUrl,
}: {
  kind: MailKind
  inviteId: string
  mailNumber: number
  appUrl: string
}): string => `<${kind}.${inviteId}.${mailNumber}@${new URL(appUrl).hostname}>`

/** What an invite's mail tells. */
export interface InviteLetter {
  to: string
  /** Who is invited, if the mail goes to somebody else: an address, or a name as plain text. */
  invitee?: string
  /** A BCP 47 tag. The mail is in the nearest of our languages. */
  locale: string
  orgName: string
  /** Null if an API token invites, or a person without a name. */
  inviterName: string | null
  roles: readonly OrgRoleName[]
  message: string | null
  acceptUrl: string
  expiresAt: Date
  messageId: string
  /** Where answers go. An address that can't stand in a header is left out. */
  replyTo?: string | null
}

/**
 * Writes the mail that contains an invite's link.
 *
 * `orgName`, `inviterName` and `message` were written by people who also chose the address, so they appear as plain text
 * only. The link to `acceptUrl` is the only link in the mail, in every mail program, beside that of the brand's support.
 */
export function composeInviteMail(templates: MailTemplates, kind: MailKind, letter: InviteLetter): Mail {
  const { to, locale, roles, acceptUrl, messageId } = letter
  const language = nearestLanguage(locale)
  const formatLocale = formatLocaleOf(locale, language)
  const lines = plainLines(letter.message ?? '')
  const written = templates.write(kind, language, {
    locale,
    orgName: plainName(letter.orgName),
    inviterName: plainName(letter.inviterName ?? '') || null,
    email: letter.invitee ?? to,
    roles: listed(
      formatLocale,
      roles.map((name) => roleWords[language][name]),
    ),
    roleNames: roles,
    messageLines: lines.some((line) => line !== '') ? lines : [],
    acceptUrl,
    appHost: new URL(acceptUrl).host,
    expiresAt: dateInWords(formatLocale, letter.expiresAt),
  })
  return {
    messageId,
    to,
    ...written,
    ...(letter.replyTo && isPlainAddress(letter.replyTo) && { replyTo: letter.replyTo }),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  }
}

const listed = (locale: string, words: readonly string[]) =>
  new Intl.ListFormat(locale, { type: 'conjunction' }).format(words)

/** `Friday, 7 March 2025 at 14:05 UTC`, as the reader writes it. Nobody knows the reader's time zone. */
const dateInWords = (locale: string, date: Date) =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(date)
