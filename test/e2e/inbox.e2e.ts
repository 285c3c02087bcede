import { expect, test } from 'vitest'
import { useFixture } from './support/fixture.js'
import { createOrg, invite } from './support/orgs.js'

const fixture = useFixture()

test('an invite in the inbox is declined after a question, and a failure is said beside its invite', async () => {
  const { guildhall } = fixture
  const owner = await guildhall.signInAs('Ines Owner', 'ines@inbox.example')
  const ivo = await guildhall.signInAs('Ivo', 'ivo@inbox.example')
  for (const name of ['Inbox One', 'Inbox Two'])
    await invite(guildhall, owner, await createOrg(guildhall, owner, name), 'ivo@inbox.example', ['ADMIN'])
  const window = await fixture.window({ as: ivo, expects: /ERR_FAILED/ })
  const { page } = window
  await page.goto('/live')
  const inbox = page.getByRole('region', { name: 'Your invites' })
  const one = inbox.getByRole('listitem').filter({ hasText: 'Inbox One' })
  await one.getByText(/Ines Owner invited you to join Inbox One as an admin/).waitFor()
  expect(await inbox.getByRole('listitem').count()).toBe(2)

  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('acceptOrgInvite') ? route.abort() : route.fallback(),
  )
  const accept = one.getByRole('button', { name: 'Accept the invite to Inbox One' })
  await accept.press('Enter')
  await one.getByRole('alert').getByText('Can’t connect to the server.').waitFor()
  expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Accept the invite to Inbox One')
  await window.expectAccessible()
  await page.unroute('**/graphql')

  await one.getByRole('button', { name: 'Decline the invite to Inbox One' }).press('Enter')
  const question = page.getByRole('dialog', { name: 'Decline the invite to Inbox One?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await one.getByRole('button', { name: 'Decline the invite to Inbox One' }).press('Enter')
  await question.getByRole('button', { name: 'Decline' }).click()
  await one.waitFor({ state: 'detached' })
  await page.getByRole('status').getByText('You declined the invite to Inbox One').waitFor()

  await inbox.getByRole('button', { name: 'Accept the invite to Inbox Two' }).press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Inbox Two' }).waitFor()
  await page.getByRole('status').getByText('You’ve joined Inbox Two').waitFor()
  // Nothing of an empty inbox stays.
  expect(await inbox.count()).toBe(0)
  window.expectNoComplaints()
})
