import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { de } from '../../apps/dashboard/src/words/de.js'
import { en } from '../../apps/dashboard/src/words/en.js'
import { useFixture } from './support/fixture.js'

const fixture = useFixture()

test('a person chooses another language than the browser’s, and keeps it', async () => {
  const window = await fixture.window({ as: await fixture.guildhall.person('Ada'), locale: 'en-US' })
  const { page } = window
  await page.goto('/live')
  await page.getByRole('button', { name: en.org.invite }).first().waitFor()
  await chooseLanguage(page, en, 'Deutsch')
  await page.getByRole('button', { name: de.org.invite }).first().waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  await page.reload()
  await page.getByRole('button', { name: de.org.invite }).first().click()
  // Also where the texts are the browser's.
  await page.getByLabel(de.inviteDialog.emailLanguage).selectOption('Arabisch')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: de.dialogs.discard }).click()
  await chooseLanguage(page, de, de.language.asTheBrowser)
  await page.getByRole('button', { name: en.org.invite }).first().waitFor()
  window.expectNoComplaints()
})

/** The menu of languages is in that of the account: a phone has no room for both. */
async function chooseLanguage(page: Page, words: typeof en, language: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${words.signIn.account}: `) }).click()
  await page.getByLabel(words.language.label, { exact: true }).selectOption(language)
  await page.keyboard.press('Escape')
}
