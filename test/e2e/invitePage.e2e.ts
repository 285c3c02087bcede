import { expect, test } from 'vitest'
import {
  InviteSomeoneDocument,
  ResendInviteDocument,
  RevokeInviteDocument,
  WhoAmIDocument,
} from '../../operations/generated/graphql.js'
import { firstVisitBytes } from './support/firstVisit.js'
import { useFixture } from './support/fixture.js'

const fixture = useFixture()

/** Invites somebody by mail. Returns the invite and the path of its link. */
async function invite(email: string, input: { expiresAt?: string } = {}) {
  const ada = await fixture.guildhall.person('Ada')
  const { orgs } = await fixture.guildhall.run(ada, WhoAmIDocument, {})
  const orgId = orgs.nodes[0]?.id ?? ''
  const { createOrgInvite } = await fixture.guildhall.run(ada, InviteSomeoneDocument, {
    input: { orgId, invitee: { email }, message: 'Come in.', ...input },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  return { ada, orgInviteId: createOrgInvite.orgInvite.id, link: await fixture.guildhall.inviteLink(email) }
}

/** What the page shows to a visitor who is not signed in. */
async function opened(link: string) {
  const window = await fixture.window()
  await window.page.goto(link)
  await window.page.getByRole('heading', { level: 1 }).waitFor()
  const said = await window.page.getByRole('main').textContent()
  await window.expectAccessible()
  window.expectNoComplaints()
  return said
}

test('an open invite shows who invites whom to what, and asks the invitee to sign in', async () => {
  const { link } = await invite('open@letters.example')
  const said = await opened(link)
  expect(said).toContain('Ada Lovelace invites you to')
  expect(said).toContain('Come in.')
  expect(said).toContain('o•••@letters.example')
  expect(said).not.toContain('open@letters.example')
  expect(said).toContain('Sign in to respond')
})

test('an invite that the invitee declines is over, and the page says so', async () => {
  const { link } = await invite('declined@letters.example')
  const window = await fixture.window({
    as: await fixture.guildhall.signInAs('Dee', 'declined@letters.example'),
  })
  await window.page.goto(link)
  await window.page.getByRole('button', { name: 'Decline' }).click()
  await window.page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click()
  await window.page.getByRole('heading', { name: 'Invite declined' }).waitFor()
  await window.page.reload()
  await window.page.getByRole('heading', { name: 'This invite was declined' }).waitFor()
  window.expectNoComplaints()
})

test('a revoked invite says that it was revoked', async () => {
  const { ada, orgInviteId, link } = await invite('revoked@letters.example')
  await fixture.guildhall.run(ada, RevokeInviteDocument, { input: { orgInviteId } })
  expect(await opened(link)).toContain('This invite was revoked')
})

test('an invite that is revoked while its page is open says so when the invitee answers', async () => {
  const { ada, orgInviteId, link } = await invite('slow@letters.example')
  const window = await fixture.window({
    as: await fixture.guildhall.signInAs('Slow', 'slow@letters.example'),
  })
  await window.page.goto(link)
  await window.page.getByRole('button', { name: 'Accept' }).waitFor()
  await fixture.guildhall.run(ada, RevokeInviteDocument, { input: { orgInviteId } })
  await window.page.getByRole('button', { name: 'Accept' }).click()
  await window.page.getByRole('heading', { name: 'This invite was revoked' }).waitFor()
  window.expectNoComplaints()
})

test('an expired invite says until when it was open', async () => {
  const { link } = await invite('late@letters.example', {
    expiresAt: new Date(Date.now() + 2_500).toISOString(),
  })
  await expect
    .poll(() => opened(link), { timeout: 20_000, interval: 500 })
    .toContain('This invite has expired')
})

test('whoever has an expired link can ask for a new one, which mails the person who invited them', async () => {
  const { link } = await invite('asks@letters.example', {
    expiresAt: new Date(Date.now() + 2_500).toISOString(),
  })
  await expect
    .poll(() => opened(link), { timeout: 20_000, interval: 500 })
    .toContain('This invite has expired')
  const window = await fixture.window()
  await window.page.goto(link)
  await window.page.getByRole('button', { name: 'Ask for a new link' }).press('Enter')
  await window.page.getByRole('status').getByText('A new link was requested').waitFor()
  await window.expectAccessible()
  await window.page.reload()
  await window.page.getByRole('status').getByText('A new link was requested').waitFor()
  expect(await window.page.getByRole('button', { name: 'Ask for a new link' }).count()).toBe(0)
  const asked = async () =>
    (await fixture.guildhall.mailsTo('ada@acme.example')).map(({ subject }) => subject)
  await expect
    .poll(asked, { timeout: 10_000 })
    .toContainEqual(expect.stringContaining('Request for a new invitation link'))
  window.expectNoComplaints()
})

test('a link that a newer mail replaced opens nothing, and the newer link works', async () => {
  const { ada, orgInviteId, link } = await invite('again@letters.example')
  await fixture.guildhall.run(ada, ResendInviteDocument, { input: { orgInviteId } })
  expect(await opened(link)).toContain('This link isn’t valid any more')
  await expect
    .poll(async () => (await fixture.guildhall.inviteLink('again@letters.example')) !== link, {
      timeout: 10_000,
    })
    .toBe(true)
  expect(await opened(await fixture.guildhall.inviteLink('again@letters.example'))).toContain(
    'Sign in to respond',
  )
})

test.each(['/invites/nonsense', '/invites/gi_%E0%A4%A', '/invites/%F0%9F%9A%AA'])(
  '%s opens no invite, and the page says what may have happened',
  async (link) => {
    expect(await opened(link)).toContain('This link isn’t valid any more')
  },
)

test('an accepted invite leads the invitee to the org, and is over', async () => {
  const { link } = await invite('gone@letters.example')
  const window = await fixture.window({
    as: await fixture.guildhall.signInAs('Gone', 'gone@letters.example'),
  })
  await window.page.goto(link)
  await window.page.getByRole('button', { name: 'Accept' }).click()
  await window.page.getByRole('link', { name: 'Open Acme' }).click()
  await window.page.getByRole('row', { name: /Gone You/ }).waitFor()
  window.expectNoComplaints()
  expect(await opened(link)).toContain('This invite has already been accepted')
})

test('a first visit of an invite’s page loads less than 110,000 bytes, compressed with gzip', async () => {
  const { link } = await invite('small@letters.example')
  const bytes = await firstVisitBytes(await fixture.window(), link, 'Ada Lovelace')
  expect(bytes).toBeGreaterThan(20_000)
  expect(bytes).toBeLessThan(110_000)
})
