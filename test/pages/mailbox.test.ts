import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { composeInviteMail } from '../../src/domain/invites/inviteMail.js'
import type { MailboxMail } from '../../src/mail/mailbox.js'
import { type Mail, mailboxMailer, openMailTemplates } from '../../src/mail/mailer.js'
import { mailboxPages } from '../../src/pages/mailbox.js'

const acceptUrl = 'http://localhost:4000/invites/tok_en-1?a=1&b=2'
const invitation = composeInviteMail(openMailTemplates(), 'invite', {
  to: 'ada@example.org',
  locale: 'en',
  orgName: 'Acme & Söhne <b>',
  inviterName: 'Grace',
  roles: ['ADMIN'],
  message: 'Look: https://evil.example/invites/abc',
  acceptUrl,
  expiresAt: new Date('2025-03-07T14:05:00Z'),
  messageId: '<invite.1.1@localhost>',
})

/** Starts an HTTP server with a mailbox. */
const openMailbox = async (options?: { graphiql: boolean }) => {
  const made = await mkdtemp(join(tmpdir(), 'guildhall-mail-'))
  const directory = join(made, 'mail')
  const pages = mailboxPages(directory, options)
  const server = createServer((req, res) => {
    // As the real server does. A page overrides these headers if it needs to.
    res.setHeader('x-frame-options', 'DENY')
    const visit = { url: new URL(req.url ?? '/', 'http://server'), address: '127.0.0.1' }
    Promise.resolve(pages.handle(req, res, visit)).catch(() => res.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await rm(made, { recursive: true })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const mailer = mailboxMailer(directory)
  return {
    directory,
    send: (part: Partial<Mail> = {}) => mailer.send({ ...invitation, ...part }),
    get: (path: string, init?: RequestInit) => fetch(url + path, init),
    async list() {
      return (await (await fetch(`${url}/mail.json`)).json()) as MailboxMail[]
    },
  }
}

describe('the mailbox', () => {
  test('says that it is empty before the first mail', async () => {
    const mailbox = await openMailbox()
    expect(await mailbox.list()).toEqual([])
    expect(await (await mailbox.get('/mail')).text()).toContain('No e-mails yet')
  })

  test('links to the dashboard, and to GraphiQL if the server has it', async () => {
    const list = async (options?: { graphiql: boolean }) =>
      (await (await openMailbox(options)).get('/mail')).text()
    expect(await list()).toContain('href="/live"')
    expect(await list()).not.toContain('href="/graphql"')
    expect(await list({ graphiql: true })).toContain('href="/graphql"')
  })

  test('returns JSON with the full mails, newest first, each with the invite’s link', async () => {
    const mailbox = await openMailbox()
    await mailbox.send()
    await mailbox.send({ subject: 'Second', messageId: '<invite.1.2@localhost>' })
    const answer = await mailbox.get('/mail.json')
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const [second, first] = (await answer.json()) as MailboxMail[]
    expect(second).toMatchObject({ subject: 'Second', messageId: '<invite.1.2@localhost>' })
    expect(first).toEqual({
      id: expect.any(String),
      to: 'ada@example.org',
      from: 'guildhall@localhost',
      subject: invitation.subject,
      date: expect.any(String),
      text: expect.stringContaining(`\n${acceptUrl}\n`),
      html: expect.stringContaining('Acme &amp; Söhne &lt;b&gt;'),
      messageId: '<invite.1.1@localhost>',
      links: [acceptUrl],
    })
    expect(Date.now() - Date.parse(first?.date ?? '')).toBeLessThan(10_000)
  })

  test('lists mails as HTML, newest first, with their text escaped', async () => {
    const mailbox = await openMailbox()
    await mailbox.send({ subject: 'First <script>alert(1)</script>' })
    await mailbox.send({ subject: 'Second' })
    const answer = await mailbox.get('/mail')
    const page = await answer.text()
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.indexOf('Second')).toBeLessThan(page.indexOf('First &lt;script&gt;'))
    expect(page).not.toContain('<script')
    for (const { id } of await mailbox.list()) expect(page).toContain(`href="/mail/${id}"`)
  })

  test('shows a mail with its link, its text, and its HTML in a sandbox', async () => {
    const mailbox = await openMailbox()
    await mailbox.send()
    const id = (await mailbox.list())[0]?.id
    const page = await (await mailbox.get(`/mail/${id}`)).text()
    expect(page).toContain('<a href="http://localhost:4000/invites/tok_en-1?a=1&amp;b=2" target="_blank"')
    expect(page).toContain(
      `<iframe title="The e-mail" src="/mail/${id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox">`,
    )
    expect(page).toContain('Acme &amp; Söhne &lt;b&gt;')
    expect(page).not.toContain('Söhne <b>')
  })

  test('lets no script in a mail run, and opens its links outside the frame', async () => {
    const mailbox = await openMailbox()
    await mailbox.send({
      html: '<html><head><title>x</title></head><body><script>alert(1)</script></body></html>',
    })
    const answer = await mailbox.get(`/mail/${(await mailbox.list())[0]?.id}/html`)
    const policy = answer.headers.get('content-security-policy')
    expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';/)
    expect(policy).not.toContain('allow-scripts')
    expect(policy).not.toContain('allow-same-origin')
    expect(policy).toContain("frame-ancestors 'self'")
    expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(await answer.text()).toContain('<head><base target="_blank"><title>')
  })

  test('makes links only of http and https URLs', async () => {
    const mailbox = await openMailbox()
    await mailbox.send({
      html: '<a href="javascript:alert(1)">a</a><a class="x" href="HTTPS://a.example/">b</a><a href="data:text/html,x">c</a>',
    })
    expect((await mailbox.list())[0]?.links).toEqual(['HTTPS://a.example/'])
  })

  test('cannot be framed, cached or read by another site', async () => {
    const mailbox = await openMailbox()
    await mailbox.send()
    for (const path of ['/mail', '/mail.json', `/mail/${(await mailbox.list())[0]?.id}`]) {
      const { headers } = await mailbox.get(path, { headers: { origin: 'https://evil.example' } })
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-[^']+';/)
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test.each([
    '/mail/0193e4c8-0000-7000-8000-000000000000',
    '/mail/..%2f..%2fetc%2fpasswd',
    '/mail/../secret',
    '/mail/secret',
    '/mail/secret/html',
    '/mail/a/b/c',
    '/mailing',
  ])('is 404 at %s', async (path) => {
    const mailbox = await openMailbox()
    await mailbox.send()
    await writeFile(join(mailbox.directory, 'secret.eml'), 'Subject: secret\r\n\r\nsecret')
    const answer = await mailbox.get(path)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('E-mail not found')
  })

  test('is read-only', async () => {
    const mailbox = await openMailbox()
    await mailbox.send()
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await mailbox.get('/mail', { method })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    }
    const head = await mailbox.get('/mail', { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(await mailbox.list()).toHaveLength(1)
  })

  test('ignores files that are not its mails', async () => {
    const mailbox = await openMailbox()
    await mailbox.send()
    await writeFile(join(mailbox.directory, 'note.eml'), 'no mail')
    await writeFile(join(mailbox.directory, 'x.part'), 'half a mail')
    await writeFile(join(mailbox.directory, '0193e4c8-0000-7000-8000-000000000000.eml'), '\0\xff')
    const mails = await mailbox.list()
    expect(mails.map(({ subject }) => subject)).toEqual([invitation.subject, ''])
    expect((await mailbox.get('/mail')).status).toBe(200)
  })
})
