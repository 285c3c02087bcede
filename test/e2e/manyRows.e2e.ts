import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from 'pg'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  CreateOrgDocument,
  InviteSomeoneDocument,
  RevokeInviteDocument,
} from '../../operations/generated/graphql.js'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../packages/embedded-postgres/src/embedded.js'
import { fillOrg } from '../support/manyRows.js'
import { openPool } from '../support/openPool.js'
import { uuidOf } from '../support/orgSnapshot.js'
import { type Guildhall, openGuildhall, type Person } from './support/guildhall.js'
import { openBrowser, openWindow, type WindowOptions } from './support/windows.js'

const MEMBERS = 10_000
const INVITES = 2_000
const silent = { debug() {}, info() {}, warn() {} }
/** For a busy machine. */
const within = { timeout: 15_000 }
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } as const

let postgres: EmbeddedPostgres
let dataDir: string
let pool: Pool
let guildhall: Guildhall
let browser: Browser
let owner: Person
let orgId: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'guildhall-many-'))
  postgres = await startEmbeddedPostgres({ dataDir, log: silent, durable: false })
  guildhall = await openGuildhall({
    env: {
      DATABASE_URL: postgres.connectionString,
      FREE_SEATS: '20000',
      FREE_PENDING_INVITES: '20000',
    },
  })
  pool = openPool(postgres.connectionString)
  browser = await openBrowser()
  owner = await guildhall.signInAs('Olga Owner', 'olga@many.example')
  orgId = await createOrg(owner, 'Many')
  await fillOrg(pool, uuidOf(orgId), MEMBERS, INVITES)
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await pool?.end()
  await guildhall?.stop()
  await postgres?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

async function createOrg(person: Person, name: string): Promise<string> {
  const { createOrg: made } = await guildhall.run(person, CreateOrgDocument, { input: { name } })
  if (made.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(made))
  return made.org.id
}

async function invite(org: string, email: string) {
  const { createOrgInvite } = await guildhall.run(owner, InviteSomeoneDocument, {
    input: { orgId: org, invitee: { email }, sendEmail: false },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  return createOrgInvite.orgInvite.id
}

async function open(path: string, options: WindowOptions = {}) {
  const window = await openWindow(browser, guildhall.url, { as: owner, ...options })
  onTestFinished(() => window.page.context().close())
  await window.page.goto(path)
  return window
}

const rowsOf = (page: Page) => page.locator('table.rows tbody tr')
const namesOf = (page: Page) => page.locator('table.rows tbody .who-line').allTextContents()

/** A long page is drawn in several frames. */
async function allNamesOf(page: Page): Promise<string[]> {
  for (let count = -1; ; ) {
    const names = await namesOf(page)
    if (names.length === count) return names
    count = names.length
    await page.waitForTimeout(200)
  }
}

test.each([
  ['wide', {}],
  ['phone', phone],
] as const)(
  '10,000 members: pages, sizes, orders and letters, kept in the address, %s',
  async (name, options) => {
    const window = await open(`/live?org=${orgId}&tab=members`, options)
    const { page } = window
    await page.getByText('1–20 of 10,001').waitFor()
    expect(await rowsOf(page).count()).toBe(20)
    await page.getByLabel('Rows per page').selectOption('50')
    await page.getByText('1–50 of 10,001').waitFor()
    await page.getByLabel('Sort by').selectOption('Name, A to Z')
    await page.getByLabel('Go to').fill('s')
    await expect.poll(async () => (await namesOf(page))[0], within).toMatch(/^s/i)
    const fromS = await allNamesOf(page)
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await expect.poll(async () => (await namesOf(page))[0], within).not.toBe(fromS[0])
    const next = await allNamesOf(page)
    await page.reload()
    await rowsOf(page).nth(49).waitFor()
    await expect.poll(() => namesOf(page), within).toEqual(next)
    await page.goBack()
    await expect.poll(() => namesOf(page), within).toEqual(fromS)
    await page.getByRole('button', { name: 'Previous', exact: true }).click()
    await expect
      .poll(async () => (await namesOf(page)).some((who) => fromS.includes(who)), within)
      .toBe(false)
    await page.getByLabel('Go to').fill('')
    await page.getByRole('button', { name: 'Last', exact: true }).click()
    await page.getByText('10,001–10,001 of 10,001').waitFor()
    await page.getByRole('button', { name: 'Previous', exact: true }).click()
    await page.getByText('9,951–10,000 of 10,001').waitFor()
    // A number leads to its page, from the nearer end, also by its address.
    const number = page.getByLabel('Page number')
    for (const [typed, range] of [
      ['150', '7,451–7,500 of 10,001'],
      ['7', '301–350 of 10,001'],
      ['9999', '10,001–10,001 of 10,001'],
      ['100', '4,951–5,000 of 10,001'],
    ] as const) {
      await number.fill(typed)
      await number.press('Enter')
      await page.getByText(range).waitFor()
    }
    const hundredth = await allNamesOf(page)
    await page.reload()
    await page.getByText('4,951–5,000 of 10,001').waitFor()
    await expect.poll(() => namesOf(page), within).toEqual(hundredth)
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByText('5,001–5,050 of 10,001').waitFor()
    await page.getByRole('button', { name: 'Previous', exact: true }).click()
    await page.getByText('4,951–5,000 of 10,001').waitFor()
    await expect.poll(() => namesOf(page), within).toEqual(hundredth)
    await window.expectToFit()
    await window.expectAccessible()
    await window.shoot(`many-members-${name}`)
    window.expectNoComplaints()
  },
)

test('a page of a hundred rows is drawn in several steps', async () => {
  const { page } = await open('/live')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.addInitScript(`
    window.counts = [0]
    new MutationObserver(() => {
      const count = document.querySelectorAll('table.members tbody tr').length
      if (count !== window.counts.at(-1)) window.counts.push(count)
    }).observe(document, { childList: true, subtree: true })`)
  await page.goto(`/live?org=${orgId}&tab=members&size=100`)
  await rowsOf(page).nth(99).waitFor()
  const counts = await page.evaluate<number[]>('window.counts')
  expect(counts.at(-1)).toBe(100)
  for (const [step, count] of counts.entries())
    expect(count - (counts[step - 1] ?? 0)).toBeLessThanOrEqual(15)
})

test('the role is one choice in the row, and a new owner is asked about', async () => {
  const { page } = await open(`/live?org=${orgId}&tab=members&q=Grace+17`)
  const role = page.getByLabel(/^Role of Grace/).first()
  await role.selectOption('Admin')
  await expect.poll(() => role.inputValue(), within).toBe('ADMIN')
  await role.selectOption('Owner')
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/^Owner: /).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => role.inputValue(), within).toBe('ADMIN')
})

test('invites are chosen by pointer and keyboard and revoked at once, and what was refused stays chosen with its reason', async () => {
  const window = await open(`/live?org=${orgId}&tab=invites&status=PENDING&sort=expires`)
  const { page } = window
  await page.getByText(/^1–20 of 320/).waitFor()
  const boxes = page.locator('[data-row-choice]')
  await boxes.nth(1).click()
  await boxes.nth(4).click({ modifiers: ['Shift'] })
  await page.getByText('4 selected').waitFor()
  await boxes.nth(5).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await page.getByText('5 selected').waitFor()
  await page.locator('thead').getByLabel('Select all on this page').click()
  await page.getByText('20 selected').waitFor()
  // Somebody else answers one of them at the same moment: this page doesn't know yet.
  const address = (await page.locator('.who-line').nth(2).textContent()) ?? ''
  await page.route('**/graphql', async (route) => {
    const sent = route.request().postData() ?? ''
    if (sent.includes('mutation RevokeInvite'))
      await pool.query(`delete from org_invite where email = $1`, [address])
    await route.continue()
  })
  await page.getByRole('button', { name: 'Revoke', exact: true }).last().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('19 invites revoked.').waitFor()
  await page.getByText('1 not changed:').waitFor()
  await page.getByText('1 selected').waitFor()
  expect(await page.locator('.bulk li').textContent()).toContain(address)
  await window.expectAccessible()
  await window.shoot('many-revoked')
})

test('rows stay under the pointer: new ones are announced, and those that are gone wait', async () => {
  const own = await createOrg(owner, 'Still')
  const first = await invite(own, 'first@still.example')
  await invite(own, 'second@still.example')
  const { page } = await open(`/live?org=${own}&tab=invites&status=PENDING`)
  const row = page.getByRole('row', { name: /first@still\.example/ })
  await row.hover()
  const before = await row.boundingBox()
  await invite(own, 'third@still.example')
  await page.getByRole('button', { name: '1 new · Show' }).waitFor()
  expect(await row.boundingBox()).toEqual(before)
  expect(await page.getByRole('row', { name: /third@still\.example/ }).count()).toBe(0)
  await guildhall.run(owner, RevokeInviteDocument, { input: { orgInviteId: first } })
  await page.locator('.row-gone', { hasText: 'first@still.example' }).waitFor()
  expect(await row.boundingBox()).toEqual(before)
  await page.mouse.move(5, 5)
  await page.getByRole('row', { name: /third@still\.example/ }).waitFor()
  await row.waitFor({ state: 'detached' })
})

test('a file of people is looked at first, and then invited', async () => {
  const own = await createOrg(owner, 'Files')
  await invite(own, 'pending@files.example')
  const window = await open(`/live?org=${own}&tab=invites`, { viewport: { width: 1280, height: 900 } })
  const { page } = window
  await page.getByRole('button', { name: 'Invite people' }).first().click()
  await page.getByRole('tab', { name: 'From a file' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      '\uFEFFName;E-mail;Role\r\n"Hopper; Grace";grace@files.example;Admin\r\nAda;ADA@files.example;\r\n' +
        'Ada;ada@files.example;\r\nOlga;olga@many.example;User\r\nPen;pending@files.example;User\r\n' +
        'Bad;not an address;User\r\nOdd;odd@files.example;Emperor\r\n',
    ),
  })
  await dialog.getByText('2 people can be invited. 5 lines are left out:').waitFor()
  for (const reason of [
    'Listed twice',
    'Already a member',
    'Already invited',
    'Not an e-mail address',
    'Unknown role',
  ])
    await dialog.getByText(reason).waitFor()
  await window.expectAccessible()
  await window.shoot('many-file')
  await dialog.getByRole('button', { name: 'Invite 2 people' }).click()
  const result = dialog.getByText('2 people were invited.')
  await result.waitFor()
  expect(await result.evaluate((element) => element.getBoundingClientRect().bottom)).toBeLessThan(900)
  await page.keyboard.press('Escape')
  await page.getByRole('row', { name: /grace@files\.example Admin/ }).waitFor()
  window.expectNoComplaints()
})

test('a list is saved as a file that no spreadsheet runs', async () => {
  const own = await createOrg(owner, 'Exports')
  await pool.query(
    `update "user" set name = '=HYPERLINK("https://evil.example")' where email = 'olga@many.example'`,
  )
  onTestFinished(async () => {
    await pool.query(`update "user" set name = 'Olga Owner' where email = 'olga@many.example'`)
  })
  const { page } = await open(`/live?org=${own}&tab=members`)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export CSV' }).click()
  const text = await readFile(await (await download).path(), 'utf8')
  expect(text).toMatch(/^\uFEFFname,email,role/)
  expect(text).toContain(`'=HYPERLINK`)
  expect(text).toContain('olga@many.example,OWNER')
})

test('whoever is in more orgs than are loaded finds each by its name', async () => {
  await pool.query(
    `with made as (
       insert into org (id, name, name_key, slug, member_count, created_at)
       select gen_random_uuid(), 'Tenant ' || lpad(n::text, 3, '0'), 'tenant ' || lpad(n::text, 3, '0'), 'tenant-' || n, 1,
         now() - (200 - n) * interval '1 day' from generate_series(0, 129) n returning id)
     insert into org_user (id, org_id, user_id, roles, origin)
     select gen_random_uuid(), made.id, (select id from "user" where email = 'olga@many.example'), '{OWNER}', 'DIRECT' from made`,
  )
  const window = await open('/live')
  const { page } = window
  await page.getByRole('button', { name: /switch organization/ }).click()
  const search = page.getByRole('combobox', { name: 'Search organizations' })
  await search.fill('tenant 003')
  await page.getByRole('option', { name: 'Tenant 003' }).waitFor()
  await window.expectAccessible()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Tenant 003' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Tenant 003' }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { level: 1, name: 'Tenant 003' }).waitFor({ state: 'detached' })
  window.expectNoComplaints()
})
