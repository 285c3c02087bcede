import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest'
import { composeInviteMail, type InviteLetter } from '../../src/domain/invites/inviteMail.js'
import { mailKinds, mailLanguages, openMailTemplates } from '../../src/mail/mailer.js'
import { openBrowser, openWindow } from './support/windows.js'

const templates = openMailTemplates()
const letter: InviteLetter = {
  to: 'marguerite@example.com',
  locale: 'en',
  orgName: 'Guild of Instrument Makers',
  inviterName: 'Ada Lovelace',
  roles: ['USER', 'ADMIN'],
  message: 'We keep a bench by the window for you.\n\nCome and see the new lathe.',
  acceptUrl: 'https://app.example.com/invites/gi_0123456789abcdefghijklmnopqrstuvwxyz',
  expiresAt: new Date('2027-03-05T14:05:00Z'),
  messageId: '<invite.1.1@app.example.com>',
}
const hostile: Partial<InviteLetter> = {
  orgName: '</td></tr></table><script>alert(1)</script>\u202e'.padEnd(100, 'W'),
  inviterName: 'https://evil.example '.padEnd(200, 'ش'),
  message: `<a href=https://evil.example>here</a>${'W'.repeat(1_000)}\n${'wide '.repeat(200)}`,
}

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())

/** Shows a mail as a browser does, and checks that it fits. */
async function show(
  name: string,
  html: string,
  options: { colorScheme?: 'light' | 'dark'; width?: number } = {},
): Promise<void> {
  const { colorScheme = 'light', width = 760 } = options
  const window = await openWindow(browser, 'http://mail.invalid', {
    colorScheme,
    viewport: { width, height: 800 },
  })
  onTestFinished(() => window.page.context().close())
  await window.page.setContent(html)
  await window.shoot(`mail-${name}`, { fullPage: true })
  // A mail is a part of the mail program's page, which has the landmarks.
  await window.expectAccessible({ except: ['landmark-one-main', 'region'] })
  // The only request would be for an image or a font.
  window.expectNoComplaints()
  await window.expectToFit()
}

describe.each(mailLanguages)('mails in %s', (locale) => {
  test.each(mailKinds)(
    '%s: are accessible and fit the window, light and dark, wide and narrow',
    async (kind) => {
      const { html } = composeInviteMail(templates, kind, { ...letter, locale })
      await show(`${locale}-${kind}`, html)
      await show(`${locale}-${kind}-dark`, html, { colorScheme: 'dark' })
      await show(`${locale}-${kind}-phone`, html, { width: 360 })
    },
  )

  test('hold what strangers wrote', async () => {
    const { html } = composeInviteMail(templates, 'invite', { ...letter, ...hostile, locale })
    await show(`${locale}-hostile`, html)
    await show(`${locale}-hostile-phone`, html, { width: 360 })
  })
})
