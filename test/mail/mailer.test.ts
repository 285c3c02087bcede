import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SMTPServerOptions } from 'smtp-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openMailbox } from '../../src/mail/mailbox.js'
import {
  type Mail,
  type MailFailure,
  type MailProblem,
  mailboxMailer,
  mailFailureOf,
  smtpMailer,
} from '../../src/mail/mailer.js'
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
const failureOf = (sending: Promise<void>): Promise<MailFailure> =>
  sending.then(
    () => expect.fail('the mail was sent'),
    (error: unknown) => mailFailureOf(error),
  )

describe('a mail over SMTP', () => {
  test('arrives unchanged, under the given Message-ID', async () => {
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
    ['two addresses with a semicolon', { to: 'ada@example.org;eve@example.net' }],
    ['an address with a name', { to: 'Ada <ada@example.org>' }],
    ['an address in a quoted name', { to: '"eve@example.net x"@example.org' }],
    ['an address with a comment', { to: 'ada(eve@example.net)@example.org' }],
    ['a group', { to: 'all:ada@example.org' }],
    ['a non-ASCII address', { to: 'ada@exämple.org' }],
    ['no address', { to: '' }],
    ['a Message-ID with a line break', { messageId: '<a@example.com>\r\nBcc: eve@example.net' }],
    ['a Message-ID without brackets', { messageId: 'a@example.com' }],
    ['a header with a line break', { headers: { 'X-Org': 'a\r\nBcc: eve@example.net' } }],
    ['a header with a line break in its name', { headers: { 'X-Org: a\r\nBcc': 'eve@example.net' } }],
  ])('is refused for good, and not sent, with %s', async (_, part) => {
    const { url, received } = await startMailServer()
    const failure = await failureOf(mailer(url).send({ ...mail, ...part }))
    expect(failure).toMatchObject({ problem: 'UNSENDABLE', isFinal: true, isAboutUs: false })
    expect(received).toEqual([])
  })

  test('cannot contain a file or a URL’s content, whatever its text says', async () => {
    const { url, received } = await startMailServer()
    await mailer(url).send({ ...mail, text: 'file:///etc/passwd', html: '<img src="file:///etc/passwd">' })
    expect(received[0]?.attachments).toEqual([])
    expect(received[0]?.text?.trim()).toBe('file:///etc/passwd')
  })

  test('uses TLS if the server offers it', async () => {
    const { url, received } = await startMailServer({ hideSTARTTLS: false })
    await mailer(`${url}?tls.rejectUnauthorized=false`).send(mail)
    expect(received[0]?.secure).toBe(true)
  })

  test('is not sent in clear text if the URL requires TLS', async () => {
    const { url, received } = await startMailServer({ disabledCommands: ['STARTTLS'] })
    const failure = await failureOf(mailer(`${url}?requireTLS=true`).send(mail))
    expect(failure.isFinal).toBe(false)
    expect(received).toEqual([])
  })

  test('to an smtps:// URL uses TLS from the start, with a checked certificate', async () => {
    const { url, received } = await startMailServer({ secure: true })
    expect((await failureOf(mailer(url).send(mail))).isFinal).toBe(false)
    expect(received).toEqual([])
    await mailer(`${url}?tls.rejectUnauthorized=false`).send(mail)
    expect(received[0]?.secure).toBe(true)
  })

  test('is sent with the user name and password from the URL', async () => {
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

  test('is sent once, however many are sent at the same time', async () => {
    const { url, received } = await startMailServer()
    const open = mailer(url)
    const ids = Array.from({ length: 60 }, (_, n) => `<invite.1.${n}@example.com>`)
    await Promise.all(ids.map((messageId) => open.send({ ...mail, messageId })))
    expect(received.map(({ messageId }) => messageId).sort()).toEqual(ids.sort())
  })

  const toRecipient = (code: number, text: string): SMTPServerOptions => ({
    onRcptTo: (_, __, done) => done(reply(code, text)),
  })
  const toMessage = (code: number, text: string): SMTPServerOptions => ({
    onData: (stream, _, done) => stream.on('end', () => done(reply(code, text))).resume(),
  })
  const toSender = (code: number, text: string): SMTPServerOptions => ({
    onMailFrom: (_, __, done) => done(reply(code, text)),
  })

  test.each<[string, MailProblem, SMTPServerOptions]>([
    ['550 without more to the recipient', 'RECIPIENT_REFUSED', toRecipient(550, 'no')],
    ['550 5.1.1 to the recipient', 'NO_SUCH_MAILBOX', toRecipient(550, '5.1.1 no such user')],
    ['550 5.2.1 to the recipient', 'RECIPIENT_REFUSED', toRecipient(550, '5.2.1 disabled')],
    ['550 5.4.1 to the recipient', 'RECIPIENT_REFUSED', toRecipient(550, '5.4.1 Access denied')],
    ['550 5.7.1 to the recipient', 'RECIPIENT_REFUSED', toRecipient(550, '5.7.1 not for you')],
    ['552 5.1.1 to the recipient', 'NO_SUCH_MAILBOX', toRecipient(552, '5.1.1 no such user')],
    ['550 5.1.1 to the message', 'NO_SUCH_MAILBOX', toMessage(550, '5.1.1 no such user')],
    ['554 to the message', 'MESSAGE_REFUSED', toMessage(554, '5.6.0 spam')],
    ['554 5.7.0 to the message', 'MESSAGE_REFUSED', toMessage(554, '5.7.0 Limit exceeded')],
  ])('fails for good after %s: %s', async (_, problem, options) => {
    const { url } = await startMailServer(options)
    const failure = await failureOf(mailer(url).send(mail))
    expect(failure).toMatchObject({ problem, isFinal: true, isAboutUs: false, mayHaveArrived: false })
  })

  test.each<[string, MailProblem, SMTPServerOptions]>([
    ['450 to the recipient', 'BUSY', toRecipient(450, '4.2.0 greylisted')],
    ['552 to the recipient', 'BUSY', toRecipient(552, '5.3.1 too many recipients')],
    ['552 without more to the recipient', 'BUSY', toRecipient(552, 'too many')],
    ['552 5.2.2 to the recipient', 'MAILBOX_FULL', toRecipient(552, '5.2.2 mailbox full')],
    ['550 4.2.1 to the recipient', 'BUSY', toRecipient(550, '4.2.1 try later')],
    ['550 5.4.5 to the recipient', 'BUSY', toRecipient(550, '5.4.5 daily limit')],
    ['550 5.3.2 to the recipient', 'BUSY', toRecipient(550, '5.3.2 not now')],
    ['552 5.2.2 to the message', 'MAILBOX_FULL', toMessage(552, '5.2.2 mailbox full')],
    ['452 to the message', 'BUSY', toMessage(452, '4.3.1 full')],
    ['550 5.4.5 to the message', 'BUSY', toMessage(550, '5.4.5 daily limit')],
  ])('may be tried again after %s, and other mails go on: %s', async (_, problem, options) => {
    const { url } = await startMailServer(options)
    const failure = await failureOf(mailer(url).send(mail))
    expect(failure).toMatchObject({ problem, isFinal: false, isAboutUs: false, mayHaveArrived: false })
  })

  test.each<[string, MailProblem, SMTPServerOptions]>([
    ['530 to the recipient', 'SIGN_IN_REFUSED', toRecipient(530, '5.7.0 login first')],
    ['535 to the recipient', 'SIGN_IN_REFUSED', toRecipient(535, 'who are you')],
    ['530 to the sender', 'SIGN_IN_REFUSED', toSender(530, '5.7.0 login first')],
    ['550 to the sender', 'SENDER_REFUSED', toSender(550, '5.7.1 not you')],
    ['553 to the sender', 'SENDER_REFUSED', toSender(553, '5.1.8 no such domain')],
    [
      '553 to the recipient about the sender',
      'SENDER_REFUSED',
      toRecipient(553, '5.7.1 <guildhall@example.com>: Sender address rejected: not owned by user'),
    ],
    ['554 to the recipient about relaying', 'SENDER_REFUSED', toRecipient(554, '5.7.1 Relay access denied')],
    ['451 to the sender', 'BUSY', toSender(451, '4.3.0 busy')],
    ['421 to the connection', 'BUSY', { onConnect: (_, done) => done(reply(421, 'busy')) }],
  ])('may be tried again after %s, which concerns every other mail too: %s', async (_, problem, options) => {
    const { url } = await startMailServer(options)
    const failure = await failureOf(mailer(url).send(mail))
    expect(failure).toMatchObject({ problem, isFinal: false, isAboutUs: true, mayHaveArrived: false })
  })

  test('may be tried again after a wrong password', async () => {
    const { url } = await startMailServer({
      hideSTARTTLS: false,
      onAuth: (_, __, done) => done(reply(535, '5.7.8 wrong')),
    })
    const open = mailer(`${url.replace('//', '//u:p@')}?tls.rejectUnauthorized=false`)
    const expected = { problem: 'SIGN_IN_REFUSED', code: 535, isFinal: false, isAboutUs: true }
    expect(await failureOf(open.send(mail))).toMatchObject(expected)
    expect(await failureOf(open.check?.() ?? Promise.resolve())).toMatchObject(expected)
  })

  test('may be tried again after an untrusted certificate', async () => {
    const expected = { problem: 'INSECURE', isFinal: false, isAboutUs: true, mayHaveArrived: false }
    const byStartTls = await startMailServer({ hideSTARTTLS: false })
    expect(await failureOf(mailer(byStartTls.url).send(mail))).toMatchObject(expected)
    const fromTheStart = await startMailServer({ secure: true })
    expect(await failureOf(mailer(fromTheStart.url).send(mail))).toMatchObject(expected)
    const plain = mailer(byStartTls.url.replace('smtp:', 'smtps:'))
    expect(await failureOf(plain.send(mail))).toMatchObject(expected)
  })

  test('that fails is logged without addresses and credentials', async () => {
    const { url } = await startMailServer({
      hideSTARTTLS: false,
      onAuth: (_, __, done) => done(null, { user: 'robot' }),
      ...toRecipient(550, '5.1.1 <ada+guild@example.org>: "ada+guild" is unknown; robot:s3cret+ says\tno'),
    })
    const failure = await failureOf(
      mailer(`${url.replace('//', '//robot:s3cret%2B@')}?tls.rejectUnauthorized=false`).send(mail),
    )
    expect(failure.message).toBe('[…] […] is unknown; […] says no')
  })

  test('may have arrived if the connection breaks while it is being sent', async () => {
    const { url } = await startMailServer({ onKept: (_, cut) => cut() })
    const failure = await failureOf(mailer(url).send(mail))
    expect(failure).toMatchObject({ problem: 'UNREACHABLE', mayHaveArrived: true, isFinal: false })
  })

  test('may be tried again if nothing listens', async () => {
    const failure = await failureOf(mailer('smtp://127.0.0.1:1').send(mail))
    expect(failure).toMatchObject({ code: 'ECONNREFUSED', isFinal: false, mayHaveArrived: false })
  })

  test('fails within seconds if the server does not answer, and at once when it is aborted', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const open = mailer(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`)
    const start = performance.now()
    const abort = new AbortController()
    const sendFailure = failureOf(open.send(mail, abort.signal))
    const left = failureOf(open.send(mail))
    setTimeout(() => abort.abort(), 200)
    expect((await sendFailure).isFinal).toBe(false)
    expect(performance.now() - start).toBeLessThan(2_000)
    expect((await left).isFinal).toBe(false)
    expect(performance.now() - start).toBeLessThan(15_000)
  }, 20_000)
})

describe('a mail into the local mailbox', () => {
  const directory = async () => {
    const made = await mkdtemp(join(tmpdir(), 'guildhall-mail-'))
    onTestFinished(() => rm(made, { recursive: true }))
    return join(made, 'mail')
  }

  test('is one complete file that only its owner can read', async () => {
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

  test('is kept with all others that were sent at once, newest first', async () => {
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

  test('is refused without a file if SMTP would refuse it', async () => {
    const there = await directory()
    const failure = await failureOf(
      mailboxMailer(there).send({ ...mail, subject: 'Hi\r\nBcc: eve@example.net' }),
    )
    expect(failure).toMatchObject({ problem: 'UNSENDABLE', isFinal: true })
    expect(await openMailbox(there).list(10)).toEqual([])
  })
})
