import { describe, expect, test } from 'vitest'
import {
  AcceptInviteDocument,
  CreateApiTokenDocument,
  CreateOrgDocument,
  InviteSomeoneDocument,
  RevokeApiTokenDocument,
  UpdateOrgDocument,
} from '../../operations/generated/graphql.js'
import { useFixture } from './support/fixture.js'
import type { Person } from './support/guildhall.js'
import type { Window } from './support/windows.js'

const fixture = useFixture(undefined, {
  BRAND_NAME: 'Acme Works',
  BRAND_COLOR: '#ffd400',
  BRAND_LOGO_FILE: 'apps/dashboard/src/favicon.svg',
  BRAND_SUPPORT: 'help@acme.example',
})

async function found(owner: Person, name: string): Promise<string> {
  const { createOrg } = await fixture.guildhall.run(owner, CreateOrgDocument, { input: { name } })
  if (createOrg.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(createOrg))
  return createOrg.org.id
}

async function join(
  orgId: string,
  owner: Person,
  name: string,
  email: string,
  roles: Array<'ADMIN' | 'USER'>,
): Promise<Person> {
  const { createOrgInvite } = await fixture.guildhall.run(owner, InviteSomeoneDocument, {
    input: { orgId, invitee: { email }, roles, sendEmail: false },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  const person = await fixture.guildhall.signInAs(name, email)
  await fixture.guildhall.run(person, AcceptInviteDocument, {
    input: { invite: { orgInviteId: createOrgInvite.orgInvite.id } },
  })
  return person
}

const openSettings = async ({ page }: Window, orgId: string, section: string) => {
  await page.goto(`/live?${new URLSearchParams({ org: orgId, settings: section })}`)
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
}

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } as const

describe('a brand', () => {
  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark phone', { colorScheme: 'dark', ...phone }],
  ] as const)('is on every page, %s, and its colour can be read', async (name, options) => {
    const owner = await fixture.guildhall.signInAs('Bran Dow', 'bran@brand.example')
    const orgId = await found(owner, `Branded ${name}`)
    const email = `guest-${name.split(' ')[0]}@brand.example`
    await fixture.guildhall.run(owner, InviteSomeoneDocument, { input: { orgId, invitee: { email } } })
    const link = await fixture.guildhall.inviteLink(email)

    const guest = await fixture.window(options)
    await guest.page.goto(link)
    await guest.page.getByRole('heading', { level: 1 }).waitFor()
    expect(await guest.page.title()).toContain('Acme Works')
    await guest.page.getByRole('banner').getByText('Acme Works').waitFor()
    await expect
      .poll(() => guest.page.evaluate<number>("document.querySelector('header img').naturalWidth"))
      .toBeGreaterThan(0)
    const help = guest.page.getByRole('link', { name: 'help@acme.example' })
    expect(await help.getAttribute('href')).toBe('mailto:help@acme.example')
    await guest.expectAccessible()
    await guest.shoot(`brand-invite-${name.replace(' ', '-')}`)

    const window = await fixture.window({ as: owner, ...options })
    await window.page.goto(`/live?org=${orgId}`)
    await window.page.getByRole('row', { name: new RegExp(email) }).waitFor()
    expect(await window.page.title()).toBe(`Branded ${name} – Acme Works`)
    const button = window.page.getByRole('button', { name: 'Invite people' }).first()
    await button.waitFor()
    expect(
      await window.page.evaluate(
        "(({ backgroundColor, color }) => [backgroundColor, color].join())(getComputedStyle(document.querySelector('.org-actions .primary')))",
      ),
    ).toBe('rgb(255, 212, 0),rgb(0, 0, 0)')
    await window.expectAccessible()
    await window.shoot(`brand-${name.replace(' ', '-')}`)
    // Nothing speaks of Guildhall.
    for (const { page } of [guest, window])
      expect(await page.evaluate('document.title + document.body.innerText')).not.toMatch(/guildhall/i)
    const [mail] = await fixture.guildhall.mailsTo(email)
    expect(mail?.text).toMatch(/Acme Works\s+help@acme\.example\s*$/)
    for (const each of [guest, window]) each.expectNoComplaints()
  })
})

test('on a phone the lists begin on the first screen, and what only the demo needs is not there', async () => {
  const owner = await fixture.guildhall.signInAs('Phil Phone', 'phil@phone.example')
  const orgId = await found(owner, 'International Instrument Makers')
  await join(orgId, owner, 'Mira', 'mira@phone.example', ['USER'])
  for (const options of [{ ...phone }, { viewport: { width: 1280, height: 800 } }]) {
    const window = await fixture.window({ as: owner, ...options })
    const { page } = window
    await page.goto(`/live?org=${orgId}`)
    const row = page.getByRole('row', { name: /mira@phone\.example/ })
    await row.waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    const { y = 9_999, height = 0 } = (await row.boundingBox()) ?? {}
    expect(y + height).toBeLessThanOrEqual(options.viewport.height)
    expect(await page.getByRole('button', { name: 'Cut the connection' }).count()).toBe(0)
    expect(await page.locator('.illustration, .figure').count()).toBe(0)
    // No tab is out of sight.
    for (const tab of await page.getByRole('tab').all()) {
      const box = await tab.boundingBox()
      expect((box?.x ?? 9_999) + (box?.width ?? 0)).toBeLessThanOrEqual(options.viewport.width)
    }
    await window.expectToFit()
    await window.expectAccessible()
    await window.shoot(`first-screen-${options.viewport.width}`)
    window.expectNoComplaints()
  }
  const demo = await fixture.window({ as: owner, isDemo: true })
  await demo.page.goto(`/live?org=${orgId}`)
  await demo.page.getByRole('button', { name: 'Cut the connection' }).waitFor()
  await demo.page.locator('.illustration').waitFor()
  await demo.page.locator('.figure').first().waitFor()
})

test('each section of the settings has an address, and Back leads to the one before', async () => {
  const owner = await fixture.guildhall.signInAs('Seth Section', 'seth@sections.example')
  const orgId = await found(owner, 'Sections')
  const window = await fixture.window({ as: owner, ...phone })
  const { page } = window
  await page.goto(`/live?org=${orgId}`)
  await page.getByRole('link', { name: 'Settings' }).click()
  const heading = (name: string) => page.getByRole('heading', { level: 2, name, exact: true })
  await heading('General').waitFor()
  await expect.poll(() => page.locator(':focus').textContent()).toBe('General')
  const links = page.getByRole('navigation', { name: 'Settings' }).getByRole('link')
  const names = await links.allTextContents()
  expect(names).toEqual([
    'General',
    'E-mail domains',
    'Invite links',
    'API tokens',
    'Webhooks',
    'Leave or delete',
  ])
  for (const name of names) {
    await links.filter({ hasText: name }).click()
    await heading(name).waitFor()
    await expect.poll(() => page.locator(':focus').textContent()).toBe(name)
    await page.locator('.settings-section .empty, .settings-section form, .settings-part').first().waitFor()
    await window.expectAccessible()
    await window.expectToFit()
  }
  await page.goBack()
  await heading('Webhooks').waitFor()
  await page.reload()
  await heading('Webhooks').waitFor()
  await page.getByRole('link', { name: 'Sections' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sections' }).waitFor()
  await page.goBack()
  await heading('Webhooks').waitFor()
  window.expectNoComplaints()
})

test('a section that the viewer may not see is not offered, and its address leads to the first one', async () => {
  const owner = await fixture.guildhall.signInAs('Olav Open', 'olav@offers.example')
  const orgId = await found(owner, 'Offers')
  const user = await join(orgId, owner, 'Uma', 'uma@offers.example', ['USER'])
  const window = await fixture.window({ as: user })
  await openSettings(window, orgId, 'tokens')
  const { page } = window
  await page.getByRole('heading', { level: 2, name: 'General' }).waitFor()
  const names = await page.getByRole('navigation', { name: 'Settings' }).getByRole('link').allTextContents()
  expect(names).not.toContain('API tokens')
  expect(names).not.toContain('Webhooks')
  expect(await page.getByRole('textbox').count()).toBe(0)
  await openSettings(window, orgId, 'danger')
  await page.getByRole('button', { name: 'Leave' }).waitFor()
  expect(await page.getByRole('button', { name: /Delete|Transfer/ }).count()).toBe(0)
  window.expectNoComplaints()
})

test('a rename is seen at once in every window: in the heading, the title and the list of orgs', async () => {
  const owner = await fixture.guildhall.signInAs('Rena Rename', 'rena@rename.example')
  const orgId = await found(owner, 'Before')
  const admin = await join(orgId, owner, 'Arno', 'arno@rename.example', ['ADMIN'])
  const window = await fixture.window({ as: owner })
  const other = await fixture.window({ as: admin })
  await other.page.goto(`/live?org=${orgId}`)
  await other.page.getByRole('heading', { level: 1, name: 'Before' }).waitFor()
  await other.page.getByText('Live', { exact: true }).waitFor()

  await openSettings(window, orgId, 'general')
  const { page } = window
  const save = page.getByRole('button', { name: 'Save' })
  expect(await save.isDisabled()).toBe(true)
  await page.getByLabel('Organization name').fill('')
  await save.click()
  await page.locator('.field-error').waitFor()
  await page.getByLabel('Organization name').fill('After')
  await page.locator('.field-error').waitFor({ state: 'detached' })
  await save.click()
  await page.getByText('Saved', { exact: true }).waitFor()
  for (const each of [window, other]) {
    await expect.poll(() => each.page.title()).toBe('After – Acme Works')
    await expect.poll(() => each.page.getByRole('banner').textContent()).toContain('After')
    expect(await each.page.getByRole('banner').textContent()).not.toContain('Before')
  }
  await other.page.getByRole('heading', { level: 1, name: 'After' }).waitFor()
  for (const each of [window, other]) each.expectNoComplaints()
})

test('an org is deleted only after its name was typed, and the page says what follows', async () => {
  const owner = await fixture.guildhall.signInAs('Del Eter', 'del@delete.example')
  const orgId = await found(owner, 'Gone  Soon')
  const window = await fixture.window({ as: owner })
  await openSettings(window, orgId, 'danger')
  const { page } = window
  // The only owner can't leave, and is told why.
  await page.getByText('You’re the only owner. Make someone else an owner first.').waitFor()
  expect(await page.getByRole('button', { name: 'Leave' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Delete organization' }).click()
  const dialog = page.getByRole('dialog')
  const verb = dialog.getByRole('button', { name: 'Delete permanently' })
  expect(await verb.isDisabled()).toBe(true)
  await dialog.getByText('1 membership').waitFor()
  await window.expectAccessible()
  await window.shoot('delete-org')
  await dialog.getByRole('textbox').fill('gone soon')
  expect(await verb.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').press('Enter')
  await dialog.getByRole('textbox').fill(' Gone Soon ')
  await verb.click()
  await page.getByText('was deleted').waitFor()
  window.expectNoComplaints()
})

test('a domain is shown as people write it, is not added twice, and its record can be copied', async () => {
  const owner = await fixture.guildhall.signInAs('Doro', 'doro@dns.example')
  const orgId = await found(owner, 'Dns')
  const window = await fixture.window({ as: owner, permissions: ['clipboard-read', 'clipboard-write'] })
  await openSettings(window, orgId, 'domains')
  const { page } = window
  const domain = page.getByRole('textbox', { name: 'Domain' })
  await domain.fill('bücher.example')
  await page.getByRole('button', { name: 'Add domain' }).click()
  const card = page.getByRole('listitem').filter({ hasText: 'bücher.example' })
  await card.waitFor()
  // What domains are for is still said beside the list.
  await page.getByText(/^Add your company’s e-mail domain/).waitFor()
  await card.getByRole('button', { name: /^Copy the record value/ }).click()
  await card.getByText('Copied', { exact: false }).first().waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
    await card.locator('dd code').last().textContent(),
  )
  await domain.fill('BÜCHER.example')
  await page.getByRole('button', { name: 'Add domain' }).click()
  await page.getByText('BÜCHER.example is already in the list.').waitFor()
  await window.expectAccessible()
  await window.shoot('settings-domains')
  await card.getByRole('button', { name: /^Remove/ }).click()
  await page.getByRole('dialog').getByText('Nobody can join because of it yet').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await card.waitFor({ state: 'detached' })
  window.expectNoComplaints()
})

test('revoked API tokens are folded away', async () => {
  const owner = await fixture.guildhall.signInAs('Tom Token', 'tom@folded.example')
  const orgId = await found(owner, 'Folded')
  for (const name of ['Old key', 'New key']) {
    const { createApiToken } = await fixture.guildhall.run(owner, CreateApiTokenDocument, {
      input: { orgId, name, permissions: ['ORG_READ'] },
    })
    if (createApiToken.__typename !== 'CreateApiTokenPayload') throw new Error('no token')
    if (name === 'Old key')
      await fixture.guildhall.run(owner, RevokeApiTokenDocument, {
        input: { apiTokenId: createApiToken.apiToken.id },
      })
  }
  const window = await fixture.window({ as: owner })
  await openSettings(window, orgId, 'tokens')
  const { page } = window
  await page.locator('.who-line', { hasText: 'New key' }).waitFor()
  expect(await page.locator('.who-line', { hasText: 'Old key' }).isVisible()).toBe(false)
  await page.getByText('1 revoked or expired token').click()
  expect(await page.locator('.who-line', { hasText: 'Old key' }).isVisible()).toBe(true)
  await window.expectAccessible()
  window.expectNoComplaints()
})

test('the host application reads and changes its own id and metadata of an org', async () => {
  const owner = await fixture.guildhall.signInAs('Hosta', 'hosta@hosted.example')
  const orgId = await found(owner, 'Hosted')
  await fixture.guildhall.run(fixture.guildhall.host, UpdateOrgDocument, {
    input: { orgId, externalId: 'ws-1', metadata: { plan: 'gold' } },
  })
  const window = await fixture.window({ as: fixture.guildhall.host })
  await openSettings(window, orgId, 'general')
  const { page } = window
  await page.getByLabel('External ID').waitFor()
  expect(await page.getByLabel('External ID').inputValue()).toBe('ws-1')
  const metadata = page.getByLabel('Metadata')
  const save = page.getByRole('region', { name: 'For your product' }).getByRole('button', { name: 'Save' })
  await metadata.fill('[1]')
  await save.click()
  await page.getByText('Enter a JSON object').waitFor()
  await metadata.fill('{"plan":"silver"}')
  await save.click()
  await page.getByText('Saved', { exact: true }).waitFor()
  expect(JSON.parse(await metadata.inputValue())).toEqual({ plan: 'silver' })
  await window.expectAccessible()
  const person = await fixture.window({ as: owner })
  await openSettings(person, orgId, 'general')
  await person.page.getByLabel('Organization name').waitFor()
  expect(await person.page.getByLabel('Metadata').count()).toBe(0)
  for (const each of [window, person]) each.expectNoComplaints()
})
