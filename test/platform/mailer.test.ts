import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SMTPServerOptions } from 'smtp-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openMailbox } from '../../src/platform/mail/mailbox.js'
import {
  isPermanentMailFailure,
  type Mail,
  mailboxMailer,
  smtpMailer,
  UnsendableMail,
} from '../../src/platform/mailer.js'
import { reply, startMailServer } from '../support/mailServer.js'

const from = 'Guildhall <guildhall@example.com>'
const mail: Mail = {
  messageId: '<invite.1.1@example.com>',
  to: 'ada+guild@example.org',
  subject: 'Grüße 👋',
  text: 'Hello\n\nYour link: https://example.com/invites/abc\n',
  html: '<p>Hello <a href="https://example.com/invites/abc?a=1&amp;b=2">Ünïcode</a></p>',
  headers: { 'Auto-Submitted': 'auto-generated' },
}

const mailer = (url: string) => {
  const opened = smtpMailer(url, from)
  onTestFinished(() => opened.close())
  return opened
}
const failureOf = (sending: Promise<void>): Promise<unknown> =>
  sending.then(
    () => expect.fail('the mail was sent'),
    (error: unknown) => error,
  )

describe('mail by SMTP', () => {
  test('arrives as it was written, under the Message-ID that it was given', async () => {
    const { url, received } = await startMailServer()
    const subject = `${'Lange Grüße an alle im Gildenhaus, 日本語 👩‍👩‍👧 '.repeat(6)}— Ende`
    await mailer(url).send({ ...mail, subject })
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({
      messageId: mail.messageId,
      subject,
      html: expect.stringContaining('>Ünïcode</a>'),
      from: { name: 'Guildhall', address: 'guildhall@example.com' },
      to: [{ address: 'ada+guild@example.org' }],
      sender: 'guildhall@example.com',
      recipients: ['ada+guild@example.org'],
    })
    expect(received[0]?.text?.replaceAll('\r\n', '\n').trim()).toBe(mail.text.trim())
    expect(received[0]?.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    )
    for (const line of received[0]?.raw.split('\r\n') ?? []) expect(line.length).toBeLessThanOrEqual(998)
  })

  test.each<[string, Partial<Mail>]>([
    ['a line break in the subject', { subject: 'Hi\r\nBcc: eve@example.net' }],
    ['a bare line feed in the subject', { subject: 'Hi\nBcc: eve@example.net' }],
    ['a NUL in the subject', { subject: 'Hi\0' }],
    ['a line break in the address', { to: 'ada@example.org\r\nBcc: eve@example.net' }],
    ['two addresses', { to: 'ada@example.org, eve@example.net' }],
    ['two addresses by a semicolon', { to: 'ada@example.org;eve@example.net' }],
    ['an address with a name', { to: 'Ada <ada@example.org>' }],
    ['an address in a quoted name', { to: '"eve@example.net x"@example.org' }],
    ['an address with a comment', { to: 'ada(eve@example.net)@example.org' }],
    ['a group', { to: 'all:ada@example.org' }],
    ['a non-ASCII address', { to: 'ada@exämple.org' }],
    ['no address', { to: '' }],
    ['a Message-ID with a line break', { messageId: '<a@example.com>\r\nBcc: eve@example.net' }],
    ['a Message-ID without brackets', { messageId: 'a@example.com' }],
    ['a header with a line break', { headers: { 'X-Org': 'a\r\nBcc: eve@example.net' } }],
    ['a header whose name has one', { headers: { 'X-Org: a\r\nBcc': 'eve@example.net' } }],
  ])('is refused for good, and not sent, with %s', async (_, part) => {
    const { url, received } = await startMailServer()
    const failure = await failureOf(mailer(url).send({ ...mail, ...part }))
    expect(failure).toBeInstanceOf(UnsendableMail)
    expect(isPermanentMailFailure(failure)).toBe(true)
    expect(received).toEqual([])
  })

  test('reads no file and no URL, whatever it says', async () => {
    const { url, received } = await startMailServer()
    await mailer(url).send({ ...mail, text: 'file:///etc/passwd', html: '<img src="file:///etc/passwd">' })
    expect(received[0]?.attachments).toEqual([])
    expect(received[0]?.text?.trim()).toBe('file:///etc/passwd')
  })

  test('takes TLS where the server offers it', async () => {
    const { url, received } = await startMailServer({ hideSTARTTLS: false })
    await mailer(`${url}?tls.rejectUnauthorized=false`).send(mail)
    expect(received[0]?.secure).toBe(true)
  })

  test('is not sent in the clear where the URL requires TLS', async () => {
    const { url, received } = await startMailServer({ disabledCommands: ['STARTTLS'] })
    const failure = await failureOf(mailer(`${url}?requireTLS=true`).send(mail))
    expect(isPermanentMailFailure(failure)).toBe(false)
    expect(received).toEqual([])
  })

  test('by smtps:// is TLS from the start, with a certificate that is checked', async () => {
    const { url, received } = await startMailServer({ secure: true })
    expect(isPermanentMailFailure(await failureOf(mailer(url).send(mail)))).toBe(false)
    expect(received).toEqual([])
    await mailer(`${url}?tls.rejectUnauthorized=false`).send(mail)
    expect(received[0]?.secure).toBe(true)
  })

  test('signs in as the URL says', async () => {
    const logins: string[] = []
    const { url } = await startMailServer({
      authOptional: false,
      hideSTARTTLS: false,
      onAuth: ({ username, password }, _, done) => {
        logins.push(`${username} ${password}`)
        done(null, { user: username ?? '' })
      },
    })
    await mailer(`${url.replace('//', '//gu%40ild:p%2Fw@')}?tls.rejectUnauthorized=false`).send(mail)
    expect(logins).toEqual(['gu@ild p/w'])
  })

  test('goes out once each, however many are sent at once', async () => {
    const { url, received } = await startMailServer()
    const open = mailer(url)
    const ids = Array.from({ length: 60 }, (_, n) => `<invite.1.${n}@example.com>`)
    await Promise.all(ids.map((messageId) => open.send({ ...mail, messageId })))
    expect(received.map(({ messageId }) => messageId).sort()).toEqual(ids.sort())
  })

  test.each<[string, boolean, SMTPServerOptions]>([
    ['550 to the recipient', true, { onRcptTo: (_, __, done) => done(reply(550, '5.1.1 no such user')) }],
    ['552 to the recipient', true, { onRcptTo: (_, __, done) => done(reply(552, '5.2.2 mailbox full')) }],
    ['450 to the recipient', false, { onRcptTo: (_, __, done) => done(reply(450, '4.2.0 greylisted')) }],
    ['530 to the recipient', false, { onRcptTo: (_, __, done) => done(reply(530, '5.7.0 login first')) }],
    ['550 to the sender', false, { onMailFrom: (_, __, done) => done(reply(550, '5.7.1 not you')) }],
    ['451 to the sender', false, { onMailFrom: (_, __, done) => done(reply(451, '4.3.0 busy')) }],
    ['421 to the connection', false, { onConnect: (_, done) => done(reply(421, 'busy')) }],
    [
      '554 to the message',
      true,
      { onData: (stream, _, done) => stream.on('end', () => done(reply(554, '5.6.0 spam'))).resume() },
    ],
    [
      '452 to the message',
      false,
      { onData: (stream, _, done) => stream.on('end', () => done(reply(452, '4.3.1 full'))).resume() },
    ],
  ])('that meets %s is refused for good: %s', async (_, permanent, options) => {
    const { url } = await startMailServer(options)
    const failure = await failureOf(mailer(url).send(mail))
    expect(isPermanentMailFailure(failure), String(failure)).toBe(permanent)
  })

  test('that meets a wrong password may be tried again', async () => {
    const { url } = await startMailServer({
      hideSTARTTLS: false,
      onAuth: (_, __, done) => done(reply(535, '5.7.8 wrong')),
    })
    const failure = await failureOf(
      mailer(`${url.replace('//', '//u:p@')}?tls.rejectUnauthorized=false`).send(mail),
    )
    expect(failure).toMatchObject({ code: 'EAUTH' })
    expect(isPermanentMailFailure(failure)).toBe(false)
  })

  test('that finds nobody listening may be tried again', async () => {
    const failure = await failureOf(mailer('smtp://127.0.0.1:1').send(mail))
    expect(isPermanentMailFailure(failure)).toBe(false)
  })

  test('gives up on a server that says nothing within seconds, and at once when told to', async () => {
    const mute = createServer(() => {}).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    onTestFinished(() => void mute.close())
    const open = mailer(`smtp://127.0.0.1:${(mute.address() as AddressInfo).port}`)
    const asked = performance.now()
    const abort = new AbortController()
    const told = failureOf(open.send(mail, abort.signal))
    const left = failureOf(open.send(mail))
    setTimeout(() => abort.abort(), 200)
    expect(isPermanentMailFailure(await told)).toBe(false)
    expect(performance.now() - asked).toBeLessThan(2_000)
    expect(isPermanentMailFailure(await left)).toBe(false)
    expect(performance.now() - asked).toBeLessThan(15_000)
  }, 20_000)
})

describe('mail into the local mailbox', () => {
  const directory = async () => {
    const made = await mkdtemp(join(tmpdir(), 'guildhall-mail-'))
    onTestFinished(() => rm(made, { recursive: true }))
    return join(made, 'mail')
  }

  test('is one whole file a mail that only its owner can read', async () => {
    const there = await directory()
    await mailboxMailer(there).send(mail)
    const [file, ...more] = await readdir(there)
    expect(more).toEqual([])
    expect((await stat(join(there, file ?? ''))).mode & 0o077).toBe(0)
    expect((await stat(there)).mode & 0o077).toBe(0)
    expect(await openMailbox(there).list(10)).toEqual([
      {
        id: file?.replace('.eml', ''),
        to: mail.to,
        from: 'guildhall@localhost',
        subject: mail.subject,
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        text: mail.text.trimEnd(),
        html: expect.stringContaining('Ünïcode'),
        messageId: mail.messageId,
        links: ['https://example.com/invites/abc?a=1&b=2'],
      },
    ])
  })

  test('keeps each of many sent at once, newest first', async () => {
    const there = await directory()
    const mailbox = mailboxMailer(there)
    const subjects = Array.from({ length: 50 }, (_, n) => `${n}`)
    await Promise.all(subjects.map((subject) => mailbox.send({ ...mail, subject })))
    await mailbox.send({ ...mail, subject: 'last' })
    const mails = await openMailbox(there).list(100)
    expect(mails[0]?.subject).toBe('last')
    expect(mails.map(({ subject }) => subject).sort()).toEqual([...subjects, 'last'].sort())
    expect(await openMailbox(there).list(3)).toEqual(mails.slice(0, 3))
  })

  test('is refused, and leaves no file, where SMTP would refuse it', async () => {
    const there = await directory()
    const failure = await failureOf(
      mailboxMailer(there).send({ ...mail, subject: 'Hi\r\nBcc: eve@example.net' }),
    )
    expect(failure).toBeInstanceOf(UnsendableMail)
    expect(await openMailbox(there).list(10)).toEqual([])
  })
})
