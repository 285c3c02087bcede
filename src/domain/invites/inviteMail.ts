import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { html } from '../../lib/html.js'
import type { Mail } from '../../mail/mailer.js'
import { button, page } from './inviteMailLook.js'
import { plainLines, plainName } from './untrustedText.js'

const roleWords: Readonly<Record<OrgRoleName, string>> = {
  USER: 'a user',
  ADMIN: 'an admin',
  OWNER: 'an owner',
}
const listed = new Intl.ListFormat('en', { type: 'conjunction' })
const inWords = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })

/**
 * The Message-ID of a mail (contract §5). It is the same at each try, and another one after a resend.
 */
export const inviteMessageId = ({
  inviteId,
  mailNumber,
  appUrl,
}: {
  inviteId: string
  mailNumber: number
  appUrl: string
}): string => `<invite.${inviteId}.${mailNumber}@${new URL(appUrl).hostname}>`

/**
 * Writes the mail that contains an invite's link.
 *
 * `orgName`, `inviterName` and `message` were written by people who also chose the address, so they appear as plain text
 * only. The link to `acceptUrl` is the only link in the mail, in every mail program.
 */
export const composeInviteMail = (invite: {
  to: string
  orgName: string
  /** Null if an API token invites, or a person without a name. */
  inviterName: string | null
  roles: readonly OrgRoleName[]
  message: string | null
  acceptUrl: string
  expiresAt: Date
  messageId: string
}): Mail => {
  const { to, acceptUrl, messageId } = invite
  const org = plainName(invite.orgName)
  const inviter = plainName(invite.inviterName ?? '') || null
  const role = listed.format(invite.roles.map((name) => roleWords[name]))
  const note = plainLines(invite.message ?? '')
  const hasNote = note.some((line) => line !== '')
  const until = `${inWords.format(invite.expiresAt)} UTC`
  const host = new URL(acceptUrl).host

  const subject =
    inviter === null ? `You are invited to join ${org}` : `${inviter} invites you to join ${org}`
  const answer = `The invitation is for ${to}: sign in with that address. It can be answered until ${until}.`
  const unexpected =
    'You did not expect this? Then leave it be: nothing happens unless you accept. If you do not know who ' +
    'sent it, decline it or delete this mail, and give the link to nobody.'
  const genuine = `The only link in this mail leads to ${host}.`

  const text = [
    `${inviter === null ? 'You are invited' : `${inviter} invites you`} to join “${org}” as ${role}.`,
    `To accept or decline, open this link:\n${acceptUrl}`,
    answer,
    ...(hasNote
      ? [`${inviter ?? 'They'} wrote with it:\n${note.map((line) => `> ${line}`.trimEnd()).join('\n')}`]
      : []),
    `${unexpected}\n${genuine}`,
  ].join('\n\n')

  const body = page(subject, [
    html`<h1><bdi>${org}</bdi></h1>`,
    html`<p>${inviter === null ? 'You are invited' : html`<bdi>${inviter}</bdi> invites you`} to join <strong><bdi>${org}</bdi></strong> as ${role}.</p>`,
    button(acceptUrl, 'Accept or decline'),
    html`<p>${answer}</p>`,
    ...(hasNote
      ? [
          html`<p><bdi>${inviter ?? 'They'}</bdi> wrote with it:</p>
<blockquote dir="auto">${note.map((line) => html`${line}<br>`)}</blockquote>`,
        ]
      : []),
    html`<hr>
<p class="small">${unexpected} ${genuine}</p>`,
  ])

  return {
    messageId,
    to,
    subject,
    text: `${text}\n`,
    html: body.text,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  }
}
