import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { supportOf } from '../../src/lib/brand.js'
import { mailLanguages } from '../../src/mail/mailLanguage.js'
import { BadTemplates, type MailVariables, openMailTemplates } from '../../src/mail/mailTemplates.js'
import { mailKinds } from '../../src/mail/templateFiles.js'
import { readSettings } from '../../src/settings/settings.js'

const shipped = join(import.meta.dirname, '../../src/mail/templates')

const variables: MailVariables = {
  locale: 'en',
  orgName: 'Acme',
  inviterName: 'Grace Hopper',
  email: 'ada@example.org',
  roles: 'an admin',
  roleNames: ['ADMIN'],
  messageLines: ['Welcome!', '', 'See you.'],
  acceptUrl: 'https://app.example.com/invites/gi_1?a=1&b=2',
  appHost: 'app.example.com',
  expiresAt: 'Friday',
}

/** A folder with these files. */
const folderOf = (files: Record<string, string | Buffer>): string => {
  const directory = mkdtempSync(join(tmpdir(), 'guildhall-templates-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  return directory
}
const problemsWith = (files: Record<string, string | Buffer>): readonly string[] => {
  try {
    openMailTemplates(folderOf(files))
    return []
  } catch (error) {
    if (error instanceof BadTemplates) return error.problems
    throw error
  }
}

const every = mailLanguages.flatMap((language) => mailKinds.map((kind) => ({ language, kind })))

describe('the shipped templates', () => {
  const templates = openMailTemplates()

  test.each(every)('$language $kind names everything that the reader has to know', ({ language, kind }) => {
    const { subject, text, html } = templates.write(kind, language, variables)
    expect(subject).toContain('Acme')
    for (const told of ['Acme', 'Grace Hopper', 'ada@example.org', 'an admin', 'Friday', 'Welcome!']) {
      expect(text).toContain(told)
      expect(html).toContain(told)
    }
    expect(text).toContain(`\n${variables.acceptUrl}\n`)
    expect(html.split('href="https://app.example.com/invites/gi_1?a=1&amp;b=2"')).toHaveLength(3)
    const without = templates.write(kind, language, { ...variables, inviterName: null, messageLines: [] })
    for (const part of Object.values(without)) {
      expect(part).not.toMatch(/null|undefined|\{\{|\{%/)
      expect(part).not.toContain('Welcome')
      expect(part).not.toMatch(/\n\n\n/)
    }
  })

  test.each(every)('$language $kind is HTML that mail programs can show', ({ language, kind }) => {
    const { html } = templates.write(kind, language, variables)
    const dir = language === 'ar' ? 'rtl' : 'ltr'
    expect(html).toContain(`<html lang="${language}" dir="${dir}"`)
    for (const table of html.match(/<table[^>]*>/g) ?? []) expect(table).toContain('role="presentation"')
    // Gmail and Outlook drop the attributes of html and body.
    expect(html).toMatch(new RegExp(`<table [^>]*lang="${language}" dir="${dir}"`))
    expect(html).not.toMatch(/<(img|link|script|svg|video|iframe)\b|@import|@font-face|url\(/)
    expect(Buffer.byteLength(html)).toBeLessThan(20_000)
  })

  test('cover each language and kind, and nothing else', () => {
    expect(
      readdirSync(shipped, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.includes('.'))
        .sort(),
    ).toEqual(
      [
        'layout.html',
        ...every.flatMap(({ language, kind }) =>
          ['html', 'subject.txt', 'text.txt'].map((part) => `${language}/${kind}.${part}`),
        ),
      ].sort(),
    )
  })

  test('escape values in HTML and only there', () => {
    const { subject, text, html } = templates.write('invite', 'en', { ...variables, orgName: `<b>&'"` })
    expect(subject).toContain(`<b>&'"`)
    expect(text).toContain(`<b>&'"`)
    expect(html).not.toContain('<b>')
    expect(html).toContain('&lt;b&gt;&amp;&#39;&#34;')
  })

  test('isolate only names of the other direction', () => {
    const arabic = templates.write('invite', 'ar', variables)
    expect(arabic.subject).toBe('دعوة من \u2068Grace Hopper\u2069 للانضمام إلى \u2068Acme\u2069')
    expect(templates.write('invite', 'ar', { ...variables, orgName: 'شركة' }).subject).toMatch(/إلى شركة$/)
    const english = templates.write('invite', 'en', { ...variables, inviterName: 'ليلى' })
    expect(english.subject).toBe('\u2068ليلى\u2069 invites you to join Acme')
  })
})

describe('a brand', () => {
  const brand = {
    name: 'Œuvre <b>',
    logoUrl: 'https://cdn.example.com/logo.png?a=1&b=2',
    color: '#ffd400',
    support: supportOf('https://help.example.com/contact'),
  }

  test.each(every)('is in the $language $kind: name, logo, colour and support', ({ language, kind }) => {
    const { text, html } = openMailTemplates(undefined, brand).write(kind, language, variables)
    expect(text.replace(/[\u2068\u2069]/g, '')).toMatch(/\n\nŒuvre <b>\nhelp\.example\.com\/contact\n$/)
    expect(html).toContain('<bdi>Œuvre &lt;b&gt;</bdi>')
    expect(html).toContain('<img src="https://cdn.example.com/logo.png?a=1&amp;b=2" alt=""')
    // Black on yellow: white could not be read.
    expect(html).toMatch(/bgcolor="#ffd400"[^>]*><a [^>]*color:#000000/)
    expect(html).toContain('<a href="https://help.example.com/contact"')
    // The sentence on where links lead stays true.
    for (const part of [text, html]) expect(part).toMatch(/app\.example\.com\b.{0,40}help\.example\.com/)
  })

  test('has a support address as well, and without one nothing is said of support', () => {
    const support = supportOf('help@example.com')
    const { text, html } = openMailTemplates(undefined, { ...brand, support }).write(
      'invite',
      'en',
      variables,
    )
    expect(text).toContain('The link leads to app.example.com.')
    expect(text).toMatch(/\nhelp@example\.com\n$/)
    expect(html).toContain('<a href="mailto:help@example.com"')
    const plain = openMailTemplates(undefined, { name: 'Acme Works' }).write('invite', 'en', variables)
    expect(plain.text).toMatch(/\n\nAcme Works\n$/)
    expect(plain.html).not.toMatch(/<img|mailto:/)
  })

  test('is known to one’s own templates', () => {
    const folder = folderOf({
      'en/invite.html':
        '<a href="{{ acceptUrl }}">{{ brandName }} {{ brandLogoUrl }} {{ brandColor }} {{ brandTextColor }} {{ brandSupport }} {{ brandSupportUrl }} {{ brandSupportHost }}</a>',
    })
    expect(openMailTemplates(folder, brand).write('invite', 'en', variables).html).toMatch(
      />Œuvre &lt;b&gt; https:\/\/cdn\S+ #ffd400 #000000 help\.example\.com\/contact https:\/\/help\.example\.com\/contact help\.example\.com</,
    )
  })
})

describe('a folder of templates', () => {
  test('replaces any of them and leaves the others', () => {
    const templates = openMailTemplates(
      folderOf({
        'de/invite.subject.txt': '\uFEFF{{ orgName }}\n ruft\n',
        'en/invite.html': '<p dir="{{ dir }}"><a href="{{ acceptUrl }}">{{ subject }}</a></p>',
        'layout.html': '<main>{% block intro %}{% endblock %}<a href="{{ acceptUrl }}">Our own</a></main>',
        '.DS_Store': 'x',
      }),
    )
    expect(templates.write('invite', 'de', variables).subject).toBe('Acme ruft')
    expect(templates.write('invite', 'de', variables).html).toMatch(/^<main>.*lädt Sie.*Our own/)
    expect(templates.write('invite', 'en', variables).html).toBe(
      '<p dir="ltr"><a href="https://app.example.com/invites/gi_1?a=1&amp;b=2">Grace Hopper invites you to join Acme</a></p>',
    )
    expect(templates.write('invite', 'fr', variables).subject).toBe(
      'Grace Hopper vous invite à rejoindre Acme',
    )
  })

  test('may be a copy of the shipped one, or hold links to files', () => {
    const copy = folderOf({})
    cpSync(shipped, copy, { recursive: true })
    rmSync(join(copy, 'fr'), { recursive: true })
    symlinkSync(join(shipped, 'fr'), join(copy, 'fr'))
    const written = openMailTemplates(copy).write('reminder', 'fr', variables)
    expect(written).toEqual(openMailTemplates().write('reminder', 'fr', variables))
  })

  test.each<[string, string, string | Buffer, RegExp]>([
    ['an unknown variable', 'de/invite.text.txt', '{{ acceptUrl }} {{ orgNam }}', /no variable orgNam/],
    [
      'an unknown variable in a branch that no sample takes',
      'de/invite.text.txt',
      '{{ acceptUrl }}{% if orgName == "x" %}{{ foo }}{% endif %}',
      /no variable foo/,
    ],
    ['an unknown field', 'de/invite.text.txt', '{{ acceptUrl }} {{ orgName.first }}', /orgName.first/],
    ['an unknown filter', 'de/invite.text.txt', '{{ acceptUrl | shout }}', /shout/],
    ['a tag that is not closed', 'de/invite.text.txt', '{{ acceptUrl }}{% if orgName %}', /not closed/],
    ['a way around the escaping', 'de/invite.html', '<a href="{{ acceptUrl | raw }}">', /raw/],
    ['another file', 'de/invite.text.txt', "{{ acceptUrl }}{% render '/etc/passwd' %}", /passwd/],
    ['no link in the text', 'de/invite.text.txt', 'Hallo', /acceptUrl/],
    ['no link in the HTML', 'de/invite.html', '<p>{{ acceptUrl }}', /acceptUrl/],
    ['an empty subject', 'de/invite.subject.txt', ' \n', /empty/],
    ['other bytes than UTF-8', 'de/invite.html', Buffer.from([0xff, 0xfe]), /UTF-8/],
    ['more than Gmail shows', 'de/invite.html', ' '.repeat(102_401), /102,400/],
    ['a language that is not shipped', 'it/invite.html', 'x', /none of the mail templates/],
    ['an unknown kind', 'de/welcome.html', 'x', /none of the mail templates/],
    ['a file that is no template', 'README.md', 'x', /none of the mail templates/],
  ])('with %s stops the start and is named', (_, name, text, reason) => {
    const problems = problemsWith({ [name]: text })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name.replaceAll('.', '\\.')}: `))
    expect(problems[0]).toMatch(reason)
  })

  test('is checked with the other settings, and every problem is told at once', () => {
    const directory = folderOf({ 'de/invite.html': 'x', 'es/reminder.subject.txt': '{{ foo }}' })
    const env = { MAIL_TEMPLATES_DIR: directory, PORT: 'x', MAIL_LOCALE: 'not a tag' }
    expect(() => readSettings(env)).toThrow(
      /^4 settings are wrong:\n {2}PORT .+\n {2}MAIL_LOCALE .+\n {2}MAIL_TEMPLATES_DIR es\/reminder.subject.txt: .+\n {2}MAIL_TEMPLATES_DIR de\/invite.html: .+$/,
    )
    expect(() => readSettings({ MAIL_TEMPLATES_DIR: '/no/such/folder' })).toThrow(
      /MAIL_TEMPLATES_DIR can’t be read/,
    )
  })
})
