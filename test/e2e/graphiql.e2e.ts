import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { WhoAmIDocument } from '../../operations/generated/graphql.js'
import { useFixture } from './support/fixture.js'

const fixture = useFixture()
const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'))

/**
 * GraphiQL's own markup: its tabs contain the button that closes them, and an editor's text field, which takes the keys
 * that scroll, is beside what scrolls.
 */
const knownProblems = { except: ['nested-interactive', 'scrollable-region-focusable'] }

/** Opens GraphiQL and waits until it has read the schema. */
async function openGraphiql(page: Page) {
  await page.goto('/graphql')
  await page.getByRole('tab', { name: 'WhoAmI' }).waitFor()
  // The explorer is empty until then.
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
  await page.getByRole('link', { name: 'Mutation', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click()
}

const signInAs = (page: Page, who: string) => page.getByLabel('Signed in as').selectOption({ label: who })

const run = (page: Page) => page.getByRole('button', { name: /^Execute query/ }).click()

/** The lines that an editor shows. */
const shown = async (page: Page, where: string) =>
  (await page.locator(`${where} .CodeMirror-line`).allTextContents()).join('\n')

/** Waits until the answer contains all of these texts. */
const answers = (page: Page, ...words: string[]) =>
  expect
    .poll(() => shown(page, '.result-window'), { timeout: 15_000 })
    .toSatisfy((answer: string) => words.every((word) => answer.includes(word)), words.join(' and '))

const oneLine = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim()

async function writeVariables(page: Page, variables: object) {
  await page.locator('.graphiql-editor-tool .CodeMirror:visible').click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(JSON.stringify(variables))
}

test('an invite is created, watched and accepted in GraphiQL, and the dashboard follows', async () => {
  const ada = await fixture.window()
  const ben = await fixture.window()
  const dashboard = await fixture.window({ as: await fixture.guildhall.person('Ada') })
  await dashboard.page.goto('/live')
  await dashboard.page.getByText('Live', { exact: true }).waitFor()
  const entries = dashboard.page.getByRole('region', { name: 'Events' })

  // The tour is open and can be run unchanged, as the person that the switch names.
  await openGraphiql(ada.page)
  expect(await ada.page.locator('.graphiql-tab-button').allTextContents()).toEqual([
    'WhoAmI',
    'AnOrgAtAGlance',
    'InviteSomeone',
    'Accept',
    'WatchItLive',
    'DeniedAsAPlainMember',
  ])
  await run(ada.page)
  await answers(ada.page, '"email": "ada@acme.example"', '"name": "Acme"')
  await signInAs(ada.page, 'Cleo Marchetti, user of Acme')
  await run(ada.page)
  await answers(ada.page, '"email": "cleo@acme.example"')
  await ada.expectAccessible(knownProblems)
  await ada.shoot('graphiql')

  // A plain member gets a refusal as data.
  await ada.page.getByRole('tab', { name: 'DeniedAsAPlainMember' }).click()
  await run(ada.page)
  await answers(ada.page, '"__typename": "PermissionDeniedError"', '"permission": "ORG_UPDATE"')
  await signInAs(ada.page, 'Ada Lovelace, owner of Acme')
  await ada.page.getByRole('tab', { name: 'AnOrgAtAGlance' }).click()
  await run(ada.page)
  await answers(ada.page, '"name": "Acme"', '"status": "ACTIVE"')

  // Ben subscribes in his own window.
  await openGraphiql(ben.page)
  await signInAs(ben.page, 'Ben Okafor, admin of Acme')
  await ben.page.getByRole('tab', { name: 'WatchItLive' }).click()
  await run(ben.page)
  await ben.page.getByRole('button', { name: /^Stop query/ }).waitFor()

  // Ada invites Grace. The mail, the subscription and the dashboard all show it.
  await ada.page.getByRole('tab', { name: 'InviteSomeone' }).click()
  await run(ada.page)
  await answers(ada.page, '"__typename": "CreateOrgInvitePayload"', '"email": "grace@example.com"')
  await answers(ben.page, '"inviteEventType": "SENT"', '"email": "grace@example.com"')
  await entries.getByText('Ada Lovelace invited grace@example.com as a user').waitFor()

  // Grace opens her mail and accepts on the linked page.
  const grace = await fixture.window()
  await grace.page.goto('/mail')
  await grace.page.getByRole('link', { name: /to grace@example\.com/ }).click()
  const [invitePage] = await Promise.all([
    grace.page.waitForEvent('popup'),
    grace.page.getByRole('link', { name: /\/invites\// }).click(),
  ])
  await invitePage.getByLabel('Name').fill('Grace Hopper')
  await invitePage.getByLabel('E-mail address').fill('grace@example.com')
  await invitePage.getByRole('group').getByRole('button', { name: 'Sign in' }).first().click()
  await invitePage.getByRole('button', { name: 'Accept' }).click()
  await invitePage.getByRole('heading', { name: /^You’ve joined/ }).waitFor()
  await answers(ben.page, '"memberEventType": "JOINED"', '"name": "Grace Hopper"')
  await entries.getByText('Grace Hopper joined as a user').waitFor()

  // Hedy accepts in GraphiQL, with a token of her own.
  const { orgs } = await fixture.guildhall.run(await fixture.guildhall.person('Ada'), WhoAmIDocument, {})
  await writeVariables(ada.page, {
    input: { orgId: orgs.nodes[0]?.id, invitee: { email: 'hedy@example.com' } },
  })
  await run(ada.page)
  await answers(ada.page, '"email": "hedy@example.com"')
  const link = await fixture.guildhall.inviteLink('hedy@example.com')
  const { token } = await fixture.guildhall.signInAs('Hedy Lamarr', 'hedy@example.com')
  await signInAs(ada.page, 'Use a token …')
  await ada.page.getByLabel('Token').fill(token)
  await ada.page.getByLabel('Token').press('Enter')
  await ada.page.getByRole('tab', { name: 'Accept' }).click()
  await writeVariables(ada.page, { input: { invite: { token: link.split('/').at(-1) } } })
  await run(ada.page)
  await answers(ada.page, '"__typename": "AcceptOrgInvitePayload"', '"status": "ACCEPTED"')
  await answers(ben.page, '"memberEventType": "JOINED"', '"name": "Hedy Lamarr"')
  await entries.getByText('Hedy Lamarr joined as a user').waitFor()
  await ada.expectAccessible(knownProblems)
  await ben.shoot('graphiql-watching')

  for (const window of [ada, ben, dashboard, grace]) window.expectNoComplaints()
})

test('GraphiQL shows the schema’s descriptions', async () => {
  const window = await fixture.window()
  const { page } = window
  await openGraphiql(page)
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
  const described = oneLine(schema.getMutationType()?.getFields().acceptOrgInvite?.description)
  expect(described).not.toBe('')
  const explorer = page.getByRole('region', { name: 'Documentation Explorer' })
  await explorer.getByRole('link', { name: 'Mutation', exact: true }).click()
  await explorer.getByRole('link', { name: 'acceptOrgInvite', exact: true }).click()
  await expect.poll(async () => oneLine(await explorer.textContent())).toContain(described)
  await window.expectAccessible(knownProblems)
  await window.shoot('graphiql-explorer')
  window.expectNoComplaints()
})

test('the pages of a server that is not in production lead to each other', async () => {
  const window = await fixture.window({ as: await fixture.guildhall.person('Ada') })
  const { page } = window
  await openGraphiql(page)
  await page.getByRole('link', { name: 'Mailbox' }).click()
  await page.getByRole('heading', { name: 'Mailbox' }).waitFor()
  await page.getByRole('link', { name: 'Dashboard' }).click()
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('link', { name: 'Open the mailbox' }).click()
  await page.getByRole('link', { name: 'GraphiQL' }).click()
  await page.getByRole('link', { name: 'Dashboard' }).click()
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('link', { name: /GraphiQL/ }).click()
  await page.getByRole('tab', { name: 'WhoAmI' }).waitFor()
  window.expectNoComplaints()
})

test('GraphiQL stores no token, and only the person’s name', async () => {
  const window = await fixture.window()
  const { page } = window
  const ben = await fixture.guildhall.person('Ben')
  await openGraphiql(page)
  await signInAs(page, 'Ben Okafor, admin of Acme')
  await run(page)
  await answers(page, '"email": "ben@acme.example"')
  await page.reload()
  await run(page)
  await answers(page, '"email": "ben@acme.example"')
  const signature = ben.token.split('.')[2] ?? ''
  const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage])')
  expect(signature).not.toBe('')
  expect(kept).toContain('Ben Okafor')
  expect(kept).not.toContain(signature)
  expect(kept).not.toContain('eyJ')
  expect(await page.evaluate('localStorage.length')).toBe(0)
  window.expectNoComplaints()
})
