import { expect, test } from 'vitest'
import {
  AcceptInviteDocument,
  CreateApiTokenDocument,
  CreateOrgDocument,
  InviteSomeoneDocument,
  OrgMembersDocument,
  RemoveMemberDocument,
  ResendInviteDocument,
  RevokeApiTokenDocument,
  UpsertAppRoleDocument,
} from '../../operations/generated/graphql.js'
import { firstVisitBytes } from './support/firstVisit.js'
import { useFixture } from './support/fixture.js'
import type { Person } from './support/guildhall.js'

const fixture = useFixture()
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const

async function found(owner: Person, name: string): Promise<string> {
  const { createOrg } = await fixture.guildhall.run(owner, CreateOrgDocument, { input: { name } })
  if (createOrg.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(createOrg))
  return createOrg.org.id
}

async function join(orgId: string, owner: Person, name: string, email: string, roles: ['USER' | 'ADMIN']) {
  const { createOrgInvite } = await fixture.guildhall.run(owner, InviteSomeoneDocument, {
    input: { orgId, invitee: { email }, roles, sendEmail: false },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  const person = await fixture.guildhall.signInAs(name, email)
  const { acceptOrgInvite } = await fixture.guildhall.run(person, AcceptInviteDocument, {
    input: { invite: { orgInviteId: createOrgInvite.orgInvite.id } },
  })
  if (acceptOrgInvite.__typename !== 'AcceptOrgInvitePayload')
    throw new Error(JSON.stringify(acceptOrgInvite))
  return person
}

test('names of any length and script fit, and keep the sentence around them in order', async () => {
  const owner = await fixture.guildhall.signInAs('عبد الرحمن الخوارزمي', 'khwarizmi@names.example')
  const orgId = await found(owner, `${'Donaudampfschifffahrt'.repeat(3)} 👩‍👩‍👧‍👦 שלום`)
  await join(orgId, owner, '👩‍🚀'.repeat(20), 'rocket@names.example', ['USER'])
  await join(orgId, owner, 'W'.repeat(90), `${'a'.repeat(60)}@${'b'.repeat(60)}.example`, ['ADMIN'])
  await fixture.guildhall.run(owner, InviteSomeoneDocument, {
    input: { orgId, invitee: { email: 'yehuda@names.example' }, message: 'مرحبا' },
  })
  for (const [name, options] of [
    ['wide', {}],
    ['phone', phone],
  ] as const) {
    const window = await fixture.window({ as: owner, ...options })
    await window.page.goto(`/live?org=${orgId}`)
    const row = window.page.getByRole('row', { name: /yehuda@names\.example/ })
    await row
      .getByText(/^\d+ seconds? ago$/)
      .first()
      .waitFor()
    // "by عبد الرحمن, 5 s ago": without isolation the number after Arabic would appear before the
    // name.
    const [words, time] = await Promise.all([
      row.locator('.cell-who .sub-line > span').last().boundingBox(),
      row.locator('.cell-who time').boundingBox(),
    ])
    // On a phone both wrap.
    if (name === 'wide') expect(time?.x).toBeGreaterThan((words?.x ?? 0) + (words?.width ?? 0) / 2)
    await window.expectToFit()
    await window.page.getByRole('tab', { name: /^Members/ }).click()
    await window.page.getByRole('row', { name: / You / }).waitFor()
    await window.expectToFit()
    await window.expectAccessible()
    await window.shoot(`names-${name}`, { fullPage: true })
    await window.page.goto(await fixture.guildhall.inviteLink('yehuda@names.example'))
    await window.page.getByRole('heading', { level: 1 }).waitFor()
    await window.expectToFit()
    window.expectNoComplaints()
  }
})

test('an empty org says what to do first', async () => {
  const owner = await fixture.guildhall.signInAs('New Person', 'new@empty.example')
  const orgId = await found(owner, 'Empty Hall')
  const window = await fixture.window({ as: owner })
  await window.page.goto(`/live?org=${orgId}`)
  await window.page.getByText('No invites yet').waitFor()
  await window.expectAccessible()
  await window.shoot('empty')
  await window.page.getByRole('button', { name: 'Invite people' }).first().last().click()
  const dialog = window.page.getByRole('dialog', { name: 'Invite people' })
  await dialog.getByLabel('E-mail address').fill('first@empty.example')
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
  await dialog.getByText('first@empty.example was invited').waitFor()
  await window.page.keyboard.press('Escape')
  await window.page.getByRole('row', { name: /first@empty\.example/ }).waitFor()
  window.expectNoComplaints()
})

test('an owner hands the org over, and the page then shows what an admin may do', async () => {
  const owner = await fixture.guildhall.signInAs('Hana Ito', 'hana@over.example')
  const orgId = await found(owner, 'Over')
  const next = await join(orgId, owner, 'Nils Berg', 'nils@over.example', ['USER'])
  const window = await fixture.window({ as: owner })
  const { page } = window
  await page.goto(`/live?org=${orgId}&settings=danger`)
  await page.getByRole('button', { name: 'Transfer ownership to Nils Berg' }).click()
  const dialog = page.getByRole('dialog', { name: 'Transfer ownership to Nils Berg?' })
  await dialog.getByText('Nils Berg becomes an owner and you become an admin.').waitFor()
  await window.expectAccessible()
  await dialog.getByRole('button', { name: 'Transfer ownership' }).click()
  await expect.poll(() => page.getByRole('button', { name: /Delete|Transfer/ }).count()).toBe(0)
  await page.getByRole('button', { name: 'Leave' }).waitFor()
  await page.goto(`/live?org=${orgId}`)
  await page.getByText('You’re an admin', { exact: true }).waitFor()
  await page.getByRole('tab', { name: /^Members/ }).click()
  await page.getByRole('row', { name: /Nils Berg.*Owner/ }).waitFor()

  const other = await fixture.window({ as: next })
  await other.page.goto(`/live?org=${orgId}`)
  await other.page.getByText('You’re an owner', { exact: true }).waitFor()
  window.expectNoComplaints()
  other.expectNoComplaints()
})

test('roles of the product are granted by an invite and to a member, and show who has them', async () => {
  for (const [key, name, assignableBy] of [
    ['editor', 'Editor', 'ADMIN'],
    ['accountant', 'Accountant', 'OWNER'],
  ] as const) {
    const input = {
      key,
      name,
      description: `May do what an ${key} does`,
      permissions: [`${key}:do`],
      assignableBy,
    }
    const { upsertAppRole } = await fixture.guildhall.run(fixture.guildhall.host, UpsertAppRoleDocument, {
      input,
    })
    expect(upsertAppRole.__typename).toBe('UpsertAppRolePayload')
  }
  const owner = await fixture.guildhall.signInAs('Rosa Ruiz', 'rosa@roles.example')
  const orgId = await found(owner, 'Roles')
  const admin = await join(orgId, owner, 'Adil Aziz', 'adil@roles.example', ['ADMIN'])
  const window = await fixture.window({ as: owner })
  const { page } = window
  await page.goto(`/live?org=${orgId}`)
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Invite people' }).first().click()
  await dialog.getByLabel('E-mail address').fill('vera@roles.example')
  await dialog.getByRole('checkbox', { name: /Editor/ }).check()
  await window.expectAccessible()
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
  await dialog.getByText('vera@roles.example was invited').waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('row', { name: /vera@roles\.example.*Editor/ }).waitFor()

  await page.getByRole('tab', { name: /^Members/ }).click()
  await page.getByRole('button', { name: 'Product roles Adil Aziz' }).click()
  await dialog.getByRole('checkbox', { name: /Accountant/ }).check()
  await dialog.getByRole('button', { name: 'Change roles' }).click()
  await page.getByRole('row', { name: /Adil Aziz.*Accountant/ }).waitFor()
  await page
    .getByRole('region', { name: 'Events' })
    .getByText('Rosa Ruiz changed the roles of Adil Aziz: added accountant')
    .waitFor()

  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Product roles' }).click()
  await page.getByText('Only owners can give it.').waitFor()
  await window.expectAccessible()
  await page.getByRole('button', { name: 'Show members Accountant' }).click()
  await page.getByRole('row', { name: /Adil Aziz/ }).waitFor()
  await page.getByRole('row', { name: /Rosa Ruiz/ }).waitFor({ state: 'detached' })
  await page.getByLabel('Product role', { exact: true }).selectOption('Editor')
  await page.getByText('No members found').waitFor()
  await window.expectAccessible()
  await window.shoot('product-roles')

  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Invite links' }).click()
  await page.getByRole('button', { name: 'New invite link' }).click()
  await dialog.getByRole('checkbox', { name: /Editor/ }).check()
  expect(await dialog.getByRole('radio', { name: /Owner/ }).count()).toBe(0)
  await dialog.getByRole('button', { name: 'Create link' }).click()
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByText('Join as User and Editor', { exact: true }).waitFor()
  window.expectNoComplaints()

  // An admin sees the role that only an owner can grant, but can't choose it.
  const other = await fixture.window({ as: admin, ...phone })
  await other.page.goto(`/live?org=${orgId}`)
  await other.page.getByRole('button', { name: 'Invite people' }).first().click()
  const accountant = other.page.getByRole('dialog').getByRole('checkbox', { name: /Accountant/ })
  expect(await accountant.isDisabled()).toBe(true)
  await other.expectToFit()
  await other.shoot('product-roles-phone')
  other.expectNoComplaints()
})

test('a suspended member sees the org no more, and sees it again once they are reinstated', async () => {
  const owner = await fixture.guildhall.signInAs('Sada Sy', 'sada@pause.example')
  const orgId = await found(owner, 'Pause')
  const member = await join(orgId, owner, 'Milo Marsh', 'milo@pause.example', ['ADMIN'])
  const window = await fixture.window({ as: owner })
  const other = await fixture.window({ as: member })
  const { page } = window
  const events = page.getByRole('region', { name: 'Events' })
  await page.goto(`/live?org=${orgId}`)
  await other.page.goto(`/live?org=${orgId}`)
  await other.page.getByRole('heading', { level: 1, name: 'Pause' }).waitFor()

  await page.getByRole('tab', { name: /^Members/ }).click()
  await page.getByRole('button', { name: 'Suspend Milo Marsh' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
  await page.getByRole('row', { name: /Milo Marsh Suspended/ }).waitFor()
  await events.getByText('Sada Sy suspended Milo Marsh').waitFor()
  await other.page.getByRole('heading', { name: 'Create an organization' }).waitFor()
  await window.expectAccessible()
  await window.shoot('suspended')

  await page.getByRole('button', { name: 'Suspended' }).click()
  await page.getByRole('row', { name: /Sada Sy/ }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Reinstate Milo Marsh' }).click()
  await page.getByRole('heading', { level: 1 }).click()
  await page.getByText('No members found').waitFor()
  await events.getByText('Sada Sy reinstated Milo Marsh').waitFor()
  await other.page.goto(`/live?org=${orgId}`)
  await other.page.getByRole('heading', { level: 1, name: 'Pause' }).waitFor()
  window.expectNoComplaints()
})

test('a dialog that is opened just when another one closes stays open', async () => {
  const owner = await fixture.guildhall.signInAs('Quinn Quick', 'quinn@quick.example')
  const orgId = await found(owner, 'Quick')
  const { page, expectNoComplaints } = await fixture.window({ as: owner })
  await page.goto(`/live?org=${orgId}&settings=danger`)
  await page.getByRole('button', { name: 'Delete organization' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).waitFor()
  // A busy browser handles a click before a waiting task. This click comes before the next task.
  await page.evaluate(`new Promise((clicked) => {
    const button = (name) => [...document.querySelectorAll('button')].find((it) => it.textContent === name)
    new MutationObserver((_, observer) => {
      if (document.querySelector('dialog')) return
      observer.disconnect()
      button('Delete organization').click()
      clicked()
    }).observe(document.body, { childList: true, subtree: true })
    button('Cancel').click()
  })`)
  await page.getByRole('dialog').getByRole('textbox').fill('Quick')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete permanently' }).click()
  await page.getByRole('heading', { level: 1, name: 'Quick' }).waitFor({ state: 'detached' })
  expectNoComplaints()
})

test.each([
  ['tokens', 'OrgApiTokens', 'New API token'],
  ['domains', 'OrgEmailDomains', 'Add domain'],
  ['webhooks', 'OrgWebhooks', 'New webhook'],
])(
  'the button below the list of %s appears with the list, and does not move away under the pointer',
  async (section, operation, name) => {
    const owner = await fixture.guildhall.signInAs('Lena Late', 'lena@late.example')
    const orgId = await found(owner, `Late ${operation}`)
    const { page, expectNoComplaints } = await fixture.window({ as: owner })
    let answer = () => {}
    const isAsked = new Promise<void>((asked) => {
      void page.route('**/graphql', async (route) => {
        if (route.request().postData()?.includes(operation)) {
          asked()
          await new Promise<void>((resolve) => {
            answer = resolve
          })
        }
        await route.continue()
      })
    })
    await page.goto(`/live?org=${orgId}&settings=${section}`)
    await isAsked
    expect(await page.getByRole('button', { name }).count()).toBe(0)
    answer()
    await page.getByRole('button', { name }).waitFor()
    expectNoComplaints()
  },
)

test('a list whose code can’t be loaded says so, and is there after the page is loaded again', async () => {
  const owner = await fixture.guildhall.signInAs('Nell Net', 'nell@net.example')
  const orgId = await found(owner, 'Net')
  const { page, expectNoComplaints } = await fixture.window({ as: owner, expects: /ERR_FAILED/ })
  await page.goto(`/live?org=${orgId}`)
  await page.getByRole('link', { name: 'Settings' }).waitFor()
  await page.route('**/assets/*', (route) => route.abort())
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('alert').waitFor()
  await page.unrouteAll()
  await page.reload()
  await page.getByRole('link', { name: 'API tokens' }).click()
  await page.getByRole('button', { name: 'New API token' }).waitFor()
  expectNoComplaints()
})

test('the activity chart of a busy org reads older events until half an hour is complete', async () => {
  const owner = await fixture.guildhall.signInAs('Bea Busy', 'bea@busy.example')
  const orgId = await found(owner, 'Busy')
  const { createOrgInvite } = await fixture.guildhall.run(owner, InviteSomeoneDocument, {
    input: { orgId, invitee: { email: 'again@busy.example' }, sendEmail: false },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  const orgInviteId = createOrgInvite.orgInvite.id
  // More events than the page reads at once.
  for (let resent = 0; resent < 110; resent++)
    await fixture.guildhall.run(owner, ResendInviteDocument, { input: { orgInviteId, sendEmail: false } })
  const window = await fixture.window({ as: owner, isDemo: true })
  await window.page.goto(`/live?org=${orgId}`)
  await window.page.getByText('per minute, last 30 min').waitFor()
  window.expectNoComplaints()
})

test('a viewer who is removed or leaves is told which org it was', async () => {
  const owner = await fixture.guildhall.signInAs('Olga Owner', 'olga@leaving.example')
  const orgId = await found(owner, 'Leaving')
  const removed = await join(orgId, owner, 'Remy', 'remy@leaving.example', ['ADMIN'])
  const leaver = await join(orgId, owner, 'Lea', 'lea@leaving.example', ['USER'])
  const remy = await fixture.window({ as: removed })
  await remy.page.goto('/live')
  await remy.page.getByText('Live', { exact: true }).waitFor()
  const { page } = remy

  const members = await fixture.guildhall.run(removed, OrgMembersDocument, { orgId })
  const userId = members.org?.users?.nodes.find(({ user }) => user.name === 'Remy')?.user.id ?? ''
  await fixture.guildhall.run(owner, RemoveMemberDocument, { input: { orgId, userId } })
  await page.getByText('You’re no longer a member of Leaving, or it was deleted.').waitFor()
  await page.getByRole('heading', { name: 'Create an organization' }).waitFor()
  await remy.expectAccessible()
  await remy.shoot('removed')
  remy.expectNoComplaints()

  const lea = await fixture.window({ as: leaver })
  await lea.page.goto('/live')
  await lea.page.getByRole('link', { name: 'Settings' }).click()
  await lea.page.getByRole('link', { name: 'Leave or delete' }).click()
  await lea.page.getByRole('button', { name: 'Leave' }).click()
  await lea.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await lea.page.getByText('You’ve left Leaving.', { exact: true }).waitFor()
  lea.expectNoComplaints()
})

test('a token that is revoked while it watches is said to be, and is forgotten; signing out leads to the sign-in page', async () => {
  const owner = await fixture.guildhall.signInAs('Tove', 'tove@tokens.example')
  const orgId = await found(owner, 'Tokens')
  const { createApiToken } = await fixture.guildhall.run(owner, CreateApiTokenDocument, {
    input: {
      orgId,
      name: 'Wall screen',
      permissions: ['ORG_READ', 'MEMBER_READ', 'EVENT_READ', 'INVITE_READ'],
    },
  })
  if (createApiToken.__typename !== 'CreateApiTokenPayload') throw new Error(JSON.stringify(createApiToken))
  const screen = await fixture.window({
    as: { name: 'Wall screen', token: createApiToken.secret },
    expects: /401/,
  })
  await screen.page.goto('/live')
  await screen.page.getByText('Live', { exact: true }).waitFor()
  await screen.expectAccessible()
  await fixture.guildhall.run(owner, RevokeApiTokenDocument, {
    input: { apiTokenId: createApiToken.apiToken.id },
  })
  await screen.page.getByText('Your session has expired. Sign in again.').waitFor()
  await screen.expectAccessible()
  expect(await screen.page.evaluate<string>('JSON.stringify(sessionStorage)')).not.toContain('gh_')
  screen.expectNoComplaints()

  const tove = await fixture.window({ as: owner })
  await tove.page.goto('/live')
  await tove.page.getByRole('button', { name: 'Account: Tove' }).click()
  await tove.page.getByRole('button', { name: 'Sign out' }).click()
  await tove.page.getByRole('heading', { name: 'Sign in to Guildhall' }).waitFor()
  expect(await tove.page.evaluate<string>('JSON.stringify(sessionStorage)')).not.toContain('eyJ')
  tove.expectNoComplaints()
})

test.each([
  ['/live', 110_000],
  ['/graphql', 2_200_000],
])('a first visit of %s loads less than %i bytes, compressed with gzip', async (path, most) => {
  const bytes = await firstVisitBytes(await fixture.window(), path, 'Ada Lovelace')
  expect(bytes).toBeGreaterThan(20_000)
  expect(bytes).toBeLessThan(most)
})
