import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import {
  ChangeRolesDocument,
  OrgInvitesDocument,
  OrgMembersDocument,
  UpsertAppRoleDocument,
} from '../../operations/generated/graphql.js'
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
  for (const [key, name, assignableBy] of [
    ['editor', 'Editor', 'ADMIN'],
    ['accountant', 'Accountant', 'OWNER'],
  ] as const)
    await guildhall.run(guildhall.host, UpsertAppRoleDocument, {
      input: { key, name, description: `Does what an ${key} does`, permissions: [], assignableBy },
    })
})

const open = (
  person: Person,
  query: Readonly<Record<string, string>>,
  options?: ReactPageOptions,
): Promise<Page> => app.open('invitePeople', person, query, options)

const addressesIn = (page: Page) => page.getByLabel('E-mail addresses')
const problemIn = (page: Page) => page.getByRole('alert').filter({ hasText: /./ })
const expectFocus = (control: Locator) =>
  vi.waitFor(async () => expect(await control.and(control.page().locator(':focus')).count()).toBe(1), 5_000)

async function invitesOf(orgId: string) {
  const { org } = await guildhall.run(ada, OrgInvitesDocument, { orgId, first: 50 })
  return org?.invites?.nodes ?? []
}

test.each(['19', '18', 'preact'] as const)(
  'several are invited at once, and who could not be stays in the field with the reason (React %s)',
  async (version) => {
    const orgId = await createOrg(guildhall, ada, `Several ${version}`)
    await invite(guildhall, ada, orgId, 'pending@several.example')
    const page = await open(ada, { org: orgId }, { version })
    const addresses = addressesIn(page)
    const list = page.getByRole('list', { name: 'Pending invites' })
    expect(await page.getByRole('button', { name: 'Invite', exact: true }).isDisabled()).toBe(true)
    await addresses.fill('Eli Haddad <eli@several.example>, pending@several.example')
    // Enter sends one address, and begins a line in a list.
    await addresses.press('End')
    await addresses.press('Enter')
    await page.keyboard.type('nonsense@ flo@several.example ELI@several.example')
    await page.getByText('4 addresses. Duplicates left out: 1').waitFor()
    await page.getByRole('button', { name: 'Invite 4 people' }).click()

    await page.getByRole('status').filter({ hasText: '2 people are invited.' }).waitFor()
    await list.getByText('eli@several.example').waitFor()
    await list.getByText('flo@several.example').waitFor()
    const problem = problemIn(page)
    await problem.getByText('2 people could not be invited:').waitFor()
    expect(await problem.getByRole('listitem').allTextContents()).toEqual([
      'pending@several.example This person is invited already.',
      'nonsense@ Enter an e-mail address such as name@example.com.',
    ])
    expect(await addresses.inputValue()).toBe('pending@several.example\nnonsense@')
    expect(await addresses.getAttribute('aria-invalid')).toBe('true')
    await expectFocus(addresses)
    await expectAccessible(page)

    // The reason of an address goes with it, and the other one stays.
    await addresses.press('ControlOrMeta+End')
    await page.keyboard.type('several.example')
    await problem.getByText('1 person could not be invited:').waitFor()
    expect(await problem.getByRole('listitem').allTextContents()).toEqual([
      'pending@several.example This person is invited already.',
    ])
    await addresses.fill('nobody@several.example')
    await problem.waitFor({ state: 'detached' })
    await addresses.press('Enter')
    await page.getByRole('status').filter({ hasText: 'nobody@several.example is invited.' }).waitFor()
    expect(await addresses.inputValue()).toBe('')
    await expectFocus(addresses)
    expect((await invitesOf(orgId)).map(({ email }) => email?.split('@')[0]).sort()).toEqual([
      'eli',
      'flo',
      'nobody',
      'pending',
    ])
  },
)

test('no more are invited than the API takes at once, and those who find no room stay in the field', async () => {
  const orgId = await createOrg(guildhall, ada, 'Many')
  const page = await open(ada, { org: orgId })
  const column = Array.from({ length: 101 }, (_, at) => `p${at}@many.example`)
  await addressesIn(page).fill(column.join('\n'))
  await problemIn(page).getByText('You can invite up to 100 people at once.').waitFor()
  expect(await page.getByRole('button', { name: 'Invite 101 people' }).isDisabled()).toBe(true)
  await addressesIn(page).fill(column.slice(1).join(' '))
  await page.getByRole('button', { name: 'Invite 100 people' }).click()
  // A new org has room for 25 pending invites.
  await page.getByRole('status').filter({ hasText: '25 people are invited.' }).waitFor()
  await problemIn(page).getByText('75 people could not be invited:').waitFor()
  expect(await problemIn(page).getByRole('listitem').first().textContent()).toBe(
    'p26@many.example The organization has reached its limit.',
  )
  expect((await addressesIn(page).inputValue()).split('\n')).toHaveLength(75)
})

test.each(['19', 'preact'] as const)(
  'more options are there when they are asked for: roles of the product, a message, an end, a language, no mail (React %s)',
  async (version) => {
    const orgId = await createOrg(guildhall, ada, `Options ${version}`)
    const page = await open(
      ada,
      { org: orgId },
      { version, permissions: ['clipboard-read', 'clipboard-write'] },
    )
    const more = page.getByRole('button', { name: 'More options' })
    await more.waitFor()
    expect(await page.getByLabel('Message in the e-mail').count()).toBe(0)
    await page.getByText('Can see the organization and its members.').waitFor()
    await more.press('Enter')
    await page.getByRole('checkbox', { name: /Editor Does what an editor does/ }).check()
    expect(await more.getAttribute('aria-expanded')).toBe('true')
    await expectAccessible(page)
    await addressesIn(page).fill(`German.${version}@options.example`)
    await page.getByLabel('Role', { exact: true }).selectOption('Admin')
    await page.getByText('Can invite people, change roles and remove members.').waitFor()
    await page.getByLabel('Message in the e-mail').fill('Come in!\nThe kettle is on.')
    await page.getByLabel('Expires after').selectOption('30 days')
    await page.getByLabel('Language of the e-mail').selectOption('German')
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    const address = `german.${version}@options.example`
    await page
      .getByRole('status')
      .filter({ hasText: `${address} is invited.` })
      .waitFor()
    // The next person gets the same roles, but not the message.
    expect(await page.getByLabel('Message in the e-mail').inputValue()).toBe('')
    expect(await page.getByRole('checkbox', { name: /Editor/ }).isChecked()).toBe(true)
    const [made] = await invitesOf(orgId)
    expect(made).toMatchObject({
      email: address,
      roles: ['ADMIN'],
      appRoles: [{ name: 'Editor' }],
      message: 'Come in!\nThe kettle is on.',
    })
    const days = (Date.parse(made?.expiresAt ?? '') - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(30)
    await guildhall.inviteLink(address)
    const [mail] = await guildhall.mailsTo(address)
    expect(mail?.subject).toContain('lädt Sie zu')

    // Without a mail there is the link to copy, until the next invite.
    const silent = `silent.${version}@options.example`
    await page.getByLabel('Send an e-mail').uncheck()
    await addressesIn(page).fill(silent)
    await addressesIn(page).press('Enter')
    await page.getByText('No e-mail was sent.').waitFor()
    const link = await page.getByLabel('Links', { exact: true }).inputValue()
    expect(link).toContain('/invites/')
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByRole('status').filter({ hasText: 'Copied.' }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link)
    await expectAccessible(page)
    await addressesIn(page).fill(`one.${version}@options.example, two.${version}@options.example`)
    await page.getByRole('button', { name: 'Invite 2 people' }).click()
    await page.getByRole('status').filter({ hasText: '2 people are invited.' }).waitFor()
    const links = (await page.getByLabel('Links', { exact: true }).inputValue()).split('\n')
    expect(links.map((line) => line.split('@')[0])).toEqual([`one.${version}`, `two.${version}`])
    expect(await guildhall.mailsTo(silent)).toEqual([])
    await more.click()
    expect(await page.getByLabel('Message in the e-mail').count()).toBe(0)
  },
)

test('what the server finds wrong is said beside the field that it is about', async () => {
  const orgId = await createOrg(guildhall, ada, 'Wrong')
  const ben = await join(guildhall, ada, orgId, 'Ben', 'ben@wrong.example', ['OWNER'])
  const page = await open(ben, { org: orgId })
  await page.getByRole('button', { name: 'More options' }).click()
  const role = page.getByLabel('Role', { exact: true })
  const message = page.getByLabel('Message in the e-mail')
  await addressesIn(page).fill('nonsense')
  await message.fill('\u0007')
  // The message can be hidden meanwhile.
  await page.getByRole('button', { name: 'More options' }).click()
  await addressesIn(page).press('Enter')
  await problemIn(page).getByText('Use up to 1,000 characters.').waitFor()
  expect(await problemIn(page).allTextContents()).toEqual([
    'Enter an e-mail address such as name@example.com.',
    'Use up to 1,000 characters.',
  ])
  expect(await message.getAttribute('aria-invalid')).toBe('true')
  await expectFocus(addressesIn(page))
  await expectAccessible(page)
  await message.fill('Hello')
  await addressesIn(page).fill('ok@wrong.example')
  await problemIn(page).first().waitFor({ state: 'detached' })

  // Ben chose a role that he may not give any more when he sends the form.
  await page.getByRole('checkbox', { name: /Accountant/ }).check()
  await role.selectOption('Owner')
  const { org } = await guildhall.run(ada, OrgMembersDocument, { orgId, first: 10 })
  const userId = org?.users?.nodes.find(({ user }) => user.name === 'Ben')?.user.id ?? ''
  const change = { orgId, userId, add: ['ADMIN' as const], remove: ['OWNER' as const] }
  await guildhall.run(ada, ChangeRolesDocument, { input: change })
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await problemIn(page).getByText('Only an owner can do this.').waitFor()
  expect(await role.getAttribute('aria-invalid')).toBe('true')
  await expectFocus(role)
  await role.selectOption('Member')
  await problemIn(page).waitFor({ state: 'detached' })
  await addressesIn(page).press('Enter')
  await problemIn(page).getByText('You can’t give the role Accountant.').waitFor()
  expect(await invitesOf(orgId)).toHaveLength(1)
  await page.getByRole('checkbox', { name: /Accountant/ }).uncheck()
  await addressesIn(page).press('Enter')
  await page.getByRole('status').filter({ hasText: 'ok@wrong.example is invited.' }).waitFor()
})

test.each(['19', 'preact'] as const)(
  'an app shows the form alone in a dialog of its own, to invite again (React %s)',
  async (version) => {
    const orgId = await createOrg(guildhall, ada, `Again ${version}`)
    const admin = await join(guildhall, ada, orgId, 'Admin', `admin.${version}@again.example`, ['ADMIN'])
    const asked: string[] = []
    const page = await open(admin, { org: orgId, dialog: 'yes', email: 'again@again.example' }, { version })
    page.on('request', (request) => asked.push(request.postData() ?? ''))
    const addresses = addressesIn(page)
    await addresses.waitFor()
    expect(await addresses.inputValue()).toBe('again@again.example')
    expect(await page.getByLabel('Message in the e-mail').inputValue()).toBe('Again!')
    expect(await page.getByLabel('Expires after').inputValue()).toBe('3')
    // Of the roles, those that the viewer may assign.
    expect(await page.getByLabel('Role', { exact: true }).inputValue()).toBe('ADMIN')
    await page.getByRole('checkbox', { name: /Editor/ }).waitFor()
    expect(await page.getByRole('checkbox', { name: /Accountant/ }).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'More options' }).count()).toBe(0)
    expect(await page.getByRole('list').count()).toBe(0)
    expect(await page.locator('.my-form .my-options').count()).toBe(1)
    await expectAccessible(page)

    await page.getByRole('button', { name: 'Cancel' }).waitFor()
    await addresses.press('Enter')
    await page.getByText('The app invited again@again.example.').waitFor()
    await page.getByText('Appended: again@again.example ADMIN 0 PENDING').waitFor()
    await addresses.fill('again@again.example')
    await addresses.press('Enter')
    await page.locator('.my-error').getByText('This person is invited already.').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('The dialog is closed.').waitFor()
    // The list is not shown, so it is not loaded.
    expect(asked.filter((text) => text.includes('query Invites'))).toEqual([])
  },
)

test('what was typed for one org is not sent in the next', async () => {
  const orgId = await createOrg(guildhall, ada, 'This org')
  const next = await createOrg(guildhall, ada, 'The other org')
  const page = await open(ada, { org: orgId, next })
  await addressesIn(page).fill('only@here.example')
  await page.getByRole('button', { name: 'The other org' }).click()
  await vi.waitFor(async () => expect(await addressesIn(page).inputValue()).toBe(''), 20_000)
})

test('the form speaks German, fits a phone, and sends its mails in German', async () => {
  const orgId = await createOrg(guildhall, ada, 'Worte')
  const page = await open(ada, { org: orgId, words: 'de' }, { viewport: { width: 360, height: 740 } })
  await page.getByRole('button', { name: 'Weitere Optionen' }).click()
  await page.getByRole('group', { name: 'Rollen im Produkt' }).waitFor()
  expect(await page.getByLabel('Sprache der E-Mail').inputValue()).toBe('de')
  await expectAccessible(page)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
  await page.getByLabel('E-Mail-Adressen').fill('kai@worte.example, nichts')
  await page.getByRole('button', { name: '2 Personen einladen' }).click()
  await problemIn(page).getByText('Geben Sie eine E-Mail-Adresse wie name@beispiel.de ein.').waitFor()
  await page.getByRole('status').filter({ hasText: 'kai@worte.example ist eingeladen.' }).waitFor()
  await guildhall.inviteLink('kai@worte.example')
  const [mail] = await guildhall.mailsTo('kai@worte.example')
  expect(mail?.subject).toContain('lädt Sie zu')
})
