import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import {
  ChangeRolesDocument,
  OrgMembersDocument,
  RemoveMemberDocument,
  UpdateOrgDocument,
} from '../../operations/generated/graphql.js'
import { useFixture } from './support/fixture.js'
import type { Person } from './support/guildhall.js'
import { createOrg, invite, join } from './support/orgs.js'
import { settled } from './support/windows.js'

const fixture = useFixture()

const sizes = [
  ['a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  ['a desk', { viewport: { width: 1280, height: 800 } }],
] as const

let people = 0

/** An org of its own, with an owner. */
async function newOrg(name: string): Promise<{ owner: Person; orgId: string; domain: string }> {
  const domain = `truth${++people}.example`
  const owner = await fixture.guildhall.signInAs('Tala True', `tala@${domain}`)
  return { owner, domain, orgId: await createOrg(fixture.guildhall, owner, `${name} ${people}`) }
}

async function userIdOf(owner: Person, orgId: string, name: string): Promise<string> {
  const { org } = await fixture.guildhall.run(owner, OrgMembersDocument, { orgId, first: 50 })
  const found = org?.users?.nodes.find(({ user }) => user.name === name)
  if (!found) throw new Error(`${name} is not a member`)
  return found.user.id
}

const focused = (page: Page) => page.locator(':focus')

async function openList(page: Page, orgId: string, name: RegExp): Promise<void> {
  await page.goto(`/live?org=${orgId}`)
  await page.getByRole('tab', { name }).click()
}

/** Holds all requests that match, until the returned function is called. */
async function hold(page: Page, operation: string): Promise<{ asked: () => number; release: () => void }> {
  let asked = 0
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes(operation)) {
      asked++
      await released
    }
    await route.continue()
  })
  return { asked: () => asked, release }
}

describe('while the page loads over a slow network,', () => {
  test('it claims nothing: the lamp connects, rows are hinted at, and no list is called empty', async () => {
    const { owner, orgId, domain } = await newOrg('Slow')
    await invite(fixture.guildhall, owner, orgId, `ines@${domain}`)
    const { page, expectNoComplaints, expectAccessible } = await fixture.window({ as: owner })
    const network = await page.context().newCDPSession(page)
    await network.send('Network.enable')
    await network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 400,
      downloadThroughput: 100_000,
      uploadThroughput: 100_000,
    })
    await page.addInitScript(`(() => {
      const seen = window.seen = new Set()
      new MutationObserver(() => {
        const words = (selector) => document.querySelector(selector)?.textContent
        const lamp = words('.connection-text')
        if (lamp) seen.add('lamp: ' + lamp)
        const empty = words('.empty-title')
        if (empty) seen.add('empty: ' + empty)
        if (document.querySelector('.skeleton')) seen.add('skeleton')
        if (document.querySelector('.skeleton-rows')) seen.add('rows to come')
        if (document.querySelector('main thead') && !document.querySelector('main tbody tr')) seen.add('heads over nothing')
      }).observe(document, { childList: true, subtree: true, characterData: true })
    })()`)
    await page.goto(`/live?org=${orgId}`)
    await page.locator('.skeleton').first().waitFor()
    await expectAccessible()
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByRole('tab', { name: /^Invites/ }).click()
    await page.getByRole('row', { name: new RegExp(`ines@${domain}`) }).waitFor()
    expect(await page.evaluate<string[]>('[...window.seen].sort()')).toEqual([
      'lamp: Connecting',
      'lamp: Live',
      'rows to come',
      'skeleton',
    ])
    expectNoComplaints()
  })

  test('a button waits with its size and the focus kept, and a second click does nothing', async () => {
    const { owner, orgId, domain } = await newOrg('Patience')
    const { page, expectNoComplaints } = await fixture.window({ as: owner })
    await invite(fixture.guildhall, owner, orgId, `once@${domain}`)
    await openList(page, orgId, /^Invites/)
    const held = await hold(page, 'revokeOrgInvite')
    await page.getByRole('button', { name: `Revoke once@${domain}` }).click()
    const revoke = page.getByRole('dialog').getByRole('button', { name: 'Revoke' })
    await settled(page)
    const before = await revoke.boundingBox()
    await revoke.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').locator('[aria-busy="true"]').waitFor()
    expect(await revoke.boundingBox()).toEqual(before)
    await page.keyboard.press('Enter')
    await revoke.click({ force: true })
    // The answer would have no place.
    await page.keyboard.press('Escape')
    expect(await focused(page).textContent()).toBe('Revoke')
    held.release()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('row', { name: /Revoked/ }).waitFor()
    expect(held.asked()).toBe(1)
    expectNoComplaints()
  })
})

describe('when the network is gone for a while,', () => {
  test('a list says which rows it shows, and loads the wanted ones by itself once the network is back', async () => {
    const { owner, orgId, domain } = await newOrg('Offline')
    for (let index = 10; index < 34; index++)
      await invite(fixture.guildhall, owner, orgId, `guest${index}@${domain}`)
    const { page, expectNoComplaints, expectAccessible } = await fixture.window({
      as: owner,
      expects: /ERR_|WebSocket/,
    })
    await openList(page, orgId, /^Invites/)
    const first = page.getByRole('row', { name: /guest33@/ })
    await first.waitFor()
    const pages = page.getByRole('navigation', { name: 'Pages' }).getByRole('status')
    const before = await pages.textContent()

    await page.context().setOffline(true)
    await page.getByText('Offline', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    const alert = page.getByRole('tabpanel').getByRole('alert')
    await alert.waitFor()
    expect(await pages.textContent()).toBe(before)
    expect(await first.count()).toBe(1)
    await expectAccessible()

    await page.context().setOffline(false)
    await first.waitFor({ state: 'detached' })
    await page
      .getByRole('row', { name: /guest1[0-3]@/ })
      .first()
      .waitFor()
    expect(await pages.textContent()).not.toBe(before)
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await page.getByRole('banner').getByText(/^Live/).waitFor()
    expectNoComplaints()
  })

  test('a list that was never loaded is not called empty, and appears when the server is back', async () => {
    const { owner, orgId, domain } = await newOrg('Restart')
    await invite(fixture.guildhall, owner, orgId, `ines@${domain}`)
    const { page, expectNoComplaints } = await fixture.window({ as: owner, expects: /ERR_|WebSocket/ })
    await page.goto(`/live?org=${orgId}`)
    await page.getByText('Live', { exact: true }).waitFor()
    const members = page.getByRole('tab', { name: /^Members/ })
    const other = page.getByRole('tab', { name: /^Invites/ })
    const isFirst = (await members.getAttribute('aria-selected')) === 'true'
    await page.getByRole('button', { name: 'Invite people' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('E-mail address').fill(`kept@${domain}`)

    await fixture.guildhall.kill()
    await page.getByRole('banner').getByText('Reconnecting').waitFor()
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
    await dialog.getByRole('alert').filter({ hasText: /./ }).waitFor()
    expect(await dialog.getByLabel('E-mail address').inputValue()).toBe(`kept@${domain}`)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Discard' }).getByRole('button', { name: 'Discard' }).click()
    await (isFirst ? other : members).click()
    await page.getByRole('tabpanel').getByRole('alert').waitFor()
    expect(await page.locator('.empty').count()).toBe(0)

    await fixture.guildhall.start()
    await page
      .getByRole('tabpanel')
      .getByRole('row', { name: isFirst ? /ines@/ : /Tala True/ })
      .waitFor()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    expectNoComplaints()
  })
})

describe.each(sizes)('on %s,', (_name, size) => {
  test('a dialog opens on its first field, and asks before it throws away what was typed', async () => {
    const { owner, orgId } = await newOrg('Typed')
    const { page, expectNoComplaints, expectAccessible } = await fixture.window({ as: owner, ...size })
    await page.goto(`/live?org=${orgId}`)
    const opener = page.getByRole('button', { name: 'Invite people' }).first()
    await opener.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Invite people' })
    const address = dialog.getByLabel('E-mail address')
    await address.waitFor()
    expect(await focused(page).getAttribute('inputmode')).toBe('email')

    // Nothing is typed: it closes, and the focus is where it was.
    await page.keyboard.press('Escape')
    // The page removes it a task after the browser has closed it. Until then its opener opens nothing.
    await page.locator('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page).textContent()).toContain('Invite people')

    await page.keyboard.press('Enter')
    await address.waitFor()
    await page.keyboard.type('grace@')
    const question = page.getByRole('dialog', { name: 'Discard' })
    const away: Array<() => Promise<unknown>> = [
      () => page.keyboard.press('Escape'),
      () => page.mouse.click(2, 2),
      () => dialog.getByRole('button', { name: 'Close', exact: true }).first().click(),
      () => page.evaluate("history.pushState(null, '', location.href + '&back'), history.back()"),
    ]
    for (const goAway of away) {
      await goAway()
      await question.waitFor().catch((error) => {
        throw new Error(`${goAway}`, { cause: error })
      })
      await expectAccessible()
      await page.keyboard.press('Enter')
      await question.waitFor({ state: 'detached' })
      expect(await address.inputValue()).toBe('grace@')
    }
    await address.focus()
    await page.keyboard.press('Escape')
    await question.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await focused(page).textContent()).toContain('Invite people')
    expectNoComplaints()
  })

  test('by keyboard alone, the focus stays in the row, then goes to the next row, then to the list', async () => {
    const { owner, orgId, domain } = await newOrg('Focus')
    for (const name of ['anna', 'bert']) await invite(fixture.guildhall, owner, orgId, `${name}@${domain}`)
    const { page, expectNoComplaints } = await fixture.window({ as: owner, ...size })
    await openList(page, orgId, /^Invites/)
    const inRow = (name: string) =>
      expect
        .poll(() =>
          page.evaluate(
            "document.activeElement.closest('tr')?.textContent ?? document.activeElement.outerHTML",
          ),
        )
        .toContain(name)
    const act = async (verb: string, name: string) => {
      await page.getByRole('button', { name: `${verb} ${name}@${domain}` }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Tab')
      expect(await focused(page).textContent()).toBe(verb)
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    for (const name of ['bert', 'anna']) {
      await act('Revoke', name)
      await page.getByRole('row', { name: new RegExp(`${name}@.*Revoked`) }).waitFor()
      await inRow(`${name}@`)
    }
    await act('Delete', 'bert')
    await page.getByRole('row', { name: /bert@/ }).waitFor({ state: 'detached' })
    await inRow('anna@')
    await act('Delete', 'anna')
    await page.getByRole('row', { name: /anna@/ }).waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate("document.activeElement.matches('[role=tabpanel]')")).toBe(true)
    expectNoComplaints()
  })

  test('after a sign-in the focus is on the main heading', async () => {
    const { page, expectNoComplaints } = await fixture.window(size)
    await page.goto('/live')
    await page.getByRole('button', { name: 'Ada Lovelace' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Acme' }).waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.matches("h1")')).toBe(true)
    expectNoComplaints()
  })
})

describe('while somebody else changes things,', () => {
  test('a dialog says that the viewer may not do it any more, and can only be closed', async () => {
    const { owner, orgId, domain } = await newOrg('Demoted')
    const admin = await join(fixture.guildhall, owner, orgId, 'Ada Min', `ada@${domain}`, ['ADMIN', 'USER'])
    const { page, expectNoComplaints, expectAccessible } = await fixture.window({ as: admin })
    await page.goto(`/live?org=${orgId}`)
    await page.getByRole('button', { name: 'Invite people' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('E-mail address').fill('someone@else.example')
    const userId = await userIdOf(owner, orgId, 'Ada Min')
    await fixture.guildhall.run(owner, ChangeRolesDocument, { input: { orgId, userId, remove: ['ADMIN'] } })
    await dialog
      .getByRole('alert')
      .getByText(/you can no longer do this/)
      .waitFor()
    await expectAccessible()
    expect(await focused(page).textContent()).toBe('Close')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    expect(await page.evaluate('document.activeElement !== document.body')).toBe(true)
    expectNoComplaints()
  })

  test('a dialog of a removed member closes, and a sentence says why', async () => {
    const { owner, orgId, domain } = await newOrg('Removed')
    const admin = await join(fixture.guildhall, owner, orgId, 'Remo Ved', `remo@${domain}`, ['ADMIN'])
    const { page, expectNoComplaints } = await fixture.window({ as: admin })
    await page.goto(`/live?org=${orgId}`)
    await page.getByRole('button', { name: 'Invite people' }).first().click()
    await page.getByRole('dialog').getByLabel('E-mail address').fill('someone@else.example')
    const userId = await userIdOf(owner, orgId, 'Remo Ved')
    await fixture.guildhall.run(owner, RemoveMemberDocument, { input: { orgId, userId } })
    await page.getByText(/You’re no longer a member of Removed/).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    expectNoComplaints()
  })

  test('the name and the switcher follow a rename in every window, and a removal tells the new name', async () => {
    const { owner, orgId, domain } = await newOrg('Before')
    const member = await join(fixture.guildhall, owner, orgId, 'Mia Member', `mia@${domain}`, ['ADMIN'])
    const windows = [await fixture.window({ as: owner }), await fixture.window({ as: member })] as const
    for (const { page } of windows) {
      await page.goto(`/live?org=${orgId}`)
      await page.getByText('Live', { exact: true }).waitFor()
    }
    const name = `Renamed ${people}`
    await fixture.guildhall.run(owner, UpdateOrgDocument, { input: { orgId, name } })
    for (const { page } of windows) {
      await page.getByRole('heading', { level: 1, name }).waitFor()
      await expect.poll(() => page.getByRole('banner').textContent()).toContain(name)
      await expect.poll(() => page.title()).toContain(name)
    }
    const userId = await userIdOf(owner, orgId, 'Mia Member')
    await fixture.guildhall.run(owner, RemoveMemberDocument, { input: { orgId, userId } })
    await windows[1].page.getByText(`You’re no longer a member of ${name}`).waitFor()
    for (const { expectNoComplaints } of windows) expectNoComplaints()
  })
})

test('the error at a field goes as soon as the text is changed, and comes back if it is wrong again', async () => {
  const { owner, orgId } = await newOrg('Mended')
  const { page, expectNoComplaints } = await fixture.window({ as: owner })
  await page.goto(`/live?org=${orgId}`)
  await page.getByRole('button', { name: 'Invite people' }).first().click()
  const dialog = page.getByRole('dialog')
  const address = dialog.getByLabel('E-mail address')
  const problem = dialog.locator('.field-error')
  for (let tries = 0; tries < 2; tries++) {
    await address.fill('nonsense')
    await page.keyboard.press('Enter')
    await problem.waitFor()
    expect(await address.getAttribute('aria-invalid')).toBe('true')
    await address.press('End')
    await page.keyboard.type('x')
    await problem.waitFor({ state: 'detached' })
    expect(await address.getAttribute('aria-invalid')).toBeNull()
  }
  expectNoComplaints()
})

test('a screen reader hears once that somebody is invited, also while the dialog is open', async () => {
  const { owner, orgId, domain } = await newOrg('Heard')
  const { page, expectNoComplaints } = await fixture.window({ as: owner })
  await page.addInitScript(`(() => {
    const heard = window.heard = []
    new MutationObserver((records) => {
      for (const { target } of records) {
        const region = (target.nodeType === 1 ? target : target.parentElement)?.closest('[role="status"], [role="alert"]')
        if (!region || region.closest(':modal') !== document.querySelector(':modal')) continue
        if (heard.at(-1) !== region.textContent) heard.push(region.textContent)
      }
    }).observe(document, { childList: true, subtree: true, characterData: true })
  })()`)
  await page.goto(`/live?org=${orgId}`)
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Invite people' }).first().click()
  await page.getByRole('dialog').getByLabel('E-mail address').fill(`heard@${domain}`)
  await page.keyboard.press('Enter')
  await page
    .getByRole('dialog')
    .getByText(/was invited/)
    .waitFor()
  const heard = () => page.evaluate<string[]>('window.heard')
  await expect.poll(async () => (await heard()).join()).toContain(`heard@${domain}`)
  // The other sentence would come within this time.
  await page.waitForTimeout(5_000)
  expect((await heard()).filter((words) => words.includes(`heard@${domain}`))).toHaveLength(1)
  expectNoComplaints()
})
