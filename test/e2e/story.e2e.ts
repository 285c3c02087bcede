import { expect, test } from 'vitest'
import { useFixture } from './support/fixture.js'

const fixture = useFixture()

test('two people see each other’s changes live, and a third joins by the link in her mail', async () => {
  const ada = await fixture.window()
  const ben = await fixture.window()

  // Both sign in on the sign-in page.
  for (const [window, name] of [
    [ada, 'Ada Lovelace'],
    [ben, 'Ben Okafor'],
  ] as const) {
    await window.page.goto('/live')
    await window.page.getByRole('button', { name }).click()
    await window.page.getByRole('heading', { level: 1, name: 'Acme' }).waitFor()
    await window.page.getByText('Live', { exact: true }).waitFor()
  }

  // Ada invites Dora. Ben's page shows it without a reload.
  const entries = ben.page.getByRole('region', { name: 'Events' })
  await ada.page.getByRole('button', { name: 'Invite people' }).first().click()
  const dialog = ada.page.getByRole('dialog', { name: 'Invite people' })
  await dialog.getByLabel('E-mail address').fill('not an address')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  await dialog.getByText('Enter an e-mail address such as name@example.com.').waitFor()
  await dialog.getByLabel('E-mail address').fill('Dora@Newcomer.example')
  await dialog.getByLabel('Message in the e-mail').fill('The kettle is on.')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  await dialog.getByText('dora@newcomer.example was invited').waitFor()
  // The next person does not get a message that was for Dora.
  expect(await dialog.getByLabel('Message in the e-mail').inputValue()).toBe('')
  await entries.getByText('Ada Lovelace invited dora@newcomer.example as a user').waitFor()
  const invited = entries.getByRole('listitem').filter({ hasText: 'dora@newcomer.example' })
  await invited.getByText('E-mail sent', { exact: true }).waitFor()
  await ben.page.getByRole('row', { name: /dora@newcomer\.example.*Pending/ }).waitFor()

  // The same invite again is refused, with a message in the dialog.
  await dialog.getByLabel('E-mail address').fill('dora@newcomer.example')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  await dialog
    .getByRole('alert')
    .filter({ hasText: /pending/i })
    .waitFor()
  // While a request runs, Escape does nothing.
  await dialog.locator('[aria-busy="true"]').waitFor({ state: 'detached' })
  await ada.page.keyboard.press('Escape')
  await ada.page.getByRole('button', { name: 'Discard' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await ada.page.locator(':focus').textContent()).toBe('Invite people')

  // Dora opens the link in her mail, first while somebody else is signed in, then as herself.
  const dora = await fixture.window()
  await fixture.guildhall.inviteLink('dora@newcomer.example')
  await dora.page.goto('/mail')
  await dora.page.getByRole('link', { name: /to dora@newcomer\.example/ }).click()
  const link = dora.page.getByRole('link', { name: /\/invites\// })
  const [tab] = await Promise.all([dora.page.waitForEvent('popup'), link.click()])
  await tab.getByRole('heading', { level: 1, name: 'Acme' }).waitFor()
  await dora.page.goto(tab.url())
  await tab.close()
  await dora.page.getByRole('heading', { level: 1, name: 'Acme' }).waitFor()
  await dora.page.getByText('The kettle is on.').waitFor()
  await dora.page.getByRole('button', { name: 'Cleo Marchetti' }).click()
  await dora.page
    .getByText(/is for d•••@newcomer\.example, but you’re signed in as cleo@acme\.example/)
    .waitFor()
  expect(await dora.page.getByRole('button', { name: 'Accept' }).count()).toBe(0)
  await dora.page.getByRole('button', { name: 'Use another account' }).click()
  await dora.page.getByLabel('Name').fill('Dora Maar')
  await dora.page.getByLabel('E-mail address').fill('dora@newcomer.example')
  await dora.page.getByRole('group').getByRole('button', { name: 'Sign in' }).first().click()
  await dora.page.getByText('You’re signed in as Dora Maar').waitFor()
  await dora.expectAccessible()
  await dora.page.getByRole('button', { name: 'Accept' }).click()
  await dora.page.getByRole('heading', { name: /^You’ve joined/ }).waitFor()

  // Everybody sees it at once.
  await entries.getByText('Dora Maar joined as a user').waitFor()
  await ben.page.getByRole('row', { name: /dora@newcomer\.example.*Accepted/ }).waitFor()
  await ben.page.getByText('4', { exact: true }).first().waitFor()

  // A USER such as Dora sees the members, and is told why she sees nothing else.
  await dora.page.getByRole('link', { name: 'Open Acme' }).click()
  await dora.page.getByRole('row', { name: /Dora Maar You/ }).waitFor()
  await dora.page.getByText('Your role doesn’t include invites or the activity log.').waitFor()
  expect(await dora.page.getByRole('button', { name: 'Invite people' }).first().count()).toBe(0)

  // Ben makes her an admin. The page does not offer what Ben may not do to an owner.
  await ben.page.getByRole('tab', { name: /Members/ }).click()
  await ben.page.getByRole('row', { name: /Ada Lovelace/ }).waitFor()
  expect(await ben.page.getByRole('button', { name: /Ada Lovelace/ }).count()).toBe(0)
  await ben.page.getByLabel('Role of Dora Maar').selectOption('Admin')
  await entries.getByText('Ben Okafor changed the roles of Dora Maar: added Admin').waitFor()

  // The last owner cannot leave.
  await ada.page.getByRole('link', { name: 'Settings' }).click()
  await ada.page.getByRole('link', { name: 'Leave or delete' }).click()
  await ada.page.getByText('You’re the only owner. Make someone else an owner first.').waitFor()
  await ada.page.getByRole('link', { name: 'Acme' }).click()

  // Ada removes Dora: the org disappears from Dora's page.
  await ada.page.getByRole('tab', { name: /Members/ }).click()
  await ada.page.getByRole('button', { name: 'Remove Dora Maar' }).click()
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await entries.getByText('Ada Lovelace removed Dora Maar').waitFor()
  await dora.page.reload()
  await dora.page.getByRole('heading', { name: 'Create an organization' }).waitFor()

  for (const window of [ada, ben, dora]) window.expectNoComplaints()
})

test('an invitee finds their invite on the dashboard and answers it there', async () => {
  const ada = await fixture.window({ as: await fixture.guildhall.person('Ada') })
  const eli = await fixture.window({
    as: await fixture.guildhall.signInAs('Eli Haddad', 'eli@waiting.example'),
  })
  await eli.page.goto('/live')
  await eli.page.getByRole('heading', { name: 'Create an organization' }).waitFor()

  // In a bulk invite, the page names those who cannot be invited, and the others are invited.
  await ada.page.goto('/live')
  await ada.page.getByRole('button', { name: 'Invite people' }).first().click()
  await ada.page
    .getByLabel('E-mail addresses')
    .fill('Eli Haddad <eli@waiting.example>, flo@waiting.example; ada@acme.example\nnonsense')
  await ada.page.getByRole('button', { name: 'Invite 4 people' }).click()
  await ada.page.getByText('2 people were invited.').waitFor()
  await ada.page.getByText('2 people couldn’t be invited:').waitFor()
  const answers = await ada.page.getByRole('dialog').getByRole('listitem').allTextContents()
  expect(answers.map((answer) => answer.split(' ')[0])).toEqual(['ada@acme.example', 'nonsense'])
  await ada.page.keyboard.press('Escape')

  // Eli sees it without a reload.
  const inbox = eli.page.getByRole('region', { name: 'Your invites' })
  await inbox.getByText(/Ada Lovelace invited you to join Acme as a user/).waitFor()
  await eli.expectAccessible()
  await inbox.getByRole('button', { name: 'Accept' }).click()
  await eli.page.getByRole('heading', { level: 1, name: 'Acme' }).waitFor()
  await ada.page.getByRole('row', { name: /eli@waiting\.example.*Accepted/ }).waitFor()

  // A pending invite can be resent with other roles and revoked. An ended one can be deleted.
  await ada.page.getByRole('button', { name: 'Resend flo@waiting.example' }).click()
  await ada.page.getByRole('dialog').getByRole('radio', { name: /Admin/ }).check()
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Resend' }).click()
  await ada.page.getByRole('row', { name: /flo@waiting\.example Admin/ }).waitFor()
  await ada.page.getByRole('button', { name: 'Revoke flo@waiting.example' }).click()
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await ada.page.getByRole('row', { name: /flo@waiting\.example.*Revoked/ }).waitFor()
  await ada.page.getByRole('button', { name: 'Delete flo@waiting.example' }).click()
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  // A deleted row stays until the pointer and the focus leave the list.
  await ada.page.mouse.move(5, 5)
  await ada.page.getByRole('heading', { level: 1 }).click()
  await ada.page.getByRole('row', { name: /flo@waiting\.example/ }).waitFor({ state: 'detached' })

  // Search and filter.
  await ada.page.getByLabel('Search by e-mail address').fill('WAITING')
  await ada.page.getByText('1–1 of 1').waitFor()
  await ada.page.getByLabel('Search by e-mail address').fill('')
  await ada.page.getByRole('button', { name: 'Expired' }).click()
  await ada.page.getByRole('row', { name: /eve@initech\.example.*Expired/ }).waitFor()
  expect(await ada.page.getByRole('row', { name: /Pending/ }).count()).toBe(0)

  for (const window of [ada, eli]) window.expectNoComplaints()
})

test('an org is created, renamed, given a domain and a token, and left', async () => {
  const window = await fixture.window({
    as: await fixture.guildhall.signInAs('Gil Sato', 'gil@founders.example'),
    expects: /^elsewhere: https:\/\/logos\.example\//,
  })
  const { page } = window
  await page.goto('/live')
  await page.getByLabel('Organization name').fill('  acme ')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByText(/name/i).nth(1).waitFor()
  await page.getByLabel('Organization name').fill('Founders')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Founders' }).waitFor()

  await page.route('https://logos.example/*', (route) =>
    route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
  )
  await page.getByRole('link', { name: 'Settings' }).click()
  const profile = page.getByRole('region', { name: 'General' })
  await profile.getByLabel('Organization name').fill('Pathfinders')
  await profile.getByLabel('URL name').fill('acme')
  await profile.getByLabel('Logo').fill('https://logos.example/path.svg')
  await profile.getByRole('button', { name: 'Save' }).click()
  await profile.locator('.field-error').waitFor()
  await profile.getByLabel('URL name').fill('path-finders')
  await window.expectAccessible()
  await profile.getByRole('button', { name: 'Save' }).click()
  await profile.getByText('Saved', { exact: true }).waitFor()
  await page.locator('img[src="https://logos.example/path.svg"]').waitFor()
  await page.getByRole('link', { name: 'Pathfinders' }).click()
  await page.getByRole('heading', { level: 1, name: 'Pathfinders' }).waitFor()
  await page.locator('img[src="https://logos.example/path.svg"]').waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()

  await page.getByRole('link', { name: 'E-mail domains' }).click()
  await page.getByRole('textbox', { name: 'Domain' }).fill('gmail.com')
  await page.getByRole('button', { name: 'Add domain' }).click()
  await page.locator('.field-error').waitFor()
  await page.getByRole('textbox', { name: 'Domain' }).fill('founders.example')
  await page.getByRole('button', { name: 'Add domain' }).click()
  await page.getByText('Verified', { exact: true }).waitFor()

  await page.getByRole('link', { name: 'API tokens' }).click()
  await page.getByRole('button', { name: 'New API token' }).click()
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Seats report')
  await page.getByRole('dialog').getByRole('checkbox', { name: 'View members' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Create token' }).click()
  expect(await page.locator('.secret code').textContent()).toMatch(/^gh_\S{20,}$/)
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('button', { name: 'Revoke Seats report' }).waitFor()
  await window.expectAccessible()

  await page.getByRole('link', { name: 'Leave or delete' }).click()
  await page.getByRole('button', { name: 'Delete organization' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('Pathfinders')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete permanently' }).click()
  await page.getByRole('heading', { name: 'Create an organization' }).waitFor()
  window.expectNoComplaints()
})

test('an admin makes a link, and people join by it until it is used up', async () => {
  const owner = await fixture.window({
    as: await fixture.guildhall.signInAs('Lina Weiss', 'lina@links.example'),
  })
  const { page } = owner
  await page.goto('/live')
  await page.getByLabel('Organization name').fill('Links')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Links' }).waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Invite links' }).click()
  await page.getByText('No invite links yet').waitFor()
  await page.getByRole('button', { name: 'New invite link' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Only addresses at').fill('links.example')
  await dialog.getByLabel('Maximum number of people').fill('1')
  await owner.expectAccessible()
  await dialog.getByRole('button', { name: 'Create link' }).click()
  const url = (await dialog.locator('.secret code').textContent()) ?? ''
  // It is shown once, so a key that was pressed by mistake doesn't lose it.
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'Close without copying?' }).waitFor()
  await owner.expectAccessible()
  await page.getByRole('button', { name: 'Back' }).click()
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByText('0 of 1 joined').waitFor()

  // On a phone: first with an address elsewhere, then with the right one.
  const phone = await fixture.window({
    viewport: { width: 390, height: 844 },
    as: await fixture.guildhall.signInAs('Otto Other', 'otto@elsewhere.example'),
  })
  await phone.page.goto(new URL(url).pathname)
  await phone.page.getByRole('heading', { level: 1, name: 'Links' }).waitFor()
  await phone.expectAccessible()
  await phone.shoot('join-phone')
  await phone.page.getByText(/for addresses at links\.example, but you’re signed in as otto/).waitFor()
  expect(await phone.page.getByRole('button', { name: 'Join', exact: true }).count()).toBe(0)
  const joiner = await fixture.window({
    as: await fixture.guildhall.signInAs('Mina Marsh', 'mina@links.example'),
  })
  await joiner.page.goto(new URL(url).pathname)
  await joiner.page.getByRole('button', { name: 'Join', exact: true }).click()
  await joiner.page.getByRole('heading', { name: /^You’ve joined/ }).waitFor()
  await page.getByText('1 ended link').click()
  await page.getByText('1 of 1 joined').waitFor()
  await owner.shoot('links')
  await phone.page.reload()
  await phone.page.getByRole('heading', { name: 'This link has reached its limit' }).waitFor()
  await phone.page.goto('/join/gl_nothing')
  await phone.page.getByRole('heading', { name: 'This link isn’t valid any more' }).waitFor()

  for (const window of [owner, phone, joiner]) window.expectNoComplaints()
})
