import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { useFixture } from './support/fixture.js'
import { createOrg, join } from './support/orgs.js'

const fixture = useFixture()

/** More than any page has places for the focus. */
const MOST_PRESSES = 100

/** What has the focus: its role or tag, and its accessible name. */
const focused = (page: Page) =>
  page.evaluate<string>(`(() => {
    const one = document.activeElement
    const labelledBy = one.getAttribute('aria-labelledby')
    const name = one.ariaLabel
      || (labelledBy && document.getElementById(labelledBy)?.textContent)
      || [...(one.labels ?? [])].map((label) => label.textContent).join(' ')
      || one.textContent
    return (one.getAttribute('role') ?? one.localName) + ' ' + name.replace(/\\s+/g, ' ').trim()
  })()`)

/** Whether the browser draws a ring around what has the focus, or the page draws another one. */
const isFocusSeen = (page: Page) =>
  page.evaluate<boolean>(`(() => {
    const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement)
    return outlineStyle !== 'none' || boxShadow !== 'none'
  })()`)

/** Presses Tab until the focus is on what is asked for. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < MOST_PRESSES; presses++) {
    const now = await focused(page)
    if (name.test(now)) {
      expect(await isFocusSeen(page), now).toBe(true)
      return
    }
    passed.push(now.slice(0, 60))
    await page.keyboard.press('Tab')
  }
  throw new Error(`the focus never comes to ${name}. It was on:\n${passed.join('\n')}`)
}

test.each([
  ['a phone', { width: 360, height: 740 }],
  ['a desk', { width: 1280, height: 800 }],
])(
  'on %s, an owner does everything with the keyboard alone: from the sign-in to the deletion of an org',
  async (name, viewport) => {
    const host = `keys-${viewport.width}.example`
    const owner = await fixture.guildhall.person('Ada')
    const orgId = await createOrg(fixture.guildhall, owner, `Keys ${viewport.width}`)
    await join(fixture.guildhall, owner, orgId, 'Mia Moss', `mia@${host}`)
    const window = await fixture.window({ viewport })
    const { page } = window
    const { keyboard } = page
    const enter = async (control: RegExp) => {
      await tabTo(page, control)
      await keyboard.press('Enter')
    }
    await page.goto(`/live?org=${orgId}`)

    await enter(/^button .*Ada Lovelace/)
    await page.getByRole('heading', { level: 1, name: `Keys ${viewport.width}` }).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    await expect.poll(() => focused(page)).toMatch(/^h1 Keys/)

    for (const guest of ['one', 'two']) {
      await enter(/^button Invite people/)
      await page.getByRole('dialog').waitFor()
      await tabTo(page, /^textarea E-mail address/)
      await keyboard.type(`${guest}@${host}`)
      await keyboard.press('Enter')
      await page.getByText(`${guest}@${host} was invited`).waitFor()
      // While a request runs, Escape does nothing.
      await page.locator('dialog [aria-busy="true"]').waitFor({ state: 'detached' })
      await keyboard.press('Escape')
      await page.locator('dialog').waitFor({ state: 'detached' })
      expect(await focused(page)).toBe('button Invite people')
    }

    // Both invites are chosen and revoked at once.
    for (const guest of ['one', 'two'])
      await page.getByRole('row', { name: new RegExp(`${guest}@${host}`) }).waitFor()
    for (const guest of ['one', 'two']) {
      await tabTo(page, new RegExp(`^input .*${guest}@`))
      await keyboard.press('Space')
    }
    await page.getByText('2 selected').waitFor()
    await enter(/^button Revoke$/)
    await page.getByRole('dialog').waitFor()
    await enter(/^button Revoke$/)
    await page.getByText('2 invites revoked.').waitFor()
    expect(await focused(page)).not.toMatch(/^body/)

    await tabTo(page, /^tab Invites/)
    await keyboard.press('ArrowRight')
    await expect.poll(() => focused(page)).toMatch(/^tab Members/)
    await tabTo(page, /^input .*Search/)
    await keyboard.type('moss')
    await page.getByRole('row', { name: /Ada Lovelace/ }).waitFor({ state: 'detached' })
    await tabTo(page, /^select Role of Mia Moss/)
    await keyboard.press('a')
    await page
      .getByRole('region', { name: 'Events' })
      .getByText(/Mia Moss/)
      .first()
      .waitFor()
    await expect.poll(() => page.getByLabel('Role of Mia Moss').inputValue()).toBe('ADMIN')
    await expect.poll(() => focused(page)).toMatch(/^select Role of Mia Moss/)

    await enter(/^a Settings/)
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    await tabTo(page, /^input Organization name/)
    await keyboard.press('ControlOrMeta+a')
    await keyboard.type(`Renamed ${viewport.width}`)
    await keyboard.press('Enter')
    await page.getByText('Saved', { exact: true }).waitFor()
    expect(await focused(page)).not.toMatch(/^body/)

    await enter(/^a Leave or delete/)
    await enter(/^button Delete organization/)
    await page.getByRole('dialog').waitFor()
    await tabTo(page, /^input /)
    await keyboard.type(`Renamed ${viewport.width}`)
    await enter(/^button Delete permanently/)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByText('was deleted').first().waitFor()
    expect(await focused(page)).not.toMatch(/^body/)

    await enter(/^button Account/)
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await enter(/^button Sign out/)
    await page.getByRole('button', { name: 'Ada Lovelace' }).waitFor()
    await window.expectToFit()
    await window.shoot(`keyboard-${name.replace(' ', '-')}`)
    window.expectNoComplaints()
  },
  120_000,
)
