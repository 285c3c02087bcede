import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import {
  InviteByOwnMailDocument,
  PreviewInviteDocument,
  UpdateOrgDocument,
} from '../../operations/generated/graphql.js'
import { busyOrg } from './support/busyOrg.js'
import type { Guildhall, Person } from './support/guildhall.js'
import { createOrg, invite, join } from './support/orgs.js'
import { type ReactPageOptions, useReactApp } from './support/reactApp.js'
import { expectAccessible } from './support/windows.js'

const app = useReactApp()
let guildhall: Guildhall
let ada: Person

beforeAll(async () => {
  guildhall = app.guildhall
  ada = await guildhall.signInAs('Ada Lovelace', 'ada@example.com')
})

const open = (
  person: Person | null,
  query: Readonly<Record<string, string>>,
  options?: ReactPageOptions,
): Promise<Page> => app.open('components', person, query, options)

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const status = (page: Page, panel: string, text: string | RegExp) =>
  region(page, panel).getByRole('status').filter({ hasText: text }).waitFor()

test.each(['19', '18', 'preact'] as const)(
  'an org is managed with the components (React %s)',
  async (version) => {
    const orgId = await createOrg(guildhall, ada, `Acme ${version}`)
    const page = await open(ada, { org: orgId }, { version })
    const members = region(page, 'Members')
    await members.getByText('1 member').waitFor()
    await expectAccessible(page)

    const invites = region(page, 'Invite people')
    const address = `grace.${version}@example.com`
    await invites.getByLabel('E-mail address').fill(address)
    await invites.getByLabel('Role').selectOption('Admin')
    await invites.getByRole('button', { name: 'Invite', exact: true }).click()
    await status(page, 'Invite people', `${address} is invited.`)
    const pending = invites.getByRole('list', { name: 'Pending invites' })
    await pending.getByText(address).waitFor()
    await invites.getByLabel('E-mail address').fill(address)
    await invites.getByRole('button', { name: 'Invite', exact: true }).click()
    await invites.getByRole('alert').filter({ hasText: 'This person is invited already.' }).waitFor()
    await expectAccessible(page)

    const grace = await guildhall.signInAs(`Grace ${version}`, address)
    const graces = await open(grace, {}, { version })
    await graces.getByRole('button', { name: `Accept the invite to Acme ${version}` }).click()
    await status(graces, 'Invites to you', `You are now a member of Acme ${version}.`)
    await region(graces, 'Members').getByText('2 members').waitFor()

    await members.getByLabel(`Role of Grace ${version}`).selectOption('Member')
    await status(page, 'Members', `Grace ${version} is now: Member.`)
    await members.getByRole('button', { name: `Remove Grace ${version}` }).click()
    await expectAccessible(page)
    await members.getByRole('group').getByRole('button', { name: 'Remove', exact: true }).click()
    await status(page, 'Members', `Grace ${version} is no longer a member.`)
    await region(graces, 'Members').getByText('You can’t see this organization.').waitFor()

    const profile = region(page, 'Organization')
    await profile.getByLabel('Name', { exact: true }).fill(`Acme & Co ${version}`)
    await profile.getByRole('button', { name: 'Save' }).click()
    await profile.getByRole('status').filter({ hasText: 'Saved.' }).waitFor()
    await page
      .getByRole('combobox', { name: 'Organization' })
      .filter({ hasText: `Acme & Co ${version}` })
      .waitFor()
  },
)

test('the keyboard alone invites somebody, revokes the invite and leaves a question', async () => {
  const orgId = await createOrg(guildhall, ada, 'Keyboard')
  const grace = await guildhall.signInAs('Grace', 'grace.keys@example.com')
  const page = await open(ada, { org: orgId })
  await region(page, 'Members').getByText('1 member').waitFor()
  const focused = () =>
    page.evaluate<string>(
      'document.activeElement.getAttribute("aria-label") ?? document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText',
    )
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 60; presses++) {
      if ((await focused()).trim() === name) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`The focus never came to ${name}`)
  }
  await tabTo('E-mail addresses')
  await page.keyboard.type('grace.keys@example.com')
  await page.keyboard.press('Enter')
  await tabTo('Revoke the invite to grace.keys@example.com')
  await page.keyboard.press('Enter')
  await status(page, 'Invite people', 'The invite to grace.keys@example.com is revoked.')
  // The row is gone, and the focus is where it was.
  expect(await focused()).toBe('Pending invites')

  const inviteId = await invite(guildhall, ada, orgId, 'grace.keys@example.com')
  expect(inviteId).not.toBe('')
  const graces = await open(grace, {})
  await graces.getByRole('button', { name: 'Accept the invite to Keyboard' }).press('Enter')
  await status(graces, 'Invites to you', 'Keyboard')
  await region(page, 'Members').getByText('2 members').waitFor()
  await tabTo('Remove Grace')
  await page.keyboard.press('Enter')
  // Enter again would not remove anybody.
  expect(await focused()).toBe('Cancel')
  await page.keyboard.press('Escape')
  expect(await focused()).toBe('Remove Grace')
  await region(page, 'Members').getByText('2 members').waitFor()
})

test.each(['19', 'preact'] as const)('a list with a search chooses an org (React %s)', async (version) => {
  const user = await guildhall.signInAs('Katherine', `katherine.${version}@example.com`)
  const first = await createOrg(guildhall, user, `Åland ${version}`)
  await createOrg(guildhall, user, `Bergen ${version}`)
  const page = await open(user, { org: first, search: 'yes', dir: 'rtl' }, { version })
  const button = page.getByRole('button', { name: `Åland ${version}: switch organization` })
  await button.press('Enter')
  const search = page.getByRole('combobox', { name: 'Search organizations' })
  await page.getByRole('option', { name: `Bergen ${version}` }).waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await search.waitFor({ state: 'detached' })
  expect(await page.locator(':focus').getAttribute('aria-label')).toBe(
    `Åland ${version}: switch organization`,
  )

  await button.press('Enter')
  await page.keyboard.type('nobody')
  await page.getByText('No organization found.').waitFor()
  // Without the accent, and with the words in another order.
  await search.fill(`${version} aland`)
  await page.getByRole('option', { name: `Åland ${version}`, selected: true }).waitFor()
  await search.fill('')
  await page.keyboard.press('ArrowDown')
  const below = await page.getByRole('listbox').getByRole('option', { selected: true }).textContent()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: `${below}: switch organization` }).click()
  await page.getByRole('button', { name: 'Create an org' }).click()
  await search.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: `${below}: switch organization` }).click()
  await page.getByRole('heading', { level: 1 }).click()
  await search.waitFor({ state: 'detached' })
})

test.each([
  { name: 'light', query: {}, options: { colorScheme: 'light' } },
  { name: 'dark', query: {}, options: { colorScheme: 'dark' } },
  {
    name: 'from right to left, on a phone',
    query: { dir: 'rtl' },
    options: { viewport: { width: 360, height: 740 } },
  },
] as const)('a busy org can be read: $name', async ({ name, query, options }) => {
  const orgId = await busyOrg(guildhall, ada, `Busy ${name}`.slice(0, 40))
  const page = await open(ada, { org: orgId, ...query }, options)
  await region(page, 'Members')
    .getByText(/\d+ members/)
    .waitFor()
  await region(page, 'Invite people').getByRole('listitem').first().waitFor()
  await expectAccessible(page)
  const seen = await page.evaluate<{ background: string; fromStart: number; width: number }>(`(() => {
    const panel = document.querySelector('.gh-members')
    const row = panel.querySelector('.gh-row').getBoundingClientRect()
    const name = panel.querySelector('.gh-name').getBoundingClientRect()
    return {
      background: getComputedStyle(panel).backgroundColor,
      fromStart: document.dir === 'rtl' ? row.right - name.right : name.left - row.left,
      width: document.documentElement.scrollWidth,
    }
  })()`)
  expect(seen.background).toBe(name === 'dark' ? 'rgb(28, 31, 36)' : 'rgb(255, 255, 255)')
  expect(seen.fromStart).toBeCloseTo(0)
  if (name.startsWith('from')) expect(seen.width).toBeLessThanOrEqual(360)
})

const showLogos = (page: Page) =>
  page.route('https://logos.example/*', (route) =>
    route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
  )

/** The texts that are tied to a field. */
async function described(field: Locator): Promise<string> {
  const ids = (await field.getAttribute('aria-describedby'))?.split(' ') ?? []
  const texts = ids.map((id) => field.page().locator(`[id="${id}"]`).textContent())
  return (await Promise.all(texts)).join(' ')
}

const expectFocus = (control: Locator) =>
  vi.waitFor(async () => expect(await control.and(control.page().locator(':focus')).count()).toBe(1), 5_000)

test.each(['19', 'preact'] as const)(
  'the profile says beside each field what is wrong with it (React %s)',
  async (version) => {
    await createOrg(guildhall, ada, `Taken ${version}`)
    const orgId = await createOrg(guildhall, ada, `Profile ${version}`)
    const page = await open(ada, { org: orgId }, { version })
    const profile = region(page, 'Organization')
    const name = profile.getByLabel('Name', { exact: true })
    const slug = profile.getByLabel('Short name for URLs')
    const logo = profile.getByLabel('URL of the logo')
    const save = profile.getByRole('button', { name: 'Save' })
    await name.waitFor()
    expect(await save.isDisabled()).toBe(true)
    expect(await described(slug)).toBe('Old links may stop working.')

    await slug.fill('-')
    await logo.fill('http://logos.example/logo.png')
    await save.click()
    await profile.getByRole('alert').filter({ hasText: 'begins with https://' }).waitFor()
    // The focus is in the first of them, and its name is still what was typed.
    await expectFocus(slug)
    for (const [field, text] of [
      [slug, 'Use lowercase letters and digits'],
      [logo, 'Enter an address'],
    ] as const) {
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      expect(await described(field)).toContain(text)
    }
    expect(await name.getAttribute('aria-invalid')).toBeNull()
    await expectAccessible(page)

    // What was wrong with a field is gone once it is changed, and the focus stays in it.
    await logo.focus()
    await page.keyboard.press('End')
    await page.keyboard.type('?')
    await profile.getByText('Enter an address').waitFor({ state: 'detached' })
    await expectFocus(logo)
    expect(await slug.getAttribute('aria-invalid')).toBe('true')

    await name.fill(`Taken ${version}`)
    await slug.fill(`free-${version}`)
    await logo.fill('')
    await save.press('Enter')
    await profile.getByRole('alert').filter({ hasText: 'Another organization has this name.' }).waitFor()
    expect(await described(name)).toBe('Another organization has this name.')
    await expectFocus(name)
    await profile.getByRole('button', { name: 'Discard' }).press('Enter')
    expect(await name.inputValue()).toBe(`Profile ${version}`)
    await expectFocus(name)
    expect(await name.getAttribute('aria-invalid')).toBeNull()

    await slug.fill(`taken-${version}`)
    await save.click()
    await profile.getByText('Another organization has this short name.').waitFor()
    // Others change the name meanwhile. What was typed stays.
    await guildhall.run(ada, UpdateOrgDocument, { input: { orgId, name: `Renamed ${version}` } })
    await vi.waitFor(async () => expect(await name.inputValue()).toBe(`Renamed ${version}`), 20_000)
    expect(await slug.inputValue()).toBe(`taken-${version}`)
    await slug.fill(`free-${version}`)
    await showLogos(page)
    await logo.fill('https://logos.example/logo.svg')
    expect(await profile.locator('img').count()).toBe(0)
    await save.press('Enter')
    await profile.getByRole('status').filter({ hasText: 'Saved.' }).waitFor()
    await profile.getByText(`The app saw free-${version}.`).waitFor()
    await profile.locator('img[src="https://logos.example/logo.svg"]').waitFor()
    // The button is done, and keeps the focus.
    expect(await save.isDisabled()).toBe(true)
    await expectFocus(save)
    await expectAccessible(page)
    await name.fill('Other')
    await profile.getByText(`The app saw free-${version}.`).waitFor({ state: 'detached' })

    // What was typed for one org is not in the next.
    await page.getByRole('combobox', { name: 'Organization' }).selectOption(`Taken ${version}`)
    await vi.waitFor(async () => expect(await slug.inputValue()).toBe(`taken-${version}`), 20_000)
    expect(await name.inputValue()).toBe(`Taken ${version}`)
  },
)

test('those who may not change the profile read it', async () => {
  const orgId = await createOrg(guildhall, ada, 'To read')
  const grace = await join(guildhall, ada, orgId, 'Grace', 'grace.reads@example.com')
  const page = await open(grace, { org: orgId })
  const profile = region(page, 'Organization')
  await profile.getByText('to-read').waitFor()
  expect(await profile.getByRole('textbox').count()).toBe(0)
  expect(await profile.getByRole('button').count()).toBe(0)
  await showLogos(page)
  const logoUrl = 'https://logos.example/logo.svg'
  await guildhall.run(ada, UpdateOrgDocument, { input: { orgId, logoUrl } })
  await profile.locator(`img[src="${logoUrl}"]`).waitFor()
  await expectAccessible(page)
})

test('words, controls and classes are replaceable', async () => {
  const orgId = await createOrg(guildhall, ada, 'Worte')
  const german = await open(ada, { org: orgId, words: 'de' })
  await region(german, 'Mitglieder').getByText('1 Mitglied').waitFor()
  await region(german, 'Mitglieder').getByLabel('Rolle von Ada Lovelace').selectOption('Mitglied')
  await german.getByRole('button', { name: 'Rolle ändern' }).click()
  await german.getByRole('alert').filter({ hasText: 'Eine Organisation braucht einen Inhaber.' }).waitFor()
  expect(await region(german, 'Mitglieder').getAttribute('lang')).toBe('de')
  await expectAccessible(german)

  const own = await open(ada, { org: orgId, words: 'own' })
  await region(own, 'Members').getByText('1 member').waitFor()
  expect(await own.locator('button:not([data-own])').count()).toBe(0)
  expect(await own.locator('button[data-own]').allTextContents()).toEqual(['Save', 'Invite', 'More options'])
  expect(await own.locator('.gh-row.my-row').count()).toBe(1)
  expect(await own.locator('.gh-profile.my-profile').count()).toBe(1)
  await own.getByRole('link', { name: 'Open the page of Ada' }).waitFor()
  await region(own, 'Members').getByLabel('Role of Ada Lovelace').selectOption('Member')
  await own.getByRole('button', { name: 'Change role' }).click()
  await own.getByRole('alert').getByText('The server said no to updateOrgUserRoles.').waitFor()
  await region(own, 'Organization').getByLabel('Name', { exact: true }).fill('Eigene Worte')
  await own.getByRole('button', { name: 'Save' }).click()
  await own.waitForFunction(`document.title === 'Saved.'`)
  expect((await own.getByRole('status').allTextContents()).join('')).toBe('')
  await own.addStyleTag({ content: '.gh-members { --gh-surface: rgb(1, 2, 3) }' })
  const background = 'getComputedStyle(document.querySelector(".gh-members")).backgroundColor'
  expect(await own.evaluate(background)).toBe('rgb(1, 2, 3)')
})

test('the invite page shows the invite to anybody, and lets the invitee answer it', async () => {
  const orgId = await createOrg(guildhall, ada, 'Invited')
  const page = await open(ada, { org: orgId })
  const invites = region(page, 'Invite people')
  await invites.getByLabel('E-mail address').fill('grace.page@example.com')
  await invites.getByRole('button', { name: 'More options' }).click()
  await invites.getByLabel('Message').fill('Come in!')
  await invites.getByRole('button', { name: 'Invite', exact: true }).click()
  const token = (await guildhall.inviteLink('grace.page@example.com')).split('/').at(-1) ?? ''

  const anybody = await open(null, { invite: token })
  await anybody.getByRole('heading', { level: 1, name: 'Invited' }).waitFor()
  await anybody.getByText('Ada Lovelace invites you to join').waitFor()
  await anybody.getByText('Come in!').waitFor()
  await expectAccessible(anybody)
  await anybody.getByRole('button', { name: 'Sign in', exact: true }).click()
  await anybody.getByText('The app signs in.').waitFor()

  const adas = await open(ada, { invite: token })
  await adas.getByRole('alert').filter({ hasText: 'but you are signed in as ada@example.com' }).waitFor()
  expect(await adas.getByRole('button', { name: 'Accept' }).count()).toBe(0)

  const grace = await guildhall.signInAs('Grace', 'grace.page@example.com')
  const graces = await open(grace, { invite: token })
  await graces.getByRole('button', { name: 'Accept' }).click()
  await graces.getByRole('status').filter({ hasText: 'You are now a member of Invited.' }).waitFor()
  await graces.reload()
  await graces.getByRole('heading', { name: 'You are already a member of Invited' }).waitFor()

  const unknown = await open(null, { invite: 'gi_unknown' })
  await unknown.getByRole('heading', { name: 'This link is not valid' }).waitFor()
})

test('the page of an expired invite asks for a new link, once a day', async () => {
  const orgId = await createOrg(guildhall, ada, 'Expired')
  const { createOrgInvite } = await guildhall.run(ada, InviteByOwnMailDocument, {
    input: {
      orgId,
      invitee: { email: 'grace.late@example.com' },
      sendEmail: false,
      expiresAt: new Date(Date.now() + 1_000).toISOString(),
    },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload') throw new Error('not invited')
  const token = createOrgInvite.acceptUrl?.split('/').at(-1) ?? ''
  await vi.waitFor(
    async () => {
      const { orgInvitePreview } = await guildhall.run(ada, PreviewInviteDocument, { token })
      expect(orgInvitePreview?.status).toBe('EXPIRED')
    },
    { timeout: 10_000 },
  )
  const visitors = await open(null, { invite: token })
  const later = await open(null, { invite: token, words: 'de' })
  const ask = visitors.getByRole('button', { name: 'Ask for a new link' })
  await ask.waitFor()
  await expectAccessible(visitors)
  await ask.click()
  await visitors.getByRole('status').filter({ hasText: 'A new link was asked for' }).waitFor()
  await expectAccessible(visitors)
  expect(await ask.count()).toBe(0)
  const asked = () => guildhall.mailsTo('ada@example.com')
  await vi.waitFor(async () => expect(await asked()).toHaveLength(1), { timeout: 10_000 })

  // Somebody who had the page open before is told what is so, and no second mail goes out.
  await later.getByRole('button', { name: 'Neuen Link anfordern' }).click()
  await later.getByRole('status').filter({ hasText: 'Ein neuer Link wurde' }).waitFor()
  await visitors.reload()
  await visitors.getByRole('status').filter({ hasText: 'A new link was asked for' }).waitFor()
  expect(await ask.count()).toBe(0)
  expect(await asked()).toHaveLength(1)
})
