import { describe, expect, test } from 'vitest'
import {
  AcceptInviteDocument,
  BindEmailDomainDocument,
  CreateInviteLinkDocument,
  CreateWebhookDocument,
  InviteSomeoneDocument,
  RequestToJoinDocument,
} from '../../operations/generated/graphql.js'
import { busyOrg } from './support/busyOrg.js'
import { useFixture } from './support/fixture.js'
import type { Guildhall, Person } from './support/guildhall.js'

let ada: Person
let orgId: string
let link: string
let joinLink: string

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
  const made = await guildhall.run(ada, CreateInviteLinkDocument, { input: { orgId, maxUses: 40 } })
  if (made.createOrgInviteLink.__typename !== 'CreateOrgInviteLinkPayload')
    throw new Error(JSON.stringify(made))
  joinLink = new URL(made.createOrgInviteLink.url ?? '').pathname
  // Nobody listens there, so it fails.
  const hook = { orgId, url: 'http://127.0.0.1:9/hook', eventTypes: ['org_join_request.requested'] }
  await guildhall.run(ada, CreateWebhookDocument, { input: hook })
  await receiveRequests(guildhall)
})

/** Binds a domain by somebody who has an address in it. Then two people ask to join. */
async function receiveRequests(guildhall: Guildhall): Promise<void> {
  const iris = await guildhall.signInAs('Iris Amani', 'iris@instruments.example')
  const { createOrgInvite } = await guildhall.run(ada, InviteSomeoneDocument, {
    input: { orgId, invitee: { email: 'iris@instruments.example' }, roles: ['OWNER'], sendEmail: false },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  const orgInviteId = createOrgInvite.orgInvite.id
  await guildhall.run(iris, AcceptInviteDocument, { input: { invite: { orgInviteId } } })
  const input = { orgId, domain: 'instruments.example', joinMode: 'REQUEST' } as const
  await guildhall.run(iris, BindEmailDomainDocument, { input })
  for (const [name, message] of [
    ['Bruno Okoro', 'I tune the harpsichords in the east wing.\nCould I see the calendar?'],
    ['Linnea Strand', undefined],
  ] as const) {
    const person = await guildhall.signInAs(name, `${name.split(' ')[0]}@instruments.example`)
    const asked = await guildhall.run(person, RequestToJoinDocument, {
      input: { orgId, ...(message ? { message } : {}) },
    })
    if (asked.requestToJoinOrg.__typename !== 'RequestToJoinOrgPayload')
      throw new Error(JSON.stringify(asked))
  }
}

const desk = { viewport: { width: 1280, height: 800 } } as const
const light = { colorScheme: 'light' } as const
const dark = { colorScheme: 'dark' } as const
const phone = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const

describe.each([
  ['light', { ...light, ...desk }],
  ['dark', { ...dark, ...desk }],
  ['phone', { ...light, ...phone }],
  ['phone-dark', { ...dark, ...phone }],
  ['still', { ...light, ...desk, reducedMotion: 'reduce' }],
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
    await window.expectToFit()

    for (const tab of ['Members', 'Requests', 'Invites']) {
      await page.getByRole('tab', { name: tab }).click()
      await page.getByRole('tabpanel').locator('.rows, .cards, .empty').first().waitFor()
      await window.expectAccessible()
      await window.expectToFit()
      if (tab === 'Requests') await window.shoot(`requests-${name}`, { fullPage: name.startsWith('phone') })
    }
    await page.getByRole('button', { name: 'Invite people' }).first().click()
    await page.getByRole('dialog').waitFor()
    await window.expectAccessible()
    await window.shoot(`invite-dialog-${name}`)
    await page.keyboard.press('Escape')

    await page.getByRole('link', { name: 'Settings' }).click()
    const sections = page.getByRole('navigation', { name: 'Settings' }).getByRole('link')
    await sections.first().waitFor()
    for (const section of await sections.all()) {
      await section.click()
      await page
        .locator('.settings-section :is(.cards, .rows, .empty, form), .settings-part')
        .first()
        .waitFor()
      await window.expectAccessible()
      await window.expectToFit()
    }
    await sections.first().click()
    await window.shoot(`settings-${name}`, { fullPage: name.startsWith('phone') })
    window.expectNoComplaints()
  })

  test('the sign-in page and the pages of links fit the window and are accessible', async () => {
    const window = await fixture.window(options)
    await window.page.goto('/live')
    await window.page.getByRole('button', { name: 'Ada Lovelace' }).waitFor()
    await window.expectAccessible()
    await window.shoot(`door-${name}`)
    for (const [page, path] of [
      ['invite', link],
      ['join', joinLink],
    ] as const) {
      await window.page.goto(path)
      await window.page.getByRole('heading', { level: 1, name: 'Guild of Instrument Makers' }).waitFor()
      await window.page.getByRole('button', { name: 'Ada Lovelace' }).waitFor()
      await window.expectAccessible()
      await window.shoot(`${page}-${name}`, { fullPage: true })
      await window.expectToFit()
    }
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
  expect(await focused().textContent()).toContain('Skip to')
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
  expect(await focused().textContent()).toMatch(/^Members/)
  expect(await focused().getAttribute('aria-selected')).toBe('true')
  await page.getByRole('region', { name: 'Events' }).focus()
  await page.keyboard.press('End')
  await expect
    .poll(() => page.evaluate<number>("document.querySelector('.event-log-scroll').scrollTop"))
    .toBeGreaterThan(0)
  window.expectNoComplaints()
})
