import { expect, test } from 'vitest'
import {
  BindEmailDomainDocument,
  CreateOrgDocument,
  RequestToJoinDocument,
  UpdateEmailDomainDocument,
  UpdateOrgDocument,
  UpsertAppRoleDocument,
  WhoAmIDocument,
  WithdrawJoinRequestDocument,
} from '../../operations/generated/graphql.js'
import { useFixture } from './support/fixture.js'
import type { Person } from './support/guildhall.js'
import type { Window } from './support/windows.js'

const fixture = useFixture()

async function found(owner: Person, name: string): Promise<string> {
  const { createOrg } = await fixture.guildhall.run(owner, CreateOrgDocument, { input: { name } })
  if (createOrg.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(createOrg))
  return createOrg.org.id
}

type JoinMode = 'AUTO' | 'REQUEST' | 'OFF'

/** An org with a verified domain. Its owner has an address there. */
async function foundWithDomain(name: string, domain: string, joinMode: JoinMode) {
  const owner = await fixture.guildhall.signInAs(`Owner of ${name}`, `owner@${domain}`)
  const orgId = await found(owner, name)
  const input = { orgId, domain, joinMode }
  const { bindEmailDomain } = await fixture.guildhall.run(owner, BindEmailDomainDocument, { input })
  if (bindEmailDomain.__typename !== 'BindEmailDomainPayload')
    throw new Error(JSON.stringify(bindEmailDomain))
  expect(bindEmailDomain.emailDomain.status).toBe('VERIFIED')
  return { owner, orgId, name }
}

/** Somebody asks to join by the API. */
async function ask(orgId: string, name: string, email: string): Promise<Person> {
  const person = await fixture.guildhall.signInAs(name, email)
  const { requestToJoinOrg } = await fixture.guildhall.run(person, RequestToJoinDocument, {
    input: { orgId },
  })
  if (requestToJoinOrg.__typename !== 'RequestToJoinOrgPayload')
    throw new Error(JSON.stringify(requestToJoinOrg))
  return person
}

async function withdrawAll(person: Person): Promise<void> {
  const { viewer } = await fixture.guildhall.run(person, WhoAmIDocument, {})
  for (const { id } of viewer?.orgJoinRequests?.nodes ?? [])
    await fixture.guildhall.run(person, WithdrawJoinRequestDocument, { input: { orgJoinRequestId: id } })
}

const setSeats = (orgId: string, seatLimit: number | null) =>
  fixture.guildhall.run(fixture.guildhall.host, UpdateOrgDocument, { input: { orgId, seatLimit } })

const darkPhone = {
  viewport: { width: 360, height: 740 },
  isMobile: true,
  hasTouch: true,
  colorScheme: 'dark',
} as const

async function openOrg({ page }: Window, orgId: string, name: string): Promise<void> {
  await page.goto(`/live?org=${orgId}`)
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
}

test('the inviter chooses the language of the mail, and another one when they resend it', async () => {
  const owner = await fixture.guildhall.signInAs('Lena Lang', 'lena@language.example')
  const orgId = await found(owner, 'Babel')
  const window = await fixture.window({ as: owner })
  const { page } = window
  await openOrg(window, orgId, 'Babel')
  const subjects = async (to: string) => (await fixture.guildhall.mailsTo(to)).map(({ subject }) => subject)
  const locales: unknown[] = []
  page.on('request', (request) => {
    const { variables } = request.postDataJSON() ?? {}
    if (variables?.input?.invitee || variables?.input?.orgInviteId) locales.push(variables.input.locale)
  })

  await page.getByRole('button', { name: 'Invite people' }).first().click()
  const dialog = page.getByRole('dialog')
  for (const [address, language] of [
    ['usual@language.example', 'Default'],
    ['arabic@language.example', 'Arabic'],
    ['german@language.example', 'German'],
  ] as const) {
    await dialog.getByLabel('E-mail address').fill(address)
    await dialog.getByLabel('Language of the e-mail').selectOption(language)
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
    await dialog.getByText(`${address} was invited`).waitFor()
  }
  await window.expectAccessible()
  await window.shoot('invite-language')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect
    .poll(() => subjects('usual@language.example'))
    .toEqual([expect.stringContaining('invites you to join')])
  await expect
    .poll(() => subjects('arabic@language.example'))
    .toEqual([expect.stringContaining('للانضمام إلى')])
  await expect
    .poll(() => subjects('german@language.example'))
    .toEqual([expect.stringContaining('lädt Sie zu')])

  // A resend keeps the language, or changes it.
  for (const language of ['Same as before', 'French']) {
    await page.getByRole('button', { name: 'Resend german@language.example' }).click()
    await dialog.getByLabel('Language of the e-mail').selectOption(language)
    await dialog.getByRole('button', { name: 'Resend' }).click()
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => subjects('german@language.example')).toHaveLength(language === 'French' ? 3 : 2)
  }
  expect(await subjects('german@language.example')).toEqual([
    expect.stringContaining('vous invite à rejoindre'),
    expect.stringContaining('lädt Sie zu'),
    expect.stringContaining('lädt Sie zu'),
  ])
  // What was not chosen was not sent.
  expect(locales).toEqual([undefined, 'ar', 'de', undefined, 'fr'])
  window.expectNoComplaints()
})

test('an owner says who may join by a domain, changes it, and is asked before it is removed', async () => {
  const owner = await fixture.guildhall.signInAs('Dora Domain', 'dora@modes.example')
  const orgId = await found(owner, 'Modes')
  const window = await fixture.window({ as: owner })
  const { page } = window
  await page.goto(`/live?org=${orgId}&settings=domains`)
  await page.getByRole('textbox', { name: 'Domain' }).fill('modes.example')
  await page.locator('form select').selectOption('REQUEST')
  await page.getByRole('button', { name: 'Add domain' }).click()
  await page.getByText('People with an address at this domain can ask to join.', { exact: true }).waitFor()
  await page.getByRole('textbox', { name: 'Domain' }).fill('elsewhere.example')
  await page.getByRole('button', { name: 'Add domain' }).click()
  await page.getByText('Once it’s verified, people with an address at this domain can ask to join.').waitFor()
  await window.expectAccessible()

  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Who can join modes.example' }).click()
  expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await dialog.locator('select').selectOption('OFF')
  await window.expectAccessible()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('People with an address at this domain can’t join by themselves.').waitFor()
  await window.shoot('domains')

  await page.getByRole('button', { name: 'Remove modes.example' }).click()
  await dialog.getByText('can no longer join by themselves').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Remove modes.example' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Remove modes.example' }).waitFor({ state: 'detached' })
  window.expectNoComplaints()

  const phone = await fixture.window({ as: owner, ...darkPhone })
  await phone.page.goto(`/live?org=${orgId}&settings=domains`)
  await phone.page.getByRole('button', { name: 'Remove elsewhere.example' }).waitFor()
  await phone.expectToFit()
  await phone.expectAccessible()
  await phone.shoot('domains-phone', { fullPage: true })
  phone.expectNoComplaints()
})

test('a person asks to join, every window of the org counts it at once, and an admin approves it with roles', async () => {
  const { owner, orgId, name } = await foundWithDomain('Asked Hall', 'asked.example', 'REQUEST')
  await fixture.guildhall.run(fixture.guildhall.host, UpsertAppRoleDocument, {
    input: { key: 'clockmaker', name: 'Clockmaker', permissions: ['clock:mend'] },
  })
  const admin = await fixture.window({ as: owner })
  const other = await fixture.window({ as: owner })
  for (const window of [admin, other]) await openOrg(window, orgId, name)
  const countIs = (count: number) =>
    Promise.all(
      [admin, other].map(({ page }) =>
        page.getByRole('tab', { name: new RegExp(`^Requests ?${count}$`) }).waitFor(),
      ),
    )
  await countIs(0)

  // On a phone in the dark.
  const nora = await fixture.window({
    as: await fixture.guildhall.signInAs('Nora Night', 'nora@asked.example'),
    ...darkPhone,
  })
  const waysIn = nora.page.getByRole('region', { name: 'Organizations you can join' })
  await nora.page.goto('/live')
  await waysIn.getByText('You can ask to join Asked Hall because your address is at asked.example.').waitFor()
  await nora.expectAccessible()
  await nora.expectToFit()
  await nora.shoot('joinable-phone')
  await waysIn.getByRole('button', { name: 'Ask to join' }).click()
  const note = nora.page.getByRole('dialog')
  await note.getByLabel('Message').fill('I mend the clocks.\nMay I come in?')
  await nora.expectAccessible()
  await nora.shoot('ask-phone')
  await note.getByRole('button', { name: 'Ask to join' }).click()
  await waysIn.getByText(/^You asked to join Asked Hall/).waitFor()
  expect(await waysIn.getByRole('button', { name: 'Ask to join' }).count()).toBe(0)
  await nora.expectAccessible()
  await nora.expectToFit()

  await countIs(1)
  await other.page.getByRole('region', { name: 'Events' }).getByText('Nora Night asked to join').waitFor()
  const { page } = admin
  await page.getByRole('tab', { name: /^Requests/ }).click()
  await page.getByText('I mend the clocks.').waitFor()
  await admin.expectAccessible()
  await admin.shoot('requests')
  await page.getByRole('button', { name: 'Approve Nora Night' }).click()
  const dialog = page.getByRole('dialog', { name: 'Approve the request from Nora Night?' })
  await dialog.getByRole('radio', { name: /Admin/ }).check()
  await dialog.getByRole('checkbox', { name: /Clockmaker/ }).check()
  await admin.expectAccessible()
  await setSeats(orgId, 1)
  await dialog.getByRole('button', { name: 'Approve' }).click()
  expect(await dialog.getByRole('alert').textContent()).toMatch(/seat/)
  await setSeats(orgId, null)
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await page.getByText('No pending requests').waitFor()
  await countIs(0)
  await page.getByRole('button', { name: 'Approved' }).click()
  await page.getByText(/^answered by Owner of Asked Hall/).waitFor()
  await page.getByRole('button', { name: 'Pending', exact: true }).click()
  await page.getByText(/^answered by Owner of Asked Hall/).waitFor()
  expect(await page.getByRole('button', { name: /^(Approve|Decline) Nora/ }).count()).toBe(0)
  await page.getByRole('tab', { name: /^Members/ }).click()
  await page.getByRole('row', { name: /Nora Night.*Clockmaker.*by request/ }).waitFor()
  await other.page
    .getByRole('region', { name: 'Events' })
    .getByText(/^Owner of Asked Hall approved the request from Nora Night/)
    .waitFor()

  await nora.page.reload()
  await nora.page.getByRole('heading', { level: 1, name }).waitFor()
  expect(await waysIn.count()).toBe(0)
  for (const window of [admin, other, nora]) window.expectNoComplaints()
})

test('a person whose request is declined is told when they can ask again, and one who asked can withdraw', async () => {
  const { owner, orgId, name } = await foundWithDomain('Closed Hall', 'closed.example', 'REQUEST')
  const dino = await fixture.window({ as: await ask(orgId, 'Dino Dill', 'dino@closed.example') })
  const wanda = await fixture.window({ as: await ask(orgId, 'Wanda Wax', 'wanda@closed.example') })
  const admin = await fixture.window({ as: owner, ...darkPhone })
  await openOrg(admin, orgId, name)
  const tab = (count: number) => admin.page.getByRole('tab', { name: new RegExp(`^Requests ?${count}$`) })
  await tab(2).click()
  await admin.page.getByRole('button', { name: 'Decline Dino Dill' }).waitFor()
  await admin.expectToFit()
  await admin.expectAccessible()
  await admin.shoot('requests-phone', { fullPage: true })

  await wanda.page.goto('/live')
  await wanda.page.getByRole('button', { name: 'Withdraw' }).click()
  await wanda.page.getByRole('button', { name: 'Ask to join Closed Hall' }).waitFor()
  await tab(1).waitFor()
  await admin.page.getByRole('button', { name: 'Decline Wanda Wax' }).waitFor({ state: 'detached' })

  await dino.page.goto('/live')
  await dino.page.getByRole('button', { name: 'Withdraw' }).waitFor()
  await admin.page.getByRole('button', { name: 'Decline Dino Dill' }).click()
  await admin.page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click()
  await admin.page.getByText('No pending requests').waitFor()
  // Dino's page does not know it yet.
  await dino.page.getByRole('button', { name: 'Withdraw' }).click()
  await dino.page.getByRole('button', { name: 'Ask to join Closed Hall' }).click()
  const dialog = dino.page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Ask to join' }).click()
  expect(await dialog.getByRole('alert').textContent()).toMatch(/Try again in 24 hours\.$/)

  // A dialog stays open, with the reason, if somebody else was faster; and a domain may close while a person looks at it.
  await dino.page.keyboard.press('Escape')
  const late = await ask(orgId, 'Lea Late', 'lea@closed.example')
  await admin.page.getByRole('button', { name: 'Decline Lea Late' }).click()
  await withdrawAll(late)
  await admin.page.getByText('No pending requests').waitFor()
  const decline = admin.page.getByRole('dialog')
  await decline.getByRole('button', { name: 'Decline' }).click()
  await decline.getByRole('alert').waitFor()
  await fixture.guildhall.run(owner, UpdateEmailDomainDocument, {
    input: { orgId, domain: 'closed.example', joinMode: 'OFF' },
  })
  await wanda.page.getByRole('button', { name: 'Ask to join Closed Hall' }).click()
  await wanda.page.getByRole('dialog').getByRole('button', { name: 'Ask to join' }).click()
  await wanda.page
    .getByText('People with an address at closed.example can no longer join Closed Hall.')
    .waitFor()
  for (const window of [admin, wanda, dino]) window.expectNoComplaints()
})

test('a request to an org that is not active can only be declined', async () => {
  const { owner, orgId, name } = await foundWithDomain('Idle Hall', 'idle.example', 'REQUEST')
  await ask(orgId, 'Ina Idle', 'ina@idle.example')
  await fixture.guildhall.run(fixture.guildhall.host, UpdateOrgDocument, {
    input: { orgId, status: 'DEPROVISIONING' },
  })
  const window = await fixture.window({ as: owner })
  const { page } = window
  await openOrg(window, orgId, name)
  await page.getByRole('tab', { name: /^Requests/ }).click()
  await page.getByRole('button', { name: 'Decline Ina Idle' }).waitFor()
  expect(await page.getByRole('button', { name: 'Approve Ina Idle' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Decline Ina Idle' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click()
  await page.getByText('No pending requests').waitFor()
  window.expectNoComplaints()
})

test('a person whom the domain lets in joins with one click, and is told if no seat is free', async () => {
  const known = await fixture.guildhall.signInAs('Kim Known', 'kim@open.example')
  await fixture.guildhall.run(known, WhoAmIDocument, {})
  const { orgId, name } = await foundWithDomain('Open Hall', 'open.example', 'AUTO')
  await setSeats(orgId, 1)
  const { page, expectNoComplaints } = await fixture.window({ as: known })
  await page.goto('/live')
  const waysIn = page.getByRole('region', { name: 'Organizations you can join' })
  await waysIn.getByText('You can join Open Hall because your address is at open.example.').waitFor()
  await waysIn.getByRole('button', { name: 'Join Open Hall' }).click()
  expect(await waysIn.getByRole('alert').textContent()).toMatch(/seat/)
  await setSeats(orgId, null)
  await waysIn.getByRole('button', { name: 'Join Open Hall' }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page.getByRole('row', { name: /Kim Known You/ }).waitFor()
  await waysIn.waitFor({ state: 'detached' })
  expectNoComplaints()
})

test('requests can be answered with the keyboard alone, and the focus stays in the list', async () => {
  const { owner, orgId, name } = await foundWithDomain('Key Hall', 'keys.example', 'REQUEST')
  await ask(orgId, 'Ann Ask', 'ann@keys.example')
  const window = await fixture.window({ as: owner })
  const { page } = window
  await openOrg(window, orgId, name)
  const focused = page.locator(':focus')
  const pressTo = async (key: string, text: RegExp) => {
    for (let presses = 0; presses < 15; presses++) {
      if (text.test((await focused.textContent()) ?? '')) return
      await page.keyboard.press(key)
    }
    throw new Error(`${text} is not reached by ${key}`)
  }
  await page.getByRole('tab', { name: /^Invites/ }).focus()
  await pressTo('ArrowRight', /^Requests/)
  await page.getByRole('button', { name: 'Approve Ann Ask' }).waitFor()
  await page.keyboard.press('Tab')
  await pressTo('Tab', /^Approve Ann/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await pressTo('Tab', /^Approve$/)
  await page.keyboard.press('Enter')
  await page.getByText('No pending requests').waitFor()
  await expect
    .poll(() => page.evaluate('document.activeElement.closest("[role=tabpanel]") !== null'))
    .toBe(true)
  await page.keyboard.press('Tab')
  expect(await focused.textContent()).toBe('Pending')
  window.expectNoComplaints()
})
