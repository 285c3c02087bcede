import { execFileSync } from 'node:child_process'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  AcceptInviteDocument,
  ChangeRolesDocument,
  RemoveMemberDocument,
  WhoAmIDocument,
} from '../../operations/generated/graphql.js'
import { startFaultyProxy } from '../faults/faultyProxy.js'
import type { Guildhall, Person } from './support/guildhall.js'
import { createOrg, invite } from './support/orgs.js'
import { useReactApp } from './support/reactApp.js'
import { bundleForServer, type ReactVersion } from './support/reactHost.js'

const app = useReactApp()
let guildhall: Guildhall
let ada: Person
let people = 0

beforeAll(async () => {
  guildhall = app.guildhall
  ada = await guildhall.signInAs('Ada Lovelace', 'ada@example.com')
})

interface Seen {
  readonly page: Page
  readonly sockets: string[]
  /** The names of the operations that the page has sent by HTTP. */
  readonly operations: string[]
  region(label: string): ReturnType<Page['getByRole']>
}

/** A person's window of the app. Fails the test on an error of React or of the page. */
async function open(
  person: Person,
  orgId: string,
  { version = '19' as ReactVersion, url = guildhall.url } = {},
): Promise<Seen> {
  const sockets: string[] = []
  const operations: string[] = []
  const query = { org: orgId, endpoint: new URL('/graphql', url).href }
  const page = await app.open('main', person, query, {
    version,
    expects: /ERR_|WebSocket/,
    prepare(page) {
      page.on('websocket', (socket) => sockets.push(socket.url()))
      page.on('request', (request) => {
        const body = request.method() === 'POST' ? request.postData() : null
        if (body) operations.push(/(?:query|mutation) (\w+)/.exec(body)?.[1] ?? body)
      })
    },
  })
  return { page, sockets, operations, region: (name) => page.getByRole('region', { name, exact: true }) }
}

const shows = (seen: Seen, region: string, text: string | RegExp) =>
  seen.region(region).filter({ hasText: text }).waitFor()

/** A new person who is a member. */
async function member(
  orgId: string,
  roles: ('ADMIN' | 'USER')[] = ['USER'],
): Promise<Person & { id: string }> {
  const name = `Person ${++people}`
  const email = `person${people}@example.com`
  const person = await guildhall.signInAs(name, email)
  const orgInviteId = await invite(guildhall, ada, orgId, email, roles)
  const { acceptOrgInvite } = await guildhall.run(person, AcceptInviteDocument, {
    input: { invite: { orgInviteId } },
  })
  if (acceptOrgInvite.__typename !== 'AcceptOrgInvitePayload')
    throw new Error(JSON.stringify(acceptOrgInvite))
  const { viewer } = await guildhall.run(person, WhoAmIDocument, {})
  return { ...person, id: viewer?.id ?? '' }
}

describe.each(['19', '18', 'preact'] as const)('with React %s', (version) => {
  test('what another person does is shown at once', async () => {
    const orgId = await createOrg(guildhall, ada, `Live ${version}`)
    const seen = await open(ada, orgId, { version })
    await shows(seen, 'members', 'ready, 1 members')
    await shows(seen, 'org', `ready Live ${version}, seats: 1, may invite: true, stream: live`)
    await member(orgId)
    await shows(seen, 'members', `Person ${people}: USER`)
    await shows(seen, 'the same members', `Person ${people}: USER`)
    await shows(seen, 'org', 'seats: 2')
    await invite(guildhall, ada, orgId, 'somebody@example.com')
    await shows(seen, 'invites', 'somebody@example.com PENDING')
    await shows(seen, 'events', /arrived: \d+ \d+ \d+ \d+/)
  })

  test('in StrictMode a page opens one socket, and asks for the same data once', async () => {
    const orgId = await createOrg(guildhall, ada, `Once ${version}`)
    const seen = await open(ada, orgId, { version })
    await shows(seen, 'the same members', 'ready, 1 members')
    await shows(seen, 'events', 'ready')
    await shows(seen, 'own', `Once ${version}`)
    await shows(seen, 'org', 'stream: live')
    expect(seen.sockets).toHaveLength(1)
    expect(seen.operations.toSorted()).toEqual(
      ['Events', 'Invites', 'Members', 'Org', 'OrgHead', 'Orgs', 'ViewerHead', 'ViewerInvites'].toSorted(),
    )
  })

  test.skipIf(version === 'preact')(
    'a server can render the hooks: they are loading there, and ask for nothing',
    async () => {
      const html = execFileSync(process.execPath, ['-'], {
        input: await bundleForServer(version),
        encoding: 'utf8',
        timeout: 60_000,
      })
      expect(html).toContain('loading')
      expect(html).not.toContain('ready')
    },
  )
})

test('after a broken connection nothing is missing', async () => {
  const orgId = await createOrg(guildhall, ada, 'Broken')
  const proxy = await startFaultyProxy(guildhall.url)
  onTestFinished(() => proxy.close())
  const seen = await open(ada, orgId, { url: proxy.url })
  await shows(seen, 'org', 'stream: live')
  await shows(seen, 'members', 'ready, 1 members')
  await shows(seen, 'events', 'ready')
  await proxy.refuse(true)
  await shows(seen, 'org', 'stream: reconnecting')
  await member(orgId)
  await member(orgId, ['ADMIN'])
  expect(await seen.region('members').textContent()).toContain('ready, 1 members')
  await proxy.refuse(false)
  await shows(seen, 'members', `Person ${people}: ADMIN`)
  await shows(seen, 'members', 'ready, 3 members')
  await shows(seen, 'org', 'stream: live')
  const text = await seen.region('events').textContent()
  const [, all = ''] = /all: ([\d ]+),/.exec(text ?? '') ?? []
  const numbers = all.split(' ').map(Number)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  expect(numbers.length).toBeGreaterThan(5)
})

test('an action is shown before the answer, and taken back if it is refused', async () => {
  const orgId = await createOrg(guildhall, ada, 'Optimistic')
  const other = await member(orgId)
  const proxy = await startFaultyProxy(guildhall.url)
  onTestFinished(() => proxy.close())
  const seen = await open(ada, orgId, { url: proxy.url })
  const { page } = seen
  await shows(seen, 'members', 'ready, 2 members')
  await shows(seen, 'org', 'stream: live')

  // The answer is late: what is shown before it is shown without it.
  proxy.delayBy(1_500)
  const invites = seen.region('invites')
  await invites.getByLabel('Address').fill('not an address')
  await invites.getByRole('button', { name: 'Invite', exact: true }).click()
  await shows(seen, 'invites', 'not an address PENDING QUEUED')
  expect(await invites.getByRole('alert').textContent()).not.toContain('Error')
  await invites.getByRole('alert').filter({ hasText: 'InvalidInputError' }).waitFor()
  await invites.getByText('not an address PENDING').waitFor({ state: 'detached' })

  const members = seen.region('members')
  await members.getByRole('button', { name: 'Remove Ada' }).click()
  await members.getByText('Ada Lovelace:').waitFor({ state: 'detached' })
  expect(await members.getByRole('alert').textContent()).not.toContain('Error')
  await members.getByRole('alert').filter({ hasText: 'Error' }).waitFor()
  expect(await members.getByRole('alert').textContent()).toBe('LastOwnerError')
  await shows(seen, 'members', 'Ada Lovelace: OWNER')

  await members.getByRole('button', { name: 'Suspend Ada' }).click()
  await shows(seen, 'members', 'Ada Lovelace: OWNER SUSPENDED')
  await shows(seen, 'members', 'Ada Lovelace: OWNER ACTIVE')
  expect(await members.getByRole('alert').textContent()).toBe('LastOwnerErrorInvalidInputError')

  // One that is done stays.
  await members.getByRole('button', { name: `Suspend ${other.name}` }).click()
  await shows(seen, 'members', `${other.name}: USER SUSPENDED`)
  expect(await members.getByRole('alert').textContent()).not.toContain('done')
  await members.getByRole('alert').filter({ hasText: 'done' }).waitFor()
  await shows(seen, 'members', `${other.name}: USER SUSPENDED`)
  await members.getByRole('button', { name: `Reinstate ${other.name}` }).click()
  await shows(seen, 'members', `${other.name}: USER ACTIVE`)
  await members
    .getByRole('alert')
    .filter({ hasText: /done.*done/ })
    .waitFor()
  await shows(seen, 'members', `${other.name}: USER ACTIVE`)
  await members.getByRole('button', { name: `Make ${other.name} an admin` }).click()
  await shows(seen, 'members', new RegExp(`${other.name}: (USER\\+)?ADMIN`))
  await members
    .getByRole('alert')
    .filter({ hasText: /done.*done.*done/ })
    .waitFor()
  proxy.delayBy(0)
  await invites.getByLabel('Address').fill('grace@example.com')
  await invites.getByRole('button', { name: 'Invite', exact: true }).click()
  await shows(seen, 'invites', '1 invites')
  await shows(seen, 'invites', 'grace@example.com PENDING SENT')
  await page.getByRole('button', { name: 'Revoke grace' }).click()
  await shows(seen, 'invites', '0 invites')

  // Without a connection the outcome says so, and the change is taken back.
  await proxy.refuse(true)
  await members.getByRole('button', { name: `Remove ${other.name}` }).click()
  await members.getByRole('alert').filter({ hasText: 'UNREACHABLE' }).waitFor()
  await shows(seen, 'members', `${other.name}:`)
})

test('a permission that is given or taken away changes the page', async () => {
  const orgId = await createOrg(guildhall, ada, 'Permissions')
  const other = await member(orgId)
  const seen = await open(other, orgId)
  await shows(seen, 'org', 'may invite: false')
  await shows(seen, 'invites', 'missing')
  const change = (input: { add?: 'ADMIN'[]; remove?: 'ADMIN'[] }) =>
    guildhall.run(ada, ChangeRolesDocument, { input: { orgId, userId: other.id, ...input } })
  await change({ add: ['ADMIN'] })
  await shows(seen, 'org', 'may invite: true')
  await shows(seen, 'invites', 'ready, 0 invites')
  await shows(seen, 'org', 'stream: live')
  await change({ remove: ['ADMIN'] })
  await shows(seen, 'org', 'may invite: false')
  await shows(seen, 'invites', 'missing')
  await shows(seen, 'members', 'ready, 2 members')
})

test.each(['ADMIN', 'USER'] as const)('a removed member with the role %s sees it', async (role) => {
  const orgId = await createOrg(guildhall, ada, `Removal of ${role}`)
  const other = await member(orgId, [role])
  const seen = await open(other, orgId)
  await shows(seen, 'members', 'ready, 2 members')
  await shows(seen, 'own', `Removal of ${role}`)
  await guildhall.run(ada, RemoveMemberDocument, { input: { orgId, userId: other.id } })
  await shows(seen, 'org', 'missing')
  await shows(seen, 'members', 'missing')
  await seen
    .region('own')
    .filter({ hasNotText: `Removal of ${role}` })
    .waitFor()
})

test('an invited person sees the invite live, accepts it, and is in the org', async () => {
  const orgId = await createOrg(guildhall, ada, 'Welcome')
  const grace = await guildhall.signInAs('Grace Hopper', 'grace.hopper@example.com')
  const seen = await open(grace, orgId)
  await shows(seen, 'org', 'missing')
  await shows(seen, 'own', 'orgs: ')
  await invite(guildhall, ada, orgId, 'grace.hopper@example.com')
  await seen.region('own').getByRole('button', { name: 'Accept' }).click()
  await seen.region('own').getByRole('alert').filter({ hasText: /[a-z]/ }).waitFor()
  expect(await seen.region('own').getByRole('alert').textContent()).toBe('done')
  await shows(seen, 'own', 'orgs: Welcome')
  await seen.region('own').getByRole('alert').filter({ hasText: 'done' }).waitFor()
  await shows(seen, 'org', 'ready Welcome')
})
