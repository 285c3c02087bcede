import { Html, html } from '../../lib/html.js'
import type { MailboxMail } from '../../mail/mailbox.js'
import { style } from './style.js'

const inWords = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
})

const when = (date: string): Html => {
  const time = new Date(date)
  if (Number.isNaN(time.getTime())) return html`${date}`
  return html`<time datetime="${time.toISOString()}">${inWords.format(time)} UTC</time>`
}

const page = (title: string, main: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`.text

const named = (subject: string) => subject || '(no subject)'

/** The list, newest first, of which `mails` are the `limit` newest. With `graphiql` it also links there. */
export const listPage = (
  mails: readonly MailboxMail[],
  limit: number,
  { graphiql }: { graphiql: boolean },
): string =>
  page(
    'Mailbox',
    html`<nav><a href="/live">Dashboard</a>${graphiql ? html` · <a href="/graphql">GraphiQL</a>` : null}</nav>
<header>
<h1>Mailbox</h1>
<p class="soft">E-mails that this server would send appear here. <a href="/mail">Refresh</a></p>
</header>
<div class="sheet">
${
  mails.length === 0
    ? html`<div class="empty"><p><strong>No e-mails yet</strong></p><p class="soft">Invite someone, and the e-mail appears here.</p></div>`
    : html`<ol class="mails" reversed>${mails.map(
        (mail) => html`
<li><a href="/mail/${mail.id}"><span class="subject">${named(mail.subject)}</span> <span class="soft">to ${mail.to}</span> <span class="soft">${when(mail.date)}</span></a></li>`,
      )}
</ol>`
}
</div>
${mails.length < limit ? null : html`<p class="soft">These are the newest ${limit}. Older ones are files in the data directory.</p>`}`,
  )

/** One mail. Its HTML is a page of its own in a frame that runs no scripts. */
export const mailPage = (mail: MailboxMail): string =>
  page(
    named(mail.subject),
    html`<nav><a href="/mail">← Mailbox</a></nav>
<header><h1>${named(mail.subject)}</h1></header>
<dl>
<dt>To</dt><dd>${mail.to}</dd>
<dt>From</dt><dd>${mail.from}</dd>
<dt>Sent</dt><dd>${when(mail.date)}</dd>
<dt>Message-ID</dt><dd>${mail.messageId}</dd>
${mail.links.map(
  (link) => html`<dt>Link</dt><dd><a href="${link}" target="_blank" rel="noopener noreferrer">${link}</a></dd>
`,
)}</dl>
${
  mail.html === ''
    ? null
    : html`<div class="sheet"><iframe title="The e-mail" src="/mail/${mail.id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe></div>`
}
<details${mail.html === '' ? new Html(' open') : null}><summary>Plain text</summary><pre class="sheet" dir="auto">${mail.text}</pre></details>`,
  )

export const missingPage = (): string =>
  page(
    'E-mail not found',
    html`<header><h1>E-mail not found</h1></header>
<p><a href="/mail">← Mailbox</a></p>`,
  )
