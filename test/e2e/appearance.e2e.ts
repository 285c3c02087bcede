import { describe, expect, test } from 'vitest'
import { InviteSomeoneDocument } from '../../operations/generated/graphql.js'
import { busyOrg } from './support/busyOrg.js'
import { useFixture } from './support/fixture.js'
import type { Person } from './support/guildhall.js'

let ada: Person
let orgId: string
let link: string

const fixture = useFixture(async (guildhall) => {
  ada = await guildhall.person('Ada')
  orgId = await busyOrg(guildhall, ada, 'Guild of Instrument Makers')
  await guildhall.run(ada, InviteSomeoneDocument, {
    input: {
      orgId,
      invitee: { email: 'marguerite@example.com' },
      roles: ['ADMIN', 'USER'],
      message: 'We keep a bench by the window for you.\nCome and see the new lathe.',
    },
  })
  link = await guildhall.inviteLink('marguerite@example.com')
})

const light = { colorScheme: 'light' } as const
const dark = { colorScheme: 'dark' } as const
const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const

describe.each([
  ['light', light],
  ['dark', dark],
  ['phone', { ...light, ...phone }],
  ['phone-dark', { ...dark, ...phone }],
  ['still', { ...light, reducedMotion: 'reduce' }],
] as const)('with %s,', (name, options) => {
  test('the dashboard is complete, fits the window and is accessible in every list and dialog', async () => {
    const window = await fixture.window({ as: ada, ...options })
    const { page } = window
    await page.goto(`/live?org=${orgId}`)
    await page.getByRole('heading', { level: 1, name: 'Guild of Instrument Makers' }).waitFor()
    await page.getByRole('row', { name: /marguerite@example\.com/ }).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    await window.expectAccessible()
    await window.shoot(`dashboard-${name}`, { fullPage: name.startsWith('phone') })
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)

    for (const tab of ['Members', 'E-mail domains', 'API tokens', 'Invites']) {
      await page.getByRole('tab', { name: tab }).click()
      await page.getByRole('tabpanel').locator('.rows, .cards, .empty').first().waitFor()
      await window.expectAccessible()
    }
    await page.getByRole('button', { name: 'Invite people' }).click()
    await page.getByRole('dialog').waitFor()
    await window.expectAccessible()
    await window.shoot(`invite-dialog-${name}`)
    window.expectNoComplaints()
  })

  test('the sign-in page and the invite page fit the window and are accessible', async () => {
    const window = await fixture.window(options)
    await window.page.goto('/live')
    await window.page.getByRole('button', { name: 'Ada Lovelace' }).waitFor()
    await window.expectAccessible()
    await window.shoot(`door-${name}`)
    await window.page.goto(link)
    await window.page.getByRole('heading', { level: 1, name: 'Guild of Instrument Makers' }).waitFor()
    await window.page.getByRole('button', { name: 'Ada Lovelace' }).waitFor()
    await window.expectAccessible()
    await window.shoot(`invite-${name}`, { fullPage: true })
    expect(
      await window.page.evaluate('document.documentElement.scrollWidth - innerWidth'),
    ).toBeLessThanOrEqual(0)
    window.expectNoComplaints()
  })
})

test('everything can be done with the keyboard alone', async () => {
  const window = await fixture.window({ as: ada })
  const { page } = window
  await page.goto(`/live?org=${orgId}`)
  await page.getByRole('row', { name: /marguerite@example\.com/ }).waitFor()
  const focused = () => page.locator(':focus')

  // The skip link jumps over the bar.
  await page.keyboard.press('Tab')
  expect(await focused().textContent()).toContain('Skip to the org')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await focused().textContent()).toBe('Invite people')

  // A dialog takes the focus, keeps it, and returns it at its end.
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab')
    expect(
      await page.evaluate(
        'document.activeElement === document.body || !!document.activeElement.closest("dialog")',
      ),
    ).toBe(true)
  }
  await page.keyboard.press('Escape')
  expect(await focused().textContent()).toBe('Invite people')

  // The arrow keys move through the tabs, and scrollable regions can be scrolled.
  await page.getByRole('tab', { name: /Invites/ }).focus()
  await page.keyboard.press('ArrowRight')
  expect(await focused().textContent()).toMatch(/^Links/)
  expect(await focused().getAttribute('aria-selected')).toBe('true')
  await page.getByRole('region', { name: 'Events' }).focus()
  await page.keyboard.press('End')
  await expect
    .poll(() => page.evaluate<number>("document.querySelector('.event-log-scroll').scrollTop"))
    .toBeGreaterThan(0)
  window.expectNoComplaints()
})
