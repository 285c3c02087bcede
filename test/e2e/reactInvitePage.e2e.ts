import type { Page } from 'playwright-core'
import { beforeAll, expect, test, vi } from 'vitest'
import { InviteByOwnMailDocument, RevokeInviteDocument } from '../../operations/generated/graphql.js'
import type { Guildhall, Person } from './support/guildhall.js'
import { createOrg } from './support/orgs.js'
import { type ReactPageOptions, useReactApp } from './support/reactApp.js'
import { expectAccessible } from './support/windows.js'

const app = useReactApp()
let guildhall: Guildhall
let ada: Person

beforeAll(async () => {
  guildhall = app.guildhall
  ada = await guildhall.signInAs('Ada Lovelace', 'ada@example.com')
})

/** Invites an address to a new org. Returns the invite's id and the token of its link. */
async function invite(orgName: string, email: string): Promise<{ orgInviteId: string; token: string }> {
  const orgId = await createOrg(guildhall, ada, orgName)
  const { createOrgInvite } = await guildhall.run(ada, InviteByOwnMailDocument, {
    input: { orgId, invitee: { email }, message: 'Come in!', sendEmail: false },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  const { orgInvite, acceptUrl } = createOrgInvite
  return { orgInviteId: orgInvite.id, token: acceptUrl?.split('/').at(-1) ?? '' }
}

/** Opens the page of a link, as somebody who is signed in or as a visitor. */
const open = (
  person: Person | null,
  query: Readonly<Record<string, string>>,
  options?: ReactPageOptions,
): Promise<Page> => app.open('invitePage', person, query, options)

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

const expectFocus = (control: ReturnType<typeof button>) =>
  vi.waitFor(async () => expect(await control.and(control.page().locator(':focus')).count()).toBe(1), 5_000)

test.each(['19', '18', 'preact'] as const)(
  'an app puts its own sign-in, question and way on into the page of an invite (React %s)',
  async (version) => {
    const org = `Slots ${version}`
    const email = `grace.${version}@slots.example`
    const { token } = await invite(org, email)
    const grace = await guildhall.signInAs('Grace', email)
    const query = { invite: token, own: 'yes' }
    const page = await open(null, { ...query, account: grace.token }, { version })
    await heading(page, org).waitFor()
    const seen = await page.getByRole('main').textContent()
    for (const text of [
      'Ada Lovelace invites you to join',
      'Member',
      'Can see the organization and its members',
      'g•••@slots.example',
      'Come in!',
      'Sign in to answer',
    ])
      expect(seen).toContain(text)
    expect(await page.locator('time').count()).toBe(1)
    expect(await page.getByRole('button').allTextContents()).toEqual(['The app’s own sign-in'])
    await expectAccessible(page)

    // What had the focus goes away, and the heading takes it.
    await button(page, 'The app’s own sign-in').press('Enter')
    await page.getByText(`You are signed in as Grace (${email}).`).waitFor()
    await expectFocus(heading(page, org))
    await expectAccessible(page)
    await button(page, 'Decline').press('Enter')
    await page
      .getByRole('alertdialog', { name: `Not to ${org}?` })
      .getByText('No')
      .click()
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await button(page, 'Accept').press('Enter')
    await heading(page, `You have joined ${org}`).waitFor()
    await expectFocus(heading(page, `You have joined ${org}`))
    await page
      .getByRole('status')
      .filter({ hasText: `You are now a member of ${org}.` })
      .waitFor()
    await page.getByText('The app knows it.').waitFor()
    const way = await page.getByRole('link', { name: `Open ${org}` }).getAttribute('href')
    expect(way).toMatch(/^#\w{8}/)
    await expectAccessible(page)

    // The link still leads the same person to the org, and others to the app.
    const again = await open(grace, query, { version })
    await heading(again, `You are already a member of ${org}`).waitFor()
    expect(await again.getByRole('link', { name: `Open ${org}` }).getAttribute('href')).toBe(way)
    const visitor = await open(null, query, { version })
    await heading(visitor, 'This invite was accepted').waitFor()
    await visitor.getByRole('link', { name: 'To the app' }).waitFor()
    await expectAccessible(visitor)
  },
)

test.each(['19', 'preact'] as const)(
  'the keyboard alone declines an invite, after a question (React %s)',
  async (version) => {
    const org = `Declined ${version}`
    const email = `grace.${version}@declines.example`
    const { token } = await invite(org, email)
    const grace = await guildhall.signInAs('Grace', email)
    const page = await open(grace, { invite: token }, { version })
    const question = page.getByRole('group', { name: `Decline the invite to ${org}?` })
    await button(page, 'Decline').press('Enter')
    // Enter again would decline nothing.
    await expectFocus(question.getByRole('button', { name: 'Cancel' }))
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    await expectFocus(button(page, 'Decline'))
    await page.keyboard.press('Enter')
    // Preact moves the focus a moment after it has drawn the question.
    await expectFocus(question.getByRole('button', { name: 'Cancel' }))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await heading(page, 'Invite declined').waitFor()
    await expectFocus(heading(page, 'Invite declined'))
    await page
      .getByRole('status')
      .filter({ hasText: `You have declined the invite to ${org}.` })
      .waitFor()
    await page.reload()
    await heading(page, 'This invite was declined').waitFor()
    await page.getByText('ask Ada Lovelace to invite you again').waitFor()
    await expectAccessible(page)
  },
)

test('an invite for another address is said before the answer, and another account can be used', async () => {
  const { token } = await invite('Others', 'grace@others.example')
  const grace = await guildhall.signInAs('Grace', 'grace@others.example')
  const adas = await open(ada, { invite: token, own: 'yes', account: grace.token })
  const sentence = 'This invite is for g•••@others.example, but you are signed in as ada@example.com.'
  await adas.getByRole('alert').filter({ hasText: sentence }).waitFor()
  expect(await adas.getByRole('button').allTextContents()).toEqual(['Use another account'])
  await expectAccessible(adas)
  await button(adas, 'Use another account').press('Enter')
  await button(adas, 'Accept').waitFor()
  await expectFocus(heading(adas, 'Others'))
  expect(await adas.getByRole('alert').count()).toBe(0)

  // The masked addresses are the same: only the answer tells.
  const gina = await guildhall.signInAs('Gina', 'gina@others.example')
  const ginas = await open(gina, { invite: token })
  await button(ginas, 'Accept').press('Enter')
  await ginas.getByRole('alert').filter({ hasText: 'but you are signed in as gina@others.example' }).waitFor()
  expect(await ginas.getByRole('button').count()).toBe(0)
  await expectFocus(heading(ginas, 'Others'))

  await button(adas, 'Accept').click()
  await heading(adas, 'You have joined Others').waitFor()
})

test('an invite that was revoked meanwhile is loaded again when it is answered', async () => {
  const grace = await guildhall.signInAs('Grace', 'grace@revoked.example')
  const accepted = await invite('Revoked', 'grace@revoked.example')
  const declined = await invite('Revoked too', 'grace@revoked.example')
  const [toAccept, toDecline] = await Promise.all([
    open(grace, { invite: accepted.token }),
    open(grace, { invite: declined.token, own: 'yes' }),
  ])
  await Promise.all([button(toAccept, 'Accept').waitFor(), button(toDecline, 'Decline').click()])
  for (const { orgInviteId } of [accepted, declined])
    await guildhall.run(ada, RevokeInviteDocument, { input: { orgInviteId } })
  await button(toAccept, 'Accept').press('Enter')
  await button(toDecline, 'Yes').press('Enter')
  for (const page of [toAccept, toDecline]) {
    await heading(page, 'This invite was revoked').waitFor()
    await page.getByText('ask Ada Lovelace').waitFor()
    await expectFocus(heading(page, 'This invite was revoked'))
    expect(await page.getByRole('button').count()).toBe(0)
    await expectAccessible(page)
  }
})

test('a page that can’t be loaded says so, and is tried again', async () => {
  const { token } = await invite('Away', 'grace@away.example')
  const page = await open(null, {}, { expects: /ERR_FAILED/ })
  const url = new URL(page.url())
  url.searchParams.set('invite', token)
  await page.route('**/graphql', (route) => route.abort())
  await page.goto(url.href)
  await heading(page, 'The invite can’t be opened').waitFor()
  await page.getByRole('alert').filter({ hasText: 'The server can’t be reached.' }).waitFor()
  await expectAccessible(page)
  await page.unroute('**/graphql')
  await button(page, 'Try again').press('Enter')
  await heading(page, 'Away').waitFor()
  await expectFocus(heading(page, 'Away'))
})

test('a sign-in that has run out, and that of a program, leave the invite to be read', async () => {
  const { token } = await invite('Run out', 'grace@out.example')
  const page = await open({ name: '', token: 'garbage' }, { invite: token }, { expects: /401/ })
  await heading(page, 'Run out').waitFor()
  await button(page, 'Sign in').waitFor()
  const program = await open(guildhall.host, { invite: token, own: 'yes' })
  await program.getByRole('alert').filter({ hasText: 'A program can’t answer.' }).waitFor()
  await button(program, 'The app’s own sign-in').waitFor()
  await expectAccessible(program)
})

test('a viewer whose address is not known is told so', async () => {
  const { token } = await invite('No address', 'grace@none.example')
  const grace = await guildhall.signInAs('Grace', 'grace@none.example')
  const page = await open(null, {})
  const url = new URL(page.url())
  url.searchParams.set('invite', token)
  url.searchParams.set('token', grace.token)
  // The tokens of this server all have an address. Those of other providers may not.
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch()
    const answer = await response.json()
    if (answer.data?.viewer) Object.assign(answer.data.viewer, { email: null, emailVerified: false })
    await route.fulfill({ response, json: answer })
  })
  await page.goto(url.href)
  await page.getByText('Your sign-in does not tell your e-mail address').waitFor()
  await page.getByText('You are signed in as Grace.').waitFor()
  await expectAccessible(page)
})

test('a link that was cut, or that leads nowhere, says what may have happened', async () => {
  for (const token of ['', 'gi_unknown']) {
    const page = await open(null, { invite: token })
    await heading(page, 'This link is not valid').waitFor()
    await page.getByText('A later mail may have replaced it').waitFor()
    await expectAccessible(page)
  }
})

test.each([
  { name: 'light', query: { own: 'yes' }, options: { colorScheme: 'light' } },
  { name: 'dark', query: { words: 'de' }, options: { colorScheme: 'dark' } },
  {
    name: 'from right to left, on a phone',
    query: { dir: 'rtl' },
    options: { viewport: { width: 360, height: 740 } },
  },
] as const)('the page of an invite can be read: $name', async ({ name, query, options }) => {
  const org = `${'Donaudampfschifffahrt'.repeat(3)} ${name}`
  const email = `${'a'.repeat(50)}@${'b'.repeat(50)}.example`
  const { token } = await invite(org, email)
  const grace = await guildhall.signInAs('Grace', email)
  for (const person of [null, grace]) {
    const page = await open(person, { invite: token, ...query }, options)
    await heading(page, org).waitFor()
    await expectAccessible(page)
    if (name.startsWith('from'))
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    if (name === 'dark') {
      await page.getByText('Ada Lovelace lädt Sie ein zu').waitFor()
      expect(await page.getByRole('main').textContent()).not.toMatch(/\b(the|you|invite|sign)\b/i)
    }
  }
})

test('words with elements in them, times and classes are replaceable', async () => {
  const { token } = await invite('Own words', 'grace@words.example')
  const page = await open(null, { invite: token, words: 'own' })
  await page.locator('em').filter({ hasText: 'From Ada Lovelace' }).waitFor()
  await page
    .locator('b')
    .filter({ hasText: /^the year 20\d\d$/ })
    .waitFor()
  await page.locator('h1.my-title').waitFor()
  expect(await page.getByRole('main').textContent()).not.toContain('Can see the organization')
})
