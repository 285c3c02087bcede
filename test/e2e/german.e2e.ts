import { expect, test } from 'vitest'
import { de } from '../../apps/dashboard/src/words/de.js'
import { en } from '../../apps/dashboard/src/words/en.js'
import { enMore } from '../../apps/dashboard/src/words/enMore.js'
import { speak } from '../../apps/dashboard/src/words/languages.js'
import {
  AcceptInviteDocument,
  CreateOrgDocument,
  InviteSomeoneDocument,
} from '../../operations/generated/graphql.js'
import { useFixture } from './support/fixture.js'
import { foreignTexts, onlyIn, shownTexts, textsOf } from './support/foreignTexts.js'
import type { Window } from './support/windows.js'

const fixture = useFixture()

/** Fails on every English text, visible or only heard. */
async function expectGerman(window: Window): Promise<void> {
  const shown = await shownTexts(window.page)
  expect(shown.length).toBeGreaterThan(5)
  expect(foreignTexts(shown, onlyEnglish)).toEqual([])
}

/** Texts that German does not have, too. */
const onlyEnglish = (() => {
  const english = textsOf({ ...en, ...enMore })
  speak('de', de)
  return onlyIn(english, textsOf(de))
})()

test('an English text among German ones is noticed', () => {
  const shown = [de.common.save, en.common.save, 'Kai wurde von Ada eingeladen', en.org.seats(3, 5), 'Status']
  expect(foreignTexts(shown, onlyEnglish)).toEqual([en.common.save, en.org.seats(3, 5)])
})

test('who types no address at the sign-in for development is told so in German', async () => {
  const { page } = await fixture.window({ locale: 'de-DE' })
  await page.goto('/live')
  await page.getByText(de.signIn.asSomebodyElse).click()
  await page.getByLabel(de.common.name, { exact: true }).fill('Olga Ochs')
  // The browser takes it for an address, the server does not.
  await page.getByLabel(de.common.emailAddress).fill('olga@here')
  await page.keyboard.press('Enter')
  await page.getByText(de.signIn.wrongAddress).waitFor()
})

test.each([
  ['a desk', { viewport: { width: 1280, height: 800 } }],
  ['a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
] as const)(
  'an owner whose browser speaks German does everything in German, on %s',
  async (name, options) => {
    const window = await fixture.window({ locale: 'de-DE', ...options })
    const { page } = window
    const at = `${options.viewport.width}.example`

    // Signing in, and a new organization.
    await page.goto('/live')
    await page.getByRole('heading', { name: de.signIn.title('Guildhall') }).waitFor()
    await expectGerman(window)
    await page.getByText(de.signIn.roleIn(de.roles.name.OWNER, 'Acme')).waitFor()
    await page.getByText(de.signIn.asSomebodyElse).click()
    await page.getByLabel(de.common.name, { exact: true }).fill('Olga Ochs')
    await page.getByLabel(de.common.emailAddress).fill(`olga@${at}`)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: de.dashboard.noOrg }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await expectGerman(window)
    await page.getByLabel(de.settings.name).fill(`Zunft ${options.viewport.width}`)
    await page.getByRole('button', { name: de.settings.create }).click()
    await page.getByRole('heading', { level: 1, name: `Zunft ${options.viewport.width}` }).waitFor()
    await page.getByText(de.connection.live, { exact: true }).waitFor()
    await expectGerman(window)
    await window.expectAccessible()

    // An invite without an e-mail shows its link once.
    await page.getByRole('button', { name: de.org.invite }).first().click()
    const dialog = page.getByRole('dialog').first()
    await dialog.getByLabel(de.common.emailAddress).fill(`kai@${at}`)
    await dialog.getByLabel(de.inviteDialog.sendEmail).uncheck()
    await expectGerman(window)
    await dialog.getByRole('button', { name: de.inviteDialog.submit, exact: true }).click()
    const link = (await dialog.locator('.secret code').textContent()) ?? ''
    expect(link).toContain('/invites/')
    await expectGerman(window)
    await window.expectAccessible()
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: de.dialogs.shownOnceTitle }).waitFor()
    await expectGerman(window)
    await page.getByRole('button', { name: de.common.close, exact: true }).last().click()
    await page.getByRole('row', { name: new RegExp(`kai@${at}`) }).waitFor()
    await window.shoot(`german-invited-${name.replaceAll(' ', '-')}`)

    // The invitee reads German, too, and joins.
    const kai = await fixture.window({ locale: 'de-AT', ...options })
    await kai.page.goto(new URL(link).pathname)
    await kai.page.getByLabel(de.common.emailAddress).waitFor()
    await expectGerman(kai)
    await kai.page.getByLabel(de.common.name, { exact: true }).fill('Kai Kern')
    await kai.page.getByLabel(de.common.emailAddress).fill(`kai@${at}`)
    await kai.page.keyboard.press('Enter')
    await kai.page.getByRole('button', { name: de.invitePage.accept }).waitFor()
    await expectGerman(kai)
    await kai.expectAccessible()
    await kai.page.getByRole('button', { name: de.invitePage.accept }).click()
    await kai.page
      .getByRole('heading', { name: de.invitePage.joined(`Zunft ${options.viewport.width}`) })
      .waitFor()
    await expectGerman(kai)
    kai.expectNoComplaints()

    // Every section of the settings, filled where that is easy.
    await page.getByRole('link', { name: de.org.settings }).click()
    const sections = page.getByRole('navigation', { name: de.org.settings }).getByRole('link')
    await sections.first().waitFor()
    expect(await sections.count()).toBeGreaterThanOrEqual(6)
    for (const section of await sections.all()) {
      await section.click()
      await page
        .locator('.settings-section :is(.cards, .rows, .empty, form), .settings-part')
        .first()
        .waitFor()
      await expectGerman(window)
      await window.expectAccessible()
    }
    await page.goto(`${page.url().replace(/settings=\w+/, 'settings=tokens')}`)
    await page.getByRole('button', { name: de.apiTokens.new }).click()
    await dialog.waitFor()
    await expectGerman(window)
    await page.keyboard.press('Escape')
    await window.shoot(`german-settings-${name.replaceAll(' ', '-')}`)

    // Back at the lists, Kai is removed.
    await page.goto(
      page
        .url()
        .replace(/[?&]settings=\w+/, '')
        .replace(/\/live&/, '/live?'),
    )
    await page.getByRole('tab', { name: new RegExp(`^${de.org.tabs.members}`) }).click()
    await page.getByRole('row', { name: /Kai Kern/ }).waitFor()
    await expectGerman(window)
    await page.getByRole('button', { name: `${de.members.remove} Kai Kern` }).click()
    await page.getByRole('heading', { name: de.members.removeTitle('Kai Kern') }).waitFor()
    await expectGerman(window)
    await window.expectAccessible()
    await dialog.getByRole('button', { name: de.members.remove }).click()
    await page.getByRole('row', { name: /Kai Kern/ }).waitFor({ state: 'detached' })
    await expectGerman(window)
    await window.expectToFit()
    window.expectNoComplaints()
  },
  300_000,
)

test('the demo’s figures and the sentences of the activity are German', async () => {
  const owner = await fixture.guildhall.signInAs('Dora Dahl', 'dora@zahlen.example')
  const { createOrg } = await fixture.guildhall.run(owner, CreateOrgDocument, {
    input: { name: 'Rechenkammer' },
  })
  if (createOrg.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(createOrg))
  const orgId = createOrg.org.id
  const { createOrgInvite } = await fixture.guildhall.run(owner, InviteSomeoneDocument, {
    input: { orgId, invitee: { email: 'emil@zahlen.example' } },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  const emil = await fixture.guildhall.signInAs('Emil Ernst', 'emil@zahlen.example')
  const input = { invite: { orgInviteId: createOrgInvite.orgInvite.id } }
  await fixture.guildhall.run(emil, AcceptInviteDocument, { input })
  const window = await fixture.window({ as: owner, isDemo: true, locale: 'de-DE' })
  await window.page.goto(`/live?org=${orgId}`)
  await window.page.getByText(de.figures.rate).waitFor()
  await window.page.getByText(de.connection.cut).first().waitFor()
  await expectGerman(window)
  await window.shoot('german-demo')
  window.expectNoComplaints()
})
