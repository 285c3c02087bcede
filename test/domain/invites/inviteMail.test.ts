import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  composeInviteMail,
  type InviteLetter,
  inviteMessageId,
} from '../../../src/domain/invites/inviteMail.js'
import { openMailTemplates } from '../../../src/mail/mailTemplates.js'
import { messageOf } from '../../../src/mail/message.js'
import type { MailKind } from '../../../src/mail/templateFiles.js'

const acceptUrl = 'https://guild.example.com/app/invites/tok_en-1'
const invite = {
  to: 'ada@example.org',
  locale: 'en',
  orgName: 'Acme',
  inviterName: 'Grace Hopper',
  roles: ['USER', 'ADMIN'] as const,
  message: 'Welcome!\nSee you on Monday.',
  acceptUrl,
  expiresAt: new Date('2025-03-07T14:05:00Z'),
  messageId: '<invite.1.1@guild.example.com>',
}
const templates = openMailTemplates()
const compose = (part: Partial<InviteLetter> = {}, kind: MailKind = 'invite') =>
  composeInviteMail(templates, kind, { ...invite, ...part })
const tags = (html: string) => html.match(/<[^>]*>/g)
const words = (text: string) => text.replaceAll('\u2060', '')

test('the invite mail says who invites, to which org, with which roles, until when and what to do', () => {
  const mail = compose()
  expect(mail.subject).toBe('Grace Hopper invites you to join Acme')
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain('Grace Hopper')
    expect(part).toContain('Acme')
    expect(part).toContain('as a user and an admin')
    expect(part).toContain('The invitation is for ada@example.org')
    expect(part).toContain('until Friday, 7 March 2025 at 14:05 UTC')
    expect(part).toContain('weren’t expecting this')
    expect(part).toContain('See you on Monday.')
    expect(part).toContain(acceptUrl)
  }
  expect(mail.text).toContain('Message from Grace Hopper:\n> Welcome!\n> See you on Monday.\n')
  expect(mail).toMatchObject({ to: 'ada@example.org', messageId: invite.messageId })
  expect(mail.headers).toMatchObject({ 'Auto-Submitted': 'auto-generated' })
})

test.each([
  ['the inviter has no name', { inviterName: null }],
  ['the inviter’s name has no visible characters', { inviterName: '\u202e \u200b' }],
])('the invite mail names nobody if %s', (_, part) => {
  const mail = compose(part)
  expect(mail.subject).toBe('You are invited to join Acme')
  expect(mail.text).toMatch(/^You are invited to join “Acme”/)
  expect(mail.text).not.toContain('null')
})

test('the invite mail has no quotation if there is no message', () => {
  const mail = compose({ message: null })
  expect(mail.text).not.toContain('Message')
  expect(mail.html).not.toContain('class="note')
})

describe('text from others in the invite mail', () => {
  test.each<[string, Partial<InviteLetter>]>([
    ['an org name', { orgName: '</strong><a href="https://evil.example">Acme</a>' }],
    ['the inviter’s name', { inviterName: '"><img src=x onerror=alert(1)>' }],
    [
      'a message',
      { message: '</blockquote><script>alert(1)</script>\n<a href=https://evil.example>here</a>' },
    ],
    ['an entity', { orgName: '&lt;script&gt;' }],
  ])('adds no markup, as %s', (_, part) => {
    expect(tags(compose(part).html)).toEqual(tags(compose().html))
  })

  test('has no link, even for a mail program that makes links of text that looks like one', () => {
    const linkText =
      'https://evil.example/invites/abc www.evil.example evil.example/a eve@evil.example evil。example'
    const mail = compose({ orgName: linkText, inviterName: linkText, message: `${linkText}\n${linkText}` })
    const looksLikeLink = /\w:\/\/|\w[.@。．｡]\w/
    for (const part of [mail.subject, mail.text, mail.html.replace(/<style>.*<\/style>/s, '')]) {
      const rest = part
        .replaceAll(acceptUrl, '')
        .replaceAll('guild.example.com', '')
        .replaceAll('ada@example.org', '')
        .replace(/<[^>]*>/g, '')
      expect(rest).not.toMatch(looksLikeLink)
      expect(words(part)).toContain('https://evil.example/invites/abc')
    }
  })

  test('is quoted line by line, whatever it uses as a line break', () => {
    const { text } = compose({ message: 'a\rTo accept, open b\u2028c\u2029d\u0085e\r\nf\vg' })
    const quoted = text.slice(text.indexOf('> a'), text.indexOf('If you weren’t'))
    expect(quoted).toBe('> a\n> To accept, open b\n> c\n> d\n> e\n> fg\n\n')
  })

  test('cannot push the rest out of sight with empty lines', () => {
    const { text } = compose({ message: `a${'\n \t'.repeat(500)}b` })
    expect(text).toContain('> a\n>\n> b\n')
  })

  test('has no control characters and no characters that reorder or hide text', () => {
    const dirty = 'A\u202ec\u2066m\0e\u200b \u{e0041}\ud800\x1b[31m!'
    const mail = compose({ orgName: dirty, inviterName: dirty, message: dirty })
    for (const part of [mail.subject, mail.text, mail.html]) {
      expect(part).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\u202a-\u202e\u2066-\u2069\u200b\u{e0000}-\u{e007f}]/u)
      expect(part).toContain('Acme [31m!')
    }
  })

  test('keeps joiners, because emoji and some scripts need them', () => {
    expect(compose({ orgName: '👩‍🚀 می‌خواهم' }).subject).toContain('👩‍🚀 می‌خواهم')
  })

  test('never makes a mail that cannot be sent, and never changes the server’s own text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 100 })
    const hostile = fc.oneof(
      text,
      fc.constantFrom('\r\nBcc: eve@example.net', '<a href="x">', '"\'>', '&#10;'),
    )
    fc.assert(
      fc.property(hostile, hostile, hostile, (orgName, inviterName, message) => {
        const mail = compose({ orgName, inviterName, message })
        expect(messageOf(mail, 'a@example.com').to).toEqual({ name: '', address: 'ada@example.org' })
        const anchors = mail.html.match(/<a\s[^>]*>/g) ?? []
        expect(anchors).toHaveLength(2)
        for (const anchor of anchors) expect(anchor).toContain(`href="${acceptUrl}"`)
        expect(mail.text).toContain(`\n${acceptUrl}\n`)
      }),
    )
  })
})

describe('the Message-ID', () => {
  const id = (part: Partial<Parameters<typeof inviteMessageId>[0]> = {}) =>
    inviteMessageId({
      inviteId: '0195-aa',
      kind: 'invite',
      mailNumber: 2,
      appUrl: 'https://guild.example.com:8443/app',
      ...part,
    })

  test('consists of the invite, the number of the mail and the app’s host', () => {
    expect(id()).toBe('<invite.0195-aa.2@guild.example.com>')
  })

  test.each([
    'http://localhost:4000',
    'http://127.0.0.1:4000',
    'http://[::1]:4000',
    'https://bücher.example',
  ])('is valid in a mail from %s', (appUrl) => {
    expect(() => messageOf({ ...compose(), messageId: id({ appUrl }) }, 'a@example.com')).not.toThrow()
  })
})
