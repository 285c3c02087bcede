import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import {
  CreateOrgDocument,
  InviteByOwnMailDocument,
  UpsertUserDocument,
} from '../../operations/generated/graphql.js'
import { freePort } from '../support/freePort.js'
import { type Guildhall, openGuildhall } from './support/guildhall.js'
import { CLIENT_ID, type OpenIdProvider, openOpenIdProvider, RESOURCE } from './support/openIdProvider.js'
import { openBrowser, openWindow, type Window } from './support/windows.js'

let provider: OpenIdProvider
let guildhall: Guildhall
let browser: Browser
let orgId: string

beforeAll(async () => {
  const [port, providerPort] = [await freePort(), await freePort()]
  provider = await openOpenIdProvider(providerPort)
  provider.allow(`http://localhost:${port}`)
  await provider.start()
  ;[guildhall, browser] = await Promise.all([
    openGuildhall({
      port,
      env: {
        NODE_ENV: 'production',
        APP_URL: `http://localhost:${port}`,
        AUTH_ISSUER: provider.issuer,
        AUTH_JWKS_URL: `${provider.issuer}/jwks`,
        AUTH_AUDIENCE: RESOURCE,
        OIDC_CLIENT_ID: CLIENT_ID,
        OIDC_RESOURCE: RESOURCE,
      },
    }),
    openBrowser(),
  ])
  orgId = await orgOf('ada@example.com', 'Acme')
})

beforeEach(() => {
  Object.assign(provider.options, { lifetimeS: 3_600, givesRefreshTokens: true, tellsEmail: true })
  provider.grants.length = 0
})

afterAll(async () => {
  await browser?.close()
  await guildhall?.stop()
  await provider?.stop()
})

/** Creates an org as the host application does, before anybody has signed in. */
async function orgOf(email: string, name: string): Promise<string> {
  const { upsertUser } = await guildhall.run(guildhall.host, UpsertUserDocument, {
    input: { subject: email, email, emailVerified: true },
  })
  if (upsertUser.__typename !== 'UpsertUserPayload') throw new Error(JSON.stringify(upsertUser))
  const { createOrg } = await guildhall.run(guildhall.host, CreateOrgDocument, {
    input: { name, ownerId: upsertUser.user.id },
  })
  if (createOrg.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(createOrg))
  return createOrg.org.id
}

/** Invites somebody. Returns the path of the link. */
async function invite(email: string): Promise<string> {
  const { createOrgInvite } = await guildhall.run(guildhall.host, InviteByOwnMailDocument, {
    input: { orgId, invitee: { email }, sendEmail: false },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  return new URL(createOrgInvite.acceptUrl ?? '').pathname
}

/** A browser of its own, so with no session at the provider. `expects`: problems besides the requests to the provider. */
async function openVisitor(expects = /^$/): Promise<Window> {
  const atProvider = `^(elsewhere|referrer sent): ${provider.issuer}`
  const window = await openWindow(browser, guildhall.url, {
    expects: new RegExp(`${atProvider}|${expects.source}`),
  })
  onTestFinished(() => window.page.context().close())
  return window
}

/** Fills in the form of the provider. */
async function signInAtProvider(page: Page, email: string): Promise<void> {
  await page.getByRole('heading', { name: 'The provider' }).waitFor()
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Continue' }).click()
}

async function signIn(page: Page, email: string, path = '/live'): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await signInAtProvider(page, email)
}

const account = (page: Page, email: string) =>
  page.getByRole('button', { name: `Account: ${email.slice(0, email.indexOf('@'))}` })

test('a person signs in, and comes back to the very place', async () => {
  const window = await openVisitor()
  await signIn(window.page, 'ada@example.com', `/live?org=${orgId}`)
  await window.page.getByRole('heading', { name: 'Acme' }).waitFor()
  expect(new URL(window.page.url()).search).toBe(`?org=${orgId}`)
  await account(window.page, 'ada@example.com').click()
  expect(await window.page.locator('.account-menu').textContent()).toContain('ada@example.com')
  await window.expectAccessible()
  window.expectNoComplaints()
})

test('a link to /auth/sign-in leads to the provider at once, and then to the dashboard', async () => {
  const window = await openVisitor()
  await window.page.goto('/auth/sign-in')
  await signInAtProvider(window.page, 'ada@example.com')
  await account(window.page, 'ada@example.com').waitFor()
  const { pathname, searchParams } = new URL(window.page.url())
  expect([pathname, searchParams.has('sign-in')]).toEqual(['/live', false])
  // Whoever is signed in stays so.
  await window.page.goto('/auth/sign-in')
  await account(window.page, 'ada@example.com').waitFor()
  window.expectNoComplaints()
})

test('no token is ever stored, and a reload signs in again without a question', async () => {
  const { page, expectNoComplaints } = await openVisitor()
  await signIn(page, 'ada@example.com')
  await account(page, 'ada@example.com').waitFor()
  const stored = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')
  expect(stored).not.toMatch(/eyJ|token|verifier/i)
  await page.reload()
  await account(page, 'ada@example.com').waitFor()
  expectNoComplaints()
})

test('an invitee signs in on the invite page, comes back to the invite, and accepts it', async () => {
  const link = await invite('ivy@example.com')
  const window = await openVisitor()
  await signIn(window.page, 'ivy@example.com', link)
  await window.page.getByText('You’re signed in as').waitFor()
  expect(new URL(window.page.url()).pathname).toBe(link)
  await window.expectAccessible()
  await window.page.getByRole('button', { name: 'Accept' }).click()
  await window.page.getByRole('heading', { name: 'You’ve joined Acme' }).waitFor()
  await window.page.goto(link)
  await window.page.getByRole('heading', { name: 'You’re already a member of Acme' }).waitFor()
  await window.page.getByRole('link', { name: 'Open Acme' }).click()
  await account(window.page, 'ivy@example.com').waitFor()
  window.expectNoComplaints()
})

test('the invite’s token never reaches the provider', async () => {
  const link = await invite('secret@example.com')
  const window = await openVisitor()
  const sent: string[] = []
  window.page.on('request', (request) => {
    if (request.url().startsWith(provider.issuer))
      sent.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? '')
  })
  await signIn(window.page, 'secret@example.com', link)
  await window.page.getByText('You’re signed in as').waitFor()
  expect(sent.length).toBeGreaterThan(0)
  expect(sent.join()).not.toContain(link.split('/').at(-1))
})

test('somebody with another address is told before they answer, and can use another account', async () => {
  const link = await invite('right@example.com')
  const { page, expectNoComplaints } = await openVisitor()
  await signIn(page, 'wrong@example.com', link)
  await page.getByText('but you’re signed in as wrong@example.com').waitFor()
  expect(await page.getByRole('button', { name: 'Accept' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Use another account' }).click()
  await signInAtProvider(page, 'right@example.com')
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('heading', { name: 'You’ve joined Acme' }).waitFor()
  expectNoComplaints()
})

test('an access token without an address is named as the cause', async () => {
  provider.options.tellsEmail = false
  const link = await invite('mute@example.com')
  const { page } = await openVisitor()
  await signIn(page, 'mute@example.com', link)
  await page.getByText('the sign-in service doesn’t pass the address on').waitFor()
})

test('a person who cancels at the provider is told so on the same page', async () => {
  const { page, expectNoComplaints } = await openVisitor()
  await page.goto(`/live?org=${orgId}`)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('The sign-in was canceled').waitFor()
  expect(new URL(page.url()).search).toBe(`?org=${orgId}`)
  expectNoComplaints()
})

test.each([
  ['by a refresh token', true],
  ['by the session at the provider', false],
])(
  'a sign-in of seconds is renewed %s while the page stays live',
  { timeout: 90_000 },
  async (_, refreshes) => {
    Object.assign(provider.options, { lifetimeS: 9, givesRefreshTokens: refreshes })
    const { page, expectNoComplaints } = await openVisitor()
    await signIn(page, 'ada@example.com')
    await page.getByRole('heading', { name: 'Acme' }).waitFor()
    const before = provider.grants.length
    // Longer than the token and the server's leeway.
    await page.waitForTimeout(24_000)
    expect(provider.grants.length).toBeGreaterThan(before + 1)
    expect(
      provider.grants
        .slice(before)
        .every((grant) => grant === (refreshes ? 'refresh_token' : 'authorization_code')),
    ).toBe(true)
    expect(await page.getByText('Your session has expired').count()).toBe(0)
    const email = `live-${refreshes}@example.com`
    await invite(email)
    await page.getByText(email).first().waitFor()
    expectNoComplaints()
  },
)

test('tabs share one sign-in, renew it once for all, and end it together', { timeout: 90_000 }, async () => {
  provider.options.lifetimeS = 9
  const { page, expectNoComplaints } = await openVisitor()
  const signedInAt = Date.now()
  await signIn(page, 'ada@example.com')
  await account(page, 'ada@example.com').waitFor()
  const other = await page.context().newPage()
  await other.goto('/live')
  await account(other, 'ada@example.com').waitFor()
  // The second tab has asked the first one, not the provider.
  expect(provider.grants).toEqual(['authorization_code'])
  await page.waitForTimeout(14_000)
  const renewals = () => provider.grants.filter((grant) => grant === 'refresh_token').length
  const first = renewals()
  expect(first).toBeGreaterThan(0)
  // One for all tabs: each would be at two thirds of the token's life.
  expect(first).toBeLessThanOrEqual(Math.ceil((Date.now() - signedInAt) / 6_000))
  // Not while another one is due: the provider refuses it after the sign-out, and the browser complains.
  await expect.poll(renewals, { timeout: 10_000 }).toBeGreaterThan(first)
  await account(page, 'ada@example.com').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Yes, sign me out' }).click()
  await page.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  await other.getByRole('heading', { name: /^Sign in to/ }).waitFor()
  // The session at the provider has ended too.
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'The provider' }).waitFor()
  expectNoComplaints()
})

/** Ends the person's session at the provider, and makes the token run out. */
async function runOut(page: Page): Promise<void> {
  await page.context().clearCookies()
  provider.options.lifetimeS = 3_600
  await page.getByText('Your session has expired').first().waitFor({ timeout: 30_000 })
}

test('a form stays as it is when the sign-in runs out, and is sent after signing in beside it', {
  timeout: 90_000,
}, async () => {
  Object.assign(provider.options, { lifetimeS: 12, givesRefreshTokens: false })
  const window = await openVisitor()
  const { page } = window
  await signIn(page, 'ada@example.com')
  await page.getByRole('button', { name: 'Invite people' }).first().click()
  const address = page.getByRole('dialog').getByLabel('E-mail address')
  await address.fill('half@example.com')
  await runOut(page)
  await window.expectAccessible()
  const [beside] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('dialog').getByRole('button', { name: 'Sign in again' }).click(),
  ])
  await signInAtProvider(beside, 'ada@example.com')
  await expect.poll(() => beside.isClosed(), { timeout: 15_000 }).toBe(true)
  expect(await address.inputValue()).toBe('half@example.com')
  await page.getByRole('dialog').getByRole('button', { name: 'Invite', exact: true }).click()
  await page.getByText('half@example.com').first().waitFor()
  window.expectNoComplaints()
})

test('without a form a banner says that the sign-in has run out, and the page goes on afterwards', {
  timeout: 90_000,
}, async () => {
  Object.assign(provider.options, { lifetimeS: 9, givesRefreshTokens: false })
  const window = await openVisitor()
  const { page } = window
  await signIn(page, 'ada@example.com')
  await page.getByRole('heading', { name: 'Acme' }).waitFor()
  await runOut(page)
  await window.expectAccessible()
  await window.shoot('signed-out-banner')
  await invite('meanwhile@example.com')
  // The next one must not run out before the page was looked at.
  provider.options.lifetimeS = 600
  const [beside] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('button', { name: 'Sign in again' }).click(),
  ])
  await signInAtProvider(beside, 'ada@example.com')
  await page.getByText('meanwhile@example.com').first().waitFor()
  await page.getByText('Your session has expired').waitFor({ state: 'hidden' })
  window.expectNoComplaints()
})

test('a provider that is down is named, and signing in works as soon as it is up', {
  timeout: 90_000,
}, async () => {
  const { page } = await openVisitor(/failed: http|console: Failed to load/)
  await page.goto('/live')
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await provider.stop()
  try {
    await page.waitForTimeout(2_500)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('The sign-in service can’t be reached').waitFor()
  } finally {
    await provider.start()
  }
  await page.waitForTimeout(1_500)
  await page.getByRole('button', { name: 'Try again' }).click()
  await signInAtProvider(page, 'ada@example.com')
  await account(page, 'ada@example.com').waitFor()
})

test('a page whose sign-in can’t be renewed says so, and goes on by itself when the provider is back', {
  timeout: 90_000,
}, async () => {
  provider.options.lifetimeS = 9
  const { page } = await openVisitor(/failed: http|console: Failed to load/)
  await signIn(page, 'ada@example.com')
  await page.getByRole('heading', { name: 'Acme' }).waitFor()
  await provider.stop()
  try {
    await page.getByText('The sign-in service can’t be reached').waitFor({ timeout: 30_000 })
  } finally {
    await provider.start()
  }
  await page.getByText('The sign-in service can’t be reached').waitFor({ state: 'detached', timeout: 30_000 })
  await invite('back@example.com')
  await page.getByText('back@example.com').first().waitFor()
})

test('a server that does not accept the provider’s tokens says so, and does not ask again and again', async () => {
  // Signed in at the provider, but for another API.
  const { page } = await openVisitor(/console: Failed to load/)
  await page.route('**/token', async (route) => {
    const response = await route.fetch()
    const body = await response.json()
    await route.fulfill({ response, json: { ...body, access_token: `${body.access_token}x` } })
  })
  await signIn(page, 'ada@example.com')
  await page.getByText('this server doesn’t accept your sign-in').waitFor()
  expect(provider.grants.length).toBe(1)
})

test('a token that was never valid is not said to have expired', async () => {
  const { page } = await openVisitor(/console: Failed to load/)
  await page.goto('/live')
  await page.getByText('With a token').click()
  await page.getByLabel('Token').fill('garbage')
  await page.getByRole('group').getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('This token isn’t valid').waitFor()
})

test('a server without a provider shows invitees no field for a token, and tells what the operator has to do', {
  timeout: 240_000,
}, async () => {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const bare = await openGuildhall({
    port,
    env: {
      NODE_ENV: 'production',
      APP_URL: url,
      AUTH_JWT_SECRET: 'a secret of these tests, 32 bytes or more',
    },
  })
  onTestFinished(() => bare.stop())
  const window = await openWindow(browser, url)
  onTestFinished(() => window.page.context().close())
  for (const path of ['/live', '/invites/gi_nothing', '/join/gl_nothing']) {
    await window.page.goto(path)
    await window.page.getByRole('heading', { level: 1 }).waitFor()
  }
  const { upsertUser } = await bare.run(bare.host, UpsertUserDocument, {
    input: { subject: 'ada', email: 'ada@example.com', emailVerified: true },
  })
  if (upsertUser.__typename !== 'UpsertUserPayload') throw new Error(JSON.stringify(upsertUser))
  const { createOrg } = await bare.run(bare.host, CreateOrgDocument, {
    input: { name: 'Acme', ownerId: upsertUser.user.id },
  })
  if (createOrg.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(createOrg))
  const { createOrgInvite } = await bare.run(bare.host, InviteByOwnMailDocument, {
    input: { orgId: createOrg.org.id, invitee: { email: 'ivy@example.com' }, sendEmail: false },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload') throw new Error('not invited')
  await window.page.goto(createOrgInvite.acceptUrl ?? '')
  await window.page.getByText('signing in isn’t set up on this server').waitFor()
  expect(await window.page.getByRole('textbox').count()).toBe(0)
  expect(await window.page.locator('input').count()).toBe(0)
  await window.page.getByText('For the people who run this service').click()
  await window.page.getByText('OIDC_CLIENT_ID').waitFor()
  await window.expectAccessible()
  window.expectNoComplaints()
})
