import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, firefox } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Guildhall, openGuildhall } from './support/guildhall.js'
import { openWindow, type Window } from './support/windows.js'

/** Debian's Firefox, or the one in FIREFOX. */
const executablePath = process.env.FIREFOX ?? '/usr/bin/firefox-esr'
const hasFirefox = existsSync(executablePath)

describe.skipIf(!hasFirefox)('in Firefox,', () => {
  let guildhall: Guildhall
  let browser: Browser

  beforeAll(async () => {
    guildhall = await openGuildhall()
    // An unchanged Firefox, by WebDriver BiDi. Without the channel, playwright expects a Firefox of its own.
    const proxy = fileURLToPath(new URL('support/firefox.mjs', import.meta.url))
    browser = await firefox.launch({ channel: 'moz-firefox', executablePath: proxy })
  })
  afterAll(async () => {
    await browser?.close()
    await guildhall?.stop()
  })

  test.each([
    ['a phone', { width: 360, height: 740 }, 'dark'],
    ['a desk', { width: 1280, height: 800 }, 'light'],
  ])(
    'on %s, somebody signs in, invites, and sees the invitee join',
    async (name, viewport, theme) => {
      const windows: Window[] = []
      const open = async () => {
        // The style by which playwright hides the caret in a screenshot.
        const expects = /Content-Security-Policy: .* blocked an inline style/
        const window = await openWindow(browser, guildhall.url, { viewport, expects })
        // As its button sets it: this Firefox can't be told which colours the system prefers.
        await window.page.addInitScript(
          `if (origin !== 'null') localStorage.setItem('guildhall.theme', '${theme}')`,
        )
        windows.push(window)
        return window
      }
      const ada = await open()
      const { page } = ada
      const email = `fia.${viewport.width}@fox.example`

      // By keyboard alone.
      await page.goto('/live')
      await page.getByRole('button', { name: 'Ada Lovelace' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Acme' }).waitFor()
      await expect.poll(() => page.evaluate('document.activeElement.matches("h1")')).toBe(true)
      await page.getByText('Live', { exact: true }).waitFor()
      await ada.expectAccessible()
      await ada.expectToFit()
      await page.getByRole('button', { name: 'Invite people' }).first().focus()
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Invite people' })
      await dialog.waitFor()
      await page.keyboard.type(email)
      await ada.expectAccessible()
      await ada.shoot(`firefox-invite-${name.replaceAll(' ', '-')}`)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Keep editing' }).waitFor()
      await page.keyboard.press('Enter')
      await dialog.getByLabel('E-mail address').focus()
      await page.keyboard.press('Enter')
      await dialog.getByText(`${email} was invited`).waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      expect(await page.locator(':focus').textContent()).toContain('Invite people')

      const fia = await open()
      await fia.page.goto(await guildhall.inviteLink(email))
      await fia.page.getByLabel('Name').fill('Fia Fuchs')
      await fia.page.getByLabel('E-mail address').fill(email)
      await fia.page.keyboard.press('Enter')
      await fia.page.getByRole('button', { name: 'Accept' }).click()
      await fia.page.getByRole('link', { name: 'Open Acme' }).click()
      await fia.page.getByRole('row', { name: /Fia Fuchs You/ }).waitFor()

      // Only the window in front has the focus.
      await page.bringToFront()
      await page.getByRole('tab', { name: /^Members/ }).click()
      await page.getByRole('row', { name: new RegExp(`Fia Fuchs.*${email}`) }).waitFor()
      await page.getByRole('tab', { name: /^Members/ }).focus()
      await page.keyboard.press('ArrowRight')
      expect(await page.evaluate('document.activeElement.getAttribute("aria-selected")')).toBe('true')
      await ada.expectAccessible()
      await ada.shoot(`firefox-${name.replaceAll(' ', '-')}`, { fullPage: true })
      for (const window of windows) {
        window.expectNoComplaints()
        await window.page.context().close()
      }
    },
    300_000,
  )
})

test.skipIf(hasFirefox)(`Firefox is not tried: there is none at ${executablePath}`, ({ skip }) =>
  skip('Install Debian’s firefox-esr, or set FIREFOX to the path of one.'),
)
