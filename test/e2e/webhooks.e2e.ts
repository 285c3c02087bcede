import { expect, onTestFinished, test } from 'vitest'
import {
  AcceptInviteDocument,
  CreateApiTokenDocument,
  CreateOrgDocument,
  CreateWebhookDocument,
  DeleteWebhookDocument,
  InviteSomeoneDocument,
  UpdateWebhookDocument,
} from '../../operations/generated/graphql.js'
import { type Endpoint, startEndpoint } from '../support/endpoint.js'
import { useFixture } from './support/fixture.js'
import type { Person } from './support/guildhall.js'
import type { Window } from './support/windows.js'

const fixture = useFixture()

async function openEndpoint(): Promise<Endpoint> {
  const endpoint = await startEndpoint()
  onTestFinished(() => endpoint.close())
  return endpoint
}

async function found(owner: Person, name: string): Promise<string> {
  const { createOrg } = await fixture.guildhall.run(owner, CreateOrgDocument, { input: { name } })
  if (createOrg.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(createOrg))
  return createOrg.org.id
}

async function invite(owner: Person, orgId: string, email: string): Promise<string> {
  const input = { orgId, invitee: { email }, roles: ['USER' as const] }
  const { createOrgInvite } = await fixture.guildhall.run(owner, InviteSomeoneDocument, { input })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  return createOrgInvite.orgInvite.id
}

async function makeWebhook(owner: Person, orgId: string, url: string, eventTypes: string[] = []) {
  const input = { orgId, url, eventTypes }
  const { createWebhook } = await fixture.guildhall.run(owner, CreateWebhookDocument, { input })
  if (createWebhook.__typename !== 'CreateWebhookPayload') throw new Error(JSON.stringify(createWebhook))
  return createWebhook.webhook.id
}

async function openWebhooks({ page }: Window, orgId: string, name: string): Promise<void> {
  await page.goto(`/live?org=${orgId}&settings=webhooks`)
  await page.getByRole('link', { name }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'New webhook' }).waitFor()
}

/** The history, in a second tab of the same person. */
async function eventsOf({ page }: Window, orgId: string) {
  const other = await page.context().newPage()
  await other.goto(`/live?org=${orgId}`)
  return other.getByRole('region', { name: 'Events' })
}

const cardOf = ({ page }: Window, url: string) => page.getByRole('listitem').filter({ hasText: url })

const darkPhone = {
  viewport: { width: 360, height: 740 },
  isMobile: true,
  hasTouch: true,
  colorScheme: 'dark',
} as const

test('an owner adds a webhook, tries it, sees what it delivers, sends it again, and deletes it', async () => {
  const endpoint = await openEndpoint()
  const owner = await fixture.guildhall.signInAs('Hanna Hook', 'hanna@hooks.example')
  const orgId = await found(owner, 'Hook Hall')
  const window = await fixture.window({ as: owner })
  const { page } = window
  await openWebhooks(window, orgId, 'Hook Hall')
  await page.getByText('No webhooks yet').waitFor()
  await window.expectAccessible()
  const dialog = page.getByRole('dialog')
  const events = await eventsOf(window, orgId)

  // What is refused is said at the field.
  await page.getByRole('button', { name: 'New webhook' }).click()
  const make = dialog.getByRole('button', { name: 'Create webhook' })
  expect(await make.isDisabled()).toBe(true)
  await dialog.getByLabel('URL').fill('not an address')
  await make.click()
  await dialog.getByText('Enter a public address such as https://example.com/webhooks.').waitFor()
  await dialog.getByLabel('URL').fill('https://10.0.0.1/hook')
  await make.click()
  await dialog.getByText('Enter a public address such as https://example.com/webhooks.').waitFor()
  await dialog.getByLabel('URL').fill(endpoint.url)
  await dialog.getByLabel('Events').selectOption('Selected events')
  expect(await make.isDisabled()).toBe(true)
  await dialog.getByLabel('Invite created').check()
  await dialog.getByLabel('Organization renamed').check()
  await window.expectAccessible()
  await window.shoot('webhook-new')
  await make.click()

  // The secret is shown once.
  const secret = dialog.getByText(/^whsec_/)
  await secret.waitFor()
  await window.expectAccessible()
  await dialog.getByRole('button', { name: /copied it/ }).click()
  await secret.waitFor({ state: 'detached' })
  await cardOf(window, endpoint.url).waitFor()
  await page.getByText('On', { exact: true }).waitFor()
  await events.getByText(/^Webhook to 127\.0\.0\.1:\d+ was created by Hanna Hook$/).waitFor()

  await page.getByRole('button', { name: `Send test ${endpoint.url}` }).click()
  await page.getByText(/^A test was sent to/).waitFor()
  await endpoint.waitFor(() => endpoint.types().includes('ping'))

  // An event comes, and its delivery is shown without a click.
  await page.getByRole('button', { name: `Deliveries ${endpoint.url}` }).click()
  const deliveries = page.getByRole('region', { name: `Deliveries to ${endpoint.url}` })
  await deliveries.getByText('No deliveries yet').waitFor()
  await invite(owner, orgId, 'ines@hooks.example')
  const row = deliveries.getByRole('row', { name: /Invite created/ })
  await row.getByText('Delivered').waitFor()
  await row.getByText('tried once').waitFor()
  await window.expectAccessible()
  await window.shoot('webhook-deliveries')

  // Again, with the same id.
  const ofInvites = () => endpoint.received.filter(({ message }) => message.type === 'org_invite.created')
  await row.getByRole('button', { name: 'Send again' }).click()
  await deliveries.getByText(/^Event \d+ was sent again\./).waitFor()
  await endpoint.waitFor(() => ofInvites().length === 2)
  expect(new Set(ofInvites().map(({ id }) => id)).size).toBe(1)
  await row.getByText('tried 2 times').waitFor()
  window.expectNoComplaints()
})

test('an owner pauses a webhook, gives it a new secret, changes and deletes it', async () => {
  const endpoint = await openEndpoint()
  const owner = await fixture.guildhall.signInAs('Hugo Hook', 'hugo@pauses.example')
  const orgId = await found(owner, 'Pause Hall')
  await makeWebhook(owner, orgId, endpoint.url, ['org_invite.created'])
  const window = await fixture.window({ as: owner })
  const { page } = window
  await openWebhooks(window, orgId, 'Pause Hall')
  const dialog = page.getByRole('dialog')
  const secret = dialog.getByText(/^whsec_/)
  const events = await eventsOf(window, orgId)
  await page.getByRole('button', { name: 'Deliveries' }).click()
  const deliveries = page.getByRole('region', { name: /^Deliveries to/ })

  // Paused, nothing is sent. On again, it goes on.
  await page.getByRole('button', { name: `Pause ${endpoint.url}` }).click()
  await page.getByText('Paused', { exact: true }).waitFor()
  await page.getByText('When you turn it on again, it continues where it stopped.').waitFor()
  expect(await page.getByRole('button', { name: /^Send (test|again)/ }).count()).toBe(0)
  await window.expectAccessible()
  await invite(owner, orgId, 'ian@pauses.example')
  await events.getByText('Hugo Hook invited ian@pauses.example as a user').waitFor()
  expect(endpoint.received).toEqual([])
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByText('On', { exact: true }).waitFor()
  await deliveries.getByRole('row', { name: /Invite created.*Delivered.*204/ }).waitFor()
  expect(endpoint.types()).toEqual(['org_invite.created'])

  // A new secret is asked for first, and shown once.
  await page.getByRole('button', { name: /^New secret/ }).click()
  await dialog.getByText('The old secret works for one more day.').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: /^New secret/ }).click()
  await dialog.getByRole('button', { name: 'New secret' }).click()
  await secret.waitFor()
  await window.expectAccessible()
  await dialog.getByRole('button', { name: /copied it/ }).click()
  await secret.waitFor({ state: 'detached' })
  await expect.poll(() => page.locator(':focus').textContent()).toMatch(/^New secret/)

  // It is changed: all events.
  await page.getByRole('button', { name: `Edit ${endpoint.url}` }).click()
  expect(await dialog.getByLabel('Invite created').isChecked()).toBe(true)
  await dialog.getByLabel('Events').selectOption('All events, including new types')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('All events, including new types', { exact: true }).waitFor()
  // One event each for pausing it, turning it on, the new secret and the other events.
  await expect
    .poll(() => events.getByText(/^Webhook to .* was changed by Hugo Hook$/).count(), { timeout: 20_000 })
    .toBe(4)

  await page.getByRole('button', { name: `Delete ${endpoint.url}` }).click()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: `Delete ${endpoint.url}` }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No webhooks yet').waitFor()
  await events.getByText(/^Webhook to .* was deleted by Hugo Hook$/).waitFor()
  // The button that had the focus is gone: the keyboard goes on in the section.
  await expect
    .poll(() => page.evaluate("document.activeElement.closest('.settings-section') !== null"))
    .toBe(true)
  window.expectNoComplaints()
})

test('it says that a webhook fails and why, and why the server switched it off, on a phone in the dark', async () => {
  const endpoint = await openEndpoint()
  endpoint.reply(() => ({ status: 503, headers: { 'retry-after': '600' } }))
  const owner = await fixture.guildhall.signInAs('Fay Fail', 'fay@failing.example')
  const orgId = await found(owner, 'Failing Hall')
  const url = `${endpoint.url}/${'a-long-path/'.repeat(12)}`
  await makeWebhook(owner, orgId, url, ['org_invite.created', 'org.email_domain_join_mode_changed'])
  const window = await fixture.window({ as: owner, ...darkPhone })
  const { page } = window
  await openWebhooks(window, orgId, 'Failing Hall')
  await page.getByText('On', { exact: true }).waitFor()

  await invite(owner, orgId, 'frank@failing.example')
  await page.getByText('On, but failing').waitFor()
  await page
    .getByText(
      /^The endpoint answered with the status 503\. Later events wait until event \d+ is delivered\.$/,
    )
    .waitFor()
  await page.getByRole('button', { name: 'Deliveries' }).click()
  const row = page.getByRole('row', { name: /Invite created/ })
  await row.getByText('Pending').waitFor()
  await row.getByText('The endpoint answered with the status 503.').waitFor()
  await row.getByText('tried once').waitFor()
  await row.getByText(/^next .*10/).waitFor()
  await window.expectToFit()
  await window.expectAccessible()
  await window.shoot('webhook-failing-phone', { fullPage: true })

  // It is tried at once, and gone for good.
  endpoint.reply(() => ({ status: 410 }))
  await row.getByRole('button', { name: 'Send again' }).click()
  await page.getByText('Turned off after errors').waitFor()
  await page.getByText('The endpoint answered with the status 410: it is gone for good.').first().waitFor()
  await row.getByText('Failed').waitFor()
  await window.expectToFit()
  await window.expectAccessible()
  await window.shoot('webhook-switched-off-phone', { fullPage: true })

  endpoint.reply(() => undefined)
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByText('On', { exact: true }).waitFor()
  await row.getByText('Delivered').waitFor()
  await page.getByRole('button', { name: /^Edit/ }).click()
  await page.getByRole('dialog').waitFor()
  await window.expectToFit()
  await window.expectAccessible()
  await window.shoot('webhook-change-phone')
  window.expectNoComplaints()
})

test('deliveries come in pages, can be filtered, and what another window changes is seen', async () => {
  const endpoint = await openEndpoint()
  const owner = await fixture.guildhall.signInAs('Paul Pages', 'paul@pages.example')
  const orgId = await found(owner, 'Page Hall')
  const webhookId = await makeWebhook(owner, orgId, endpoint.url, ['org_invite.created'])
  for (let made = 0; made < 23; made++) await invite(owner, orgId, `p${made}@pages.example`)
  await endpoint.waitFor(() => endpoint.seqs().length === 23)
  const window = await fixture.window({ as: owner, expects: /ERR_FAILED/ })
  const { page } = window
  await openWebhooks(window, orgId, 'Page Hall')
  await page.getByRole('button', { name: 'Deliveries' }).click()
  const rows = page.getByRole('row', { name: /Invite created/ })
  for (const count of [10, 20, 23]) {
    await expect.poll(() => rows.count()).toBe(count)
    if (count < 23) await page.getByRole('button', { name: 'Older deliveries' }).click()
  }
  expect(await page.getByRole('button', { name: 'Older deliveries' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Failed' }).click()
  await page.getByText('No deliveries found').waitFor()
  await page.getByRole('button', { name: 'Failed' }).click()
  await expect.poll(() => rows.count()).toBe(23)

  // A change from elsewhere is seen, and what is gone is refused in words.
  const change = (enabled: boolean) =>
    fixture.guildhall.run(owner, UpdateWebhookDocument, { input: { webhookId, enabled } })
  await change(false)
  await page.getByText('Paused', { exact: true }).waitFor()
  await change(true)
  await page.getByText('On', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^New secret/ }).click()
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('rotateWebhookSecret') ? route.abort() : route.fallback(),
  )
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'New secret' }).click()
  expect(await dialog.getByRole('alert').textContent()).toMatch(/^Can’t connect to the server\./)
  await page.keyboard.press('Escape')
  await fixture.guildhall.run(owner, DeleteWebhookDocument, { input: { webhookId } })
  await page.getByText('No webhooks yet').waitFor()
  await makeWebhook(owner, orgId, endpoint.url)
  await cardOf(window, endpoint.url).waitFor()
  const asked = page.waitForRequest((request) => /query OrgWebhooks/.test(request.postData() ?? ''))
  await page.getByRole('button', { name: 'Refresh' }).click()
  await asked
  window.expectNoComplaints()
})

test('webhooks can be managed with the keyboard alone', async () => {
  const endpoint = await openEndpoint()
  const owner = await fixture.guildhall.signInAs('Kay Keys', 'kay@hookkeys.example')
  const orgId = await found(owner, 'Key Hooks')
  const window = await fixture.window({ as: owner })
  const { page } = window
  await openWebhooks(window, orgId, 'Key Hooks')
  const focused = page.locator(':focus')
  const pressTo = async (key: string, text: RegExp) => {
    for (let presses = 0; presses < 20; presses++) {
      if (text.test((await focused.textContent()) ?? '')) return
      await page.keyboard.press(key)
    }
    throw new Error(`${text} is not reached by ${key}`)
  }
  await page.getByRole('link', { name: 'E-mail domains' }).focus()
  await pressTo('Tab', /^Webhooks$/)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'New webhook' }).waitFor()
  await pressTo('Tab', /^New webhook$/)
  await page.keyboard.press('Enter')
  await page.getByLabel('URL').focus()
  await page.keyboard.type(endpoint.url)
  await page.keyboard.press('Enter')
  await page
    .getByRole('dialog')
    .getByText(/^whsec_/)
    .waitFor()
  await pressTo('Tab', /^I have copied it$/)
  await page.keyboard.press('Enter')
  await cardOf(window, endpoint.url).waitFor()
  await pressTo('Shift+Tab', /^Deliveries/)
  await page.keyboard.press('Enter')
  expect(await focused.getAttribute('aria-expanded')).toBe('true')
  await page.getByRole('region', { name: /^Deliveries to/ }).waitFor()
  window.expectNoComplaints()
})

test('a member who may not read webhooks is not offered them', async () => {
  const endpoint = await openEndpoint()
  const owner = await fixture.guildhall.signInAs('Olga Owner', 'olga@members.example')
  const orgId = await found(owner, 'Member Hall')
  await makeWebhook(owner, orgId, endpoint.url)
  const member = await fixture.guildhall.signInAs('Max Member', 'max@members.example')
  const orgInviteId = await invite(owner, orgId, 'max@members.example')
  await fixture.guildhall.run(member, AcceptInviteDocument, { input: { invite: { orgInviteId } } })
  const window = await fixture.window({ as: member })
  const asked: string[] = []
  window.page.on('request', (request) => asked.push(request.postData() ?? ''))
  await window.page.goto(`/live?org=${orgId}&settings=webhooks`)
  await window.page.getByRole('heading', { level: 2, name: 'General' }).waitFor()
  expect(await window.page.getByRole('link', { name: 'Webhooks' }).count()).toBe(0)
  expect(asked.filter((body) => /webhook/i.test(body))).toEqual([])
  window.expectNoComplaints()
})

test('who may read webhooks but not manage them sees them without actions', async () => {
  const endpoint = await openEndpoint()
  const owner = await fixture.guildhall.signInAs('Rita Reader', 'rita@readers.example')
  const orgId = await found(owner, 'Reader Hall')
  await makeWebhook(owner, orgId, endpoint.url)
  await invite(owner, orgId, 'rob@readers.example')
  const permissions = ['ORG_READ' as const, 'EVENT_READ' as const, 'WEBHOOK_READ' as const]
  const { createApiToken } = await fixture.guildhall.run(owner, CreateApiTokenDocument, {
    input: { orgId, name: 'Screen', permissions },
  })
  if (createApiToken.__typename !== 'CreateApiTokenPayload') throw new Error(JSON.stringify(createApiToken))
  const window = await fixture.window({
    as: { name: 'Screen', token: createApiToken.secret ?? '' },
  })
  const { page } = window
  await page.goto('/live')
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Webhooks' }).click()
  await page.getByRole('button', { name: `Deliveries ${endpoint.url}` }).click()
  await page.getByRole('row', { name: /Invite created/ }).waitFor()
  const buttons = await page.getByRole('region', { name: 'Webhooks' }).getByRole('button').allTextContents()
  expect(buttons).toEqual([`Deliveries ${endpoint.url}`, 'Pending', 'Delivered', 'Failed', 'Refresh'])
  window.expectNoComplaints()
})
