import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import {
  ChangeRolesDocument,
  UpsertAppRoleDocument,
  WhoAmIDocument,
} from '../../operations/generated/graphql.js'
import type { Person } from './support/guildhall.js'
import { createOrg, join } from './support/orgs.js'
import { useReactApp } from './support/reactApp.js'
import { expectAccessible } from './support/windows.js'

const app = useReactApp()
let ada: Person

beforeAll(async () => {
  ada = await app.guildhall.signInAs('Ada Lovelace', 'ada@example.com')
})

/** An org of Ada's with Grace, an admin, and Linus. */
async function orgOfThree(name: string): Promise<{ orgId: string; linus: Person }> {
  const orgId = await createOrg(app.guildhall, ada, name)
  const address = (who: string) => `${who}.${name.replaceAll(' ', '.').toLowerCase()}@example.com`
  await join(app.guildhall, ada, orgId, 'Zoe Grace', address('grace'), ['ADMIN'])
  const linus = await join(app.guildhall, ada, orgId, 'Linus', address('linus'))
  return { orgId, linus }
}

const table = (page: Page) => page.getByRole('table', { name: 'Members' })
const rowOf = (page: Page, name: string) => table(page).getByRole('row', { name })
const namesIn = (page: Page) => table(page).locator('th[scope=row] bdi').allTextContents()
const status = (page: Page, text: string) =>
  page.getByRole('region', { name: 'Members' }).getByRole('status').filter({ hasText: text }).waitFor()
const expectFocus = (control: Locator) =>
  vi.waitFor(async () => expect(await control.and(control.page().locator(':focus')).count()).toBe(1), 5_000)

test.each(['19', '18', 'preact'] as const)(
  'a member is suspended and reinstated, and the focus stays where it was (React %s)',
  async (version) => {
    const { orgId } = await orgOfThree(`Pause ${version}`)
    const page = await app.open('components', ada, { org: orgId }, { version })
    await rowOf(page, 'Ada Lovelace You').waitFor()
    expect(await table(page).getByRole('columnheader').allTextContents()).toEqual([
      'Member',
      'Role',
      'Actions',
    ])
    expect(await page.getByRole('button', { name: /(Suspend|Remove) Ada/ }).count()).toBe(0)
    await expectAccessible(page)

    const suspend = page.getByRole('button', { name: 'Suspend Linus' })
    await suspend.press('Enter')
    const question = page.getByRole('group', { name: 'Suspend Linus?' })
    await expectFocus(question.getByRole('button', { name: 'Cancel' }))
    await question.getByText('They lose access at once').waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    await expectFocus(suspend)

    await page.keyboard.press('Enter')
    await question.getByRole('button', { name: 'Suspend', exact: true }).press('Enter')
    await status(page, 'Linus is suspended.')
    await rowOf(page, 'Linus Suspended').waitFor()
    const reinstate = page.getByRole('button', { name: 'Reinstate Linus' })
    await expectFocus(reinstate)
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await status(page, 'Linus is no longer suspended.')
    await rowOf(page, 'Linus Suspended').waitFor({ state: 'detached' })
    await expectFocus(suspend)

    const remove = page.getByRole('button', { name: 'Remove Linus' })
    await remove.press('Enter')
    await page.getByRole('group', { name: 'Remove Linus' }).getByText('pending invites').waitFor()
    await page.getByRole('button', { name: 'Remove', exact: true }).press('Enter')
    await expectFocus(page.getByRole('group', { name: 'Members' }))
    await status(page, 'Linus is no longer a member.')
  },
)

test.each(['19', 'preact'] as const)(
  'a new owner, and the viewer’s own role, are asked about first (React %s)',
  async (version) => {
    const { orgId } = await orgOfThree(`Asked ${version}`)
    const page = await app.open('components', ada, { org: orgId }, { version })
    const own = page.getByLabel('Role of Ada Lovelace')
    await own.selectOption('Member')
    const ownQuestion = page.getByRole('group', { name: 'Change your own role to Member?' })
    await ownQuestion.getByText('you can’t undo this yourself').waitFor()
    expect(await own.inputValue()).toBe('OWNER')
    await ownQuestion.getByRole('button', { name: 'Change role' }).click()
    // The refusal is beside the member.
    await rowOf(page, 'Ada Lovelace You')
      .getByRole('alert')
      .filter({ hasText: 'An organization needs an owner.' })
      .waitFor()
    expect(await own.inputValue()).toBe('OWNER')
    await expectAccessible(page)

    const role = page.getByLabel('Role of Linus')
    await role.selectOption('Admin')
    await status(page, 'Linus is now: Admin.')
    await role.selectOption('Owner')
    const question = page.getByRole('group', { name: 'Make Linus an owner?' })
    await question.getByText('Owners can do everything').waitFor()
    expect(await role.inputValue()).toBe('ADMIN')
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expectFocus(role)
    expect(await role.inputValue()).toBe('ADMIN')
    await role.selectOption('Owner')
    await question.getByRole('button', { name: 'Change role' }).click()
    await status(page, 'Linus is now: Owner.')
    expect(await role.inputValue()).toBe('OWNER')
  },
)

test('the list is sorted by name, role or time, and has the roles of the product', async () => {
  const { orgId, linus } = await orgOfThree('Sorted')
  const { guildhall } = app
  const page = await app.open('components', ada, { org: orgId })
  const sort = page.getByLabel('Sort by')
  await expect.poll(() => namesIn(page)).toEqual(['Ada Lovelace', 'Linus', 'Zoe Grace'])
  await sort.selectOption('Role')
  await expect.poll(() => namesIn(page)).toEqual(['Ada Lovelace', 'Zoe Grace', 'Linus'])
  await sort.selectOption('Newest first')
  await expect.poll(() => namesIn(page)).toEqual(['Linus', 'Zoe Grace', 'Ada Lovelace'])
  await sort.selectOption('Oldest first')
  await expect.poll(() => namesIn(page)).toEqual(['Ada Lovelace', 'Zoe Grace', 'Linus'])

  const { upsertAppRole } = await guildhall.run(guildhall.host, UpsertAppRoleDocument, {
    input: { key: 'editor', name: 'Editor', permissions: ['edit'], assignableBy: 'ADMIN' },
  })
  if (upsertAppRole.__typename !== 'UpsertAppRolePayload') throw new Error(JSON.stringify(upsertAppRole))
  const { viewer } = await guildhall.run(linus, WhoAmIDocument, {})
  await guildhall.run(ada, ChangeRolesDocument, {
    input: { orgId, userId: viewer?.id ?? '', addAppRoleIds: [upsertAppRole.appRole.id] },
  })
  await rowOf(page, 'Linus').getByText('Editor').waitFor()
  await expectAccessible(page)

  const plain = await app.open('components', linus, { org: orgId })
  await rowOf(plain, 'Linus You').getByText('Member', { exact: true }).waitFor()
  expect(await table(plain).getByRole('combobox').count()).toBe(0)
  expect(await table(plain).getByRole('button').count()).toBe(0)
  await expectAccessible(plain)
})

test('in a narrow place of a wide page, the cells of a row are below each other', async () => {
  const { orgId } = await orgOfThree('Narrow')
  const page = await app.open('components', ada, { org: orgId })
  await rowOf(page, 'Linus').waitFor()
  const places = () =>
    page.evaluate<{ who: number; role: number; overflow: number }>(`(() => {
      const cells = document.querySelector('.gh-members tbody tr').children
      return {
        who: cells[0].getBoundingClientRect().top,
        role: cells[1].getBoundingClientRect().top,
        overflow: document.querySelector('.gh-table').scrollWidth - document.querySelector('.gh-table').clientWidth,
      }
    })()`)
  const wide = await places()
  expect(wide.role).toBe(wide.who)
  await page.addStyleTag({ content: '.gh-members { inline-size: 20rem }' })
  const narrow = await places()
  expect(narrow.role).toBeGreaterThan(narrow.who)
  expect(narrow.overflow).toBeLessThanOrEqual(0)
  await expectAccessible(page)
})

test.each(['19', 'preact'] as const)(
  'an app gives the panel its own rows, columns and question (React %s)',
  async (version) => {
    const { orgId } = await orgOfThree(`Given ${version}`)
    const page = await app.open('members', ada, { org: orgId }, { version })
    await rowOf(page, 'Ada Lovelace You').getByText('CREATOR').waitFor()
    // The panel is the table alone, with the rows as the app draws them.
    expect(await page.getByRole('searchbox').count()).toBe(0)
    expect(await page.getByRole('region').count()).toBe(0)
    expect(await table(page).getByRole('columnheader').allTextContents()).toEqual([
      '0 chosen',
      'Member',
      'Role',
      'Came',
      'Actions',
    ])
    expect(await namesIn(page)).toEqual(['Ada Lovelace', 'Zoe Grace'])
    await page.getByRole('button', { name: 'And one more' }).click()
    await rowOf(page, 'Linus').waitFor()
    await page.getByLabel('Choose Linus').check()
    await page.getByRole('columnheader', { name: '1 chosen' }).waitFor()
    await expectAccessible(page)

    // What is changed is in the rows when the app has loaded them again.
    const role = page.getByLabel('Role of Zoe Grace')
    await role.selectOption('Member')
    await expect.poll(() => role.inputValue()).toBe('USER')
    await role.selectOption('Owner')
    const dialog = page.getByRole('dialog', { name: 'Make Zoe Grace an owner?' })
    await dialog.getByRole('button', { name: 'Back' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await role.inputValue()).toBe('USER')

    await page.getByLabel('Role of Ada Lovelace').selectOption('Admin')
    const own = page.getByRole('dialog', { name: 'Change your own role to Admin?' })
    await own.getByRole('button', { name: 'Change role!' }).click()
    await own.getByText('Not done: An organization needs an owner.').waitFor()
    expect(await table(page).getByRole('alert').count()).toBe(0)
    await own.getByRole('button', { name: 'Back' }).click()

    await page.getByRole('button', { name: 'Remove Linus' }).click()
    await page.getByRole('button', { name: 'Remove!' }).click()
    await page.locator('tr.my-gone', { hasText: 'Linus' }).getByText('No longer in this list').waitFor()
    expect(await rowOf(page, 'Linus').getByRole('combobox').count()).toBe(0)
    expect(await rowOf(page, 'Linus').getByRole('button').count()).toBe(0)
  },
)
