import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Guildhall, openGuildhall } from './support/guildhall.js'
import {
  expectAccessible,
  openBrowser,
  openWindow,
  type Window,
  type WindowOptions,
} from './support/windows.js'

let guildhall: Guildhall
let browser: Browser

beforeAll(async () => {
  ;[guildhall, browser] = await Promise.all([openGuildhall({ isDemo: true }), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await guildhall?.stop()
})

async function open(query: Readonly<Record<string, string>>, options: WindowOptions = {}): Promise<Window> {
  const window = await openWindow(browser, guildhall.url, options)
  onTestFinished(() => window.page.context().close())
  await window.page.goto(`/components?${new URLSearchParams(query)}`)
  return window
}

const preview = (page: Page) => page.getByRole('region', { name: 'Preview' })
/** Waits until the component has its data. */
const shows = (page: Page, text: string | RegExp) => preview(page).getByText(text).first().waitFor()

/** Each component, with a text that it shows in English and in German. */
const components = [
  ['OrgSwitcher', /Acme|choose/i, /Acme|wählen/],
  ['MembersPanel', /\d+ members/, /\d+ Mitglieder/],
  ['InvitePeople', /^Expires/, /^Gültig bis/],
  ['PendingInvites', /Ada Lovelace invites you to Globex/, /Ada Lovelace lädt Sie zu Globex ein/],
  ['InvitePage', 'Sign in to answer', 'Anmelden, um zu antworten'],
  ['OrgProfile', 'Short name for URLs', 'Kurzname für URLs'],
] as const

const loading = /^(Loading|Opening the invite) …$/

describe('the page of the components', () => {
  test.each(components)(
    'shows %s in both themes and in German, accessibly',
    async (component, text, german) => {
      const window = await open({ component }, { colorScheme: 'light' })
      const { page } = window
      const isThere = (words: string | RegExp) =>
        component === 'OrgSwitcher'
          ? preview(page).getByRole('combobox').filter({ hasText: words }).waitFor()
          : shows(page, words)
      await isThere(text)
      await window.expectAccessible()
      await page.getByLabel('Colours').selectOption('Dark')
      const background = `getComputedStyle(document.querySelector('.stage .gh')).backgroundColor`
      await expect.poll(() => page.evaluate(background)).toBe('rgb(28, 31, 36)')
      await page.getByLabel('Words').selectOption('German')
      await isThere(german)
      await window.expectAccessible()
      window.expectNoComplaints()
    },
  )

  test('fits a phone, from the right to the left too', async () => {
    for (const [component, text] of components) {
      const window = await open({ component, dir: 'rtl' }, { viewport: { width: 360, height: 740 } })
      if (component !== 'OrgSwitcher') await shows(window.page, text)
      await window.expectToFit()
      await expectAccessible(window.page)
    }
  })

  test('has the states of every component, and can prepare each', async () => {
    const window = await open({}, { expects: /404|net::ERR/ })
    for (const [component] of components) {
      await window.page.getByRole('link', { name: component }).click()
      await window.page.getByRole('heading', { name: component, level: 2 }).waitFor()
      const states = await window.page.getByLabel('State').locator('option').allTextContents()
      expect(states.length).toBeGreaterThanOrEqual(5)
      for (const state of states) {
        await window.page.getByLabel('State').selectOption(state)
        if (state === 'Loading') await shows(window.page, loading)
        else if (state.startsWith('The server'))
          await shows(window.page, /Trying again|The invite can’t be opened/)
        else {
          await preview(window.page).getByText('Preparing …').waitFor({ state: 'detached' })
          await preview(window.page).getByText(loading).waitFor({ state: 'detached' })
        }
        // The page of an invite says these itself, before anything is tried.
        const isTold = component === 'InvitePage' && /^(The server|Somebody else)/.test(state)
        const alerts = preview(window.page).getByRole('alert').filter({ hasText: /./ })
        expect(await alerts.count(), state).toBe(isTold ? 1 : 0)
      }
    }
  })

  test('is live: an invite that is made on it comes to another window', async () => {
    const other = await open({ component: 'InvitePeople', state: 'admin' })
    await shows(other.page, /^Expires/)
    const { page } = await open({ component: 'InvitePeople' })
    await preview(page).getByLabel('E-mail address').fill('live@example.com')
    await preview(page).getByRole('button', { name: 'Invite', exact: true }).click()
    await shows(page, 'live@example.com is invited.')
    await shows(other.page, /^live@example\.com/)
  })

  test('lets a visitor sign in as the invitee, and accept', async () => {
    const { page } = await open({ component: 'InvitePage' })
    await preview(page).getByRole('button', { name: 'Sign in', exact: true }).click()
    await preview(page).getByRole('button', { name: 'Accept' }).click()
    await shows(page, 'You are now a member of Acme.')
    await shows(page, /^onAccepted: /)
    await page.getByLabel('State').selectOption('The invite has expired')
    await shows(page, 'This invite has expired')
  })

  test('restyles by a theme and by own CSS, and has the code for it', async () => {
    const { page } = await open({ component: 'MembersPanel', words: 'de', dir: 'rtl' })
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await shows(page, /\d+ Mitglieder/)
    const style = (name: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('.stage .gh')).getPropertyValue('${name}')`)
    expect(await style('--gh-radius')).toBe('.5rem')
    await page.getByLabel('Theme').selectOption('Violet, with corners')
    await expect.poll(() => style('--gh-radius')).toBe('2px')
    await expectAccessible(page)
    await page.getByLabel('Your CSS').fill('.gh { --gh-radius: 7px }')
    await expect.poll(() => style('--gh-radius')).toBe('7px')
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByText('Copied.').waitFor()
    const code = await page.evaluate<string>('navigator.clipboard.readText()')
    for (const part of ['{ german, GuildhallProvider, MembersPanel }', 'locale="de"', 'dir="rtl"', '7px'])
      expect(code).toContain(part)
    // The address leads to the same view.
    await page.reload()
    await shows(page, /\d+ Mitglieder/)
    expect(await preview(page).getAttribute('dir')).toBe('rtl')
    expect(await style('--gh-radius')).toBe('2px')
  })
})

test('a server in production, and one without --demo, have no page of the components', async () => {
  const page = await (await fetch(`${guildhall.url}/components`)).text()
  const [asset = ''] = /\/components\/assets\/[^"]+\.js/.exec(page) ?? []
  expect((await fetch(guildhall.url + asset)).status).toBe(200)
  const production = {
    NODE_ENV: 'production',
    APP_URL: 'https://app.example.com',
    AUTH_JWT_SECRET: 'a secret of these tests, 32 bytes or more',
  }
  await Promise.all(
    [production, {}].map(async (env: Record<string, string>) => {
      const server = await openGuildhall({ env })
      onTestFinished(() => server.stop())
      for (const path of ['/components', '/components/', asset])
        expect([path, (await fetch(server.url + path)).status]).toEqual([path, 404])
    }),
  )
})
