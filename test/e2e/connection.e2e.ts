import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  ChangeRolesDocument,
  InviteSomeoneDocument,
  WhoAmIDocument,
} from '../../operations/generated/graphql.js'
import { useFixture } from './support/fixture.js'
import type { Person } from './support/guildhall.js'

const fixture = useFixture()

async function acmeOf(person: Person) {
  const { viewer, orgs } = await fixture.guildhall.run(person, WhoAmIDocument, {})
  const acme = orgs.nodes.find((org) => org.name === 'Acme')
  if (!viewer || !acme) throw new Error(`${person.name} is not in Acme`)
  return { orgId: acme.id, userId: viewer.id }
}

async function invite(by: Person, ...emails: string[]) {
  const { orgId } = await acmeOf(by)
  for (const email of emails) {
    const { createOrgInvite } = await fixture.guildhall.run(by, InviteSomeoneDocument, {
      input: { orgId, invitee: { email }, sendEmail: false },
    })
    expect(createOrgInvite.__typename).toBe('CreateOrgInvitePayload')
  }
}

const entriesOf = (page: Page) => page.getByRole('region', { name: 'Events' })

/** Returns the sequence numbers in the event log, newest first. A mail has its number in the entry of its invite. */
async function numbers(entries: Locator) {
  return (await entries.locator('.event-seq').allTextContents()).map(Number).toSorted((a, b) => b - a)
}

function expectDense(shown: number[]) {
  expect(shown.length).toBeGreaterThan(3)
  expect(shown).toEqual(shown.map((_, index) => (shown[0] ?? 0) - index))
}

test('events that were missed during a lost connection are replayed, marked, and without a gap', async () => {
  // New addresses at each retry, because only one invite to an address may be pending.
  const own = crypto.randomUUID()
  const ada = await fixture.guildhall.person('Ada')
  const ben = await fixture.window({ as: await fixture.guildhall.person('Ben'), isDemo: true })
  const entries = entriesOf(ben.page)
  await ben.page.goto('/live')
  await ben.page.getByText('Live', { exact: true }).waitFor()
  // The last events of the seed, a mail and an expiry, must not count as missed.
  const fred = entries.getByRole('listitem').filter({ hasText: 'fred@hooli.example' })
  await fred.getByText('E-mail sent', { exact: true }).waitFor()
  await entries.getByText('The invite to eve@initech.example expired').waitFor()
  const before = await numbers(entries)
  expectDense(before)

  await ben.page.getByRole('button', { name: 'Cut the connection' }).click()
  await ben.page.getByText(/Cut off for \d+ s/).waitFor()
  await invite(ada, `m1.${own}@missed.example`, `m2.${own}@missed.example`, `m3.${own}@missed.example`)
  await ben.page.getByText(/Cut off for [2-9] s/).waitFor()
  expect(await numbers(entries)).toEqual(before)

  await ben.page.getByRole('button', { name: 'Reconnect' }).click()
  await ben.page.getByRole('banner').getByText('Live, 3 missed events replayed').waitFor()
  await entries.getByText('3 entries while you were offline').waitFor()
  const after = await numbers(entries)
  expectDense(after)
  expect(after[0]).toBe((before[0] ?? 0) + 3)

  // New events are live again.
  await invite(ada, `m4.${own}@missed.example`)
  await entries.getByText(`Ada Lovelace invited m4.${own}@missed.example`).waitFor()
  expectDense(await numbers(entries))
  await ben.expectAccessible()
  await ben.shoot('replayed')
  ben.expectNoComplaints()
})

test('a viewer who loses the right to watch is told so, and still sees what they may see', async () => {
  const ada = await fixture.guildhall.person('Ada')
  const benPerson = await fixture.guildhall.person('Ben')
  const ben = await fixture.window({ as: benPerson })
  await ben.page.goto('/live')
  await ben.page.getByText('Live', { exact: true }).waitFor()
  const { orgId, userId } = await acmeOf(benPerson)

  const { updateOrgUserRoles } = await fixture.guildhall.run(ada, ChangeRolesDocument, {
    input: { orgId, userId, remove: ['ADMIN'] },
  })
  expect(updateOrgUserRoles.__typename).toBe('UpdateOrgUserRolesPayload')
  await ben.page.getByText(/Your role changed, so live updates have stopped/).waitFor()
  await ben.page.getByRole('row', { name: /Ben Okafor You/ }).waitFor()
  expect(await entriesOf(ben.page).count()).toBe(0)
  expect(await ben.page.getByRole('button', { name: 'Invite people' }).first().count()).toBe(0)
  await ben.expectAccessible()
  ben.expectNoComplaints()

  // Once the right is back, the page subscribes again at its next read.
  await fixture.guildhall.run(ada, ChangeRolesDocument, { input: { orgId, userId, add: ['ADMIN'] } })
  await ben.page.getByRole('button', { name: 'Reconnect' }).click()
  await ben.page.getByText('Live', { exact: true }).waitFor()
  expectDense(await numbers(entriesOf(ben.page)))
})

test('the page reconnects to a server that was killed and restarted, and shows what it missed', async () => {
  const ada = await fixture.guildhall.person('Ada')
  const ben = await fixture.window({ as: await fixture.guildhall.person('Ben'), expects: /ERR_|WebSocket/ })
  const entries = entriesOf(ben.page)
  await ben.page.goto('/live')
  await ben.page.getByText('Live', { exact: true }).waitFor()

  await fixture.guildhall.kill()
  await ben.page.getByRole('banner').getByText('Reconnecting').waitFor()
  await fixture.guildhall.start()
  await invite(ada, 'after@death.example')
  await entries.getByText('Ada Lovelace invited after@death.example').waitFor()
  await ben.page.getByRole('banner').getByText(/^Live/).waitFor()
  expectDense(await numbers(entries))
  ben.expectNoComplaints()
})

test('a sign-in that the server refuses leads to the sign-in page, with a message', async () => {
  const window = await fixture.window({
    as: { name: 'Nobody', token: 'not.a.token' },
    expects: /401/,
  })
  await window.page.goto('/live')
  await window.page.getByText('Your session has expired').waitFor()
  await window.page.getByRole('heading', { name: 'Sign in to Guildhall' }).waitFor()
  window.expectNoComplaints()
})
