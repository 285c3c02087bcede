import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Redis } from 'ioredis'
import pg from 'pg'
import { expect, inject, test, vi } from 'vitest'
import { start } from '../../src/cli.js'
import { connect } from '../http/support/socket.js'
import { lastMessage, runCli } from '../support/cli.js'
import { createOrg, mutate } from '../support/mutate.js'
import { startRedis, whyNoRedis } from '../support/redisServer.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

vi.setConfig({ testTimeout: 120_000 })

const testServer = useTestServer()

/** Runs a command beside the running server. */
const run = (args: string[], env: Record<string, string> = {}) =>
  runCli(args, { DATABASE_URL: testServer.database.url, ...env })

/** The JSON that a command prints. */
async function json(args: string[]) {
  const { code, out, err } = await run([...args, '--json'])
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out)
}

/** The message of a command that fails. */
async function failure(args: string[], env: Record<string, string> = {}) {
  const { code, out, err } = await run(args, env)
  expect([code, out]).toEqual([1, ''])
  return JSON.parse(err.trim().split('\n').at(-1) ?? '').msg as string
}

const SOON = { timeout: 5_000, interval: 20 }

/** The events of an org that a running server streams from now on. */
async function eventsOf(person: TestPerson, orgId: string): Promise<unknown[]> {
  const { client } = await connect(testServer.url, { authorization: person.authorization })
  const query =
    'subscription($orgId: ID!, $after: String) { orgEvents(orgId: $orgId, after: $after) { __typename ... on OrgUserEvent { memberEventType } } }'
  const { data } = await person.ask('query($orgId: ID!) { org(id: $orgId) { eventCursor } }', { orgId })
  const events: unknown[] = []
  client.subscribe(
    { query, variables: { orgId, after: data.org.eventCursor } },
    { next: (result) => void events.push(result.data?.orgEvents), error() {}, complete() {} },
  )
  return events
}

/** Listens to the hints between servers. */
async function listen() {
  const client = new pg.Client({ connectionString: testServer.database.url })
  await client.connect()
  const payloads: string[] = []
  client.on('notification', ({ payload }) => payloads.push(payload ?? ''))
  await client.query('listen guildhall_events')
  return {
    async heard() {
      await client.query('select 1')
      await client.end()
      return payloads.map((payload) => payload.split(' ').slice(1).join(' '))
    },
  }
}

const uuidOf = (id: string) => Buffer.from(id, 'base64').toString().split(':')[1] ?? ''

test('each command prints how it is used, with an example', async () => {
  const help = await runCli(['--help'])
  expect(help).toMatchObject({ code: 0, err: '' })
  for (const command of ['serve', 'migrate', 'doctor', 'token', 'keys', 'user', 'org', 'mail'])
    expect(help.out).toMatch(new RegExp(`^  ${command} `, 'm'))
  const { code, out } = await runCli(['token', 'create', '--help'])
  expect(code).toBe(0)
  expect(out).toMatch(/^Usage: guildhall token create/)
  expect(out).toMatch(/Example:\n {2}\$ guildhall token create --name \S+ --permissions \S+/)
})

test('a wrong use is one clear line and exit code 2', async () => {
  expect(await run(['tokn', 'list'])).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/^error: unknown command 'tokn'\n\(Did you mean token\?\)/),
  })
})

test.each<[string[], RegExp]>([
  [['org', 'list', '--jsn'], /^error: unknown option '--jsn'\n\(Did you mean --json\?\)/],
  [['org', 'list', 'acme'], /^error: too many arguments for 'list'/],
  [['token', 'create', '--name', 'x'], /^error: required option '--permissions <list>' not specified/],
  [
    ['token', 'create', '--name', 'x', '--permissions', 'ORG_RED'],
    /'ORG_RED' is invalid.* Permissions are ORG_READ,/,
  ],
  [
    ['token', 'create', '--name', 'x', '--permissions', 'ORG_READ', '--expires-at', 'soon'],
    /'soon' is invalid.* Give a time such as/,
  ],
  [['user', 'show'], /^error: missing required argument 'user'/],
  [['user', 'delete', 'ada@example.com'], /^error: without a terminal to ask on, this needs --yes/],
])('a wrong use opens no database: %j', async (args, said) => {
  const written: string[] = []
  const stderr = vi
    .spyOn(process.stderr, 'write')
    .mockImplementation((text) => written.push(String(text)) > 0)
  try {
    await start(args, { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x' })
    expect(process.exitCode).toBe(2)
  } finally {
    process.exitCode = undefined
    stderr.mockRestore()
  }
  expect(written.join('')).toMatch(said)
})

test('a token of the instance is created, listed and revoked, and a running server notices at once', async () => {
  const { apiToken, secret } = await json([
    'token',
    'create',
    '--name',
    'backup',
    '--permissions',
    'ORG_READ,USER_READ',
  ])
  expect(apiToken).toMatchObject({
    name: 'backup',
    permissions: ['ORG_READ', 'USER_READ'],
    orgId: null,
    expiresAt: null,
  })
  const bearer = testServer.bearer(`Bearer ${secret}`)
  expect((await bearer.ask('{ orgs { totalCount } }')).errors).toBeUndefined()

  const listed = await json(['token', 'list'])
  expect(listed).toEqual([{ ...apiToken, lastUsedAt: expect.any(String) }])
  const { data } = await testServer.instance.ask('{ apiTokens { id name permissions createdBy { id } } }')
  expect(data.apiTokens).toEqual([
    { id: apiToken.id, name: 'backup', permissions: ['ORG_READ', 'USER_READ'], createdBy: null },
  ])
  expect((await run(['token', 'list'])).out).toMatch(/^ID +NAME +CREATED .*\n\S+ +backup /)

  expect(await run(['token', 'revoke', uuidOf(apiToken.id)])).toMatchObject({
    code: 0,
    out: `The token ${apiToken.id}, backup, is revoked.\n`,
  })
  expect((await bearer.ask('{ orgs { totalCount } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  expect(await json(['token', 'list'])).toMatchObject([{ permissions: [], revokedAt: expect.any(String) }])
})

test('a token of an org obeys the same rules as in the API, and its event names nobody', async () => {
  const ada = await testServer.signUp()
  const { org } = await mutate(ada, 'createOrg', { name: 'Tokens' }, 'org { id slug }')
  const create = (...more: string[]) => [
    'token',
    'create',
    '--org',
    org.slug,
    '--name',
    'ci',
    '--permissions',
    ...more,
  ]
  expect(await failure(create('USER_READ'))).toBe(
    'permissions: USER_READ is for tokens of the instance only.',
  )
  expect(await failure(create('ORG_READ', '--expires-at', '2020-01-01'))).toBe(
    'expiresAt: Must be in the future.',
  )
  expect(
    await failure(['token', 'create', '--org', 'nowhere', '--name', 'ci', '--permissions', 'ORG_READ']),
  ).toBe('There is no org with this id or slug.')
  const { code, out } = await run(create('ORG_READ', '--expires-at', '2099-01-01T00:00:00Z'))
  expect(code).toBe(0)
  const [, id, secret] =
    /^The token (\S+) is created\. Its secret is shown only now:\n(gh_\S+)\n$/.exec(out) ?? []
  expect(
    (await testServer.bearer(`Bearer ${secret}`).ask('{ orgs { nodes { id } } }')).data.orgs.nodes,
  ).toEqual([{ id: org.id }])
  expect(await json(['token', 'list', '--org', uuidOf(org.id)])).toMatchObject([
    { id, orgId: org.id, expiresAt: '2099-01-01T00:00:00.000Z' },
  ])
  const { data } = await ada.ask(
    `query($id: ID!) { org(id: $id) { events(last: 1) { nodes { __typename actor { id } ... on OrgChangeEvent { orgEventType summary } } } } }`,
    { id: org.id },
  )
  expect(data.org.events.nodes).toEqual([
    expect.objectContaining({ actor: null, summary: 'The API token ci was created.' }),
  ])
  for (const unknown of ['x'.repeat(4_000), org.id])
    expect(await failure(['token', 'revoke', unknown])).toMatch(/^There is nothing here by that id/)
})

test('orgs are listed and shown by id and slug', async () => {
  const ada = await testServer.signUp()
  const { org } = await mutate(ada, 'createOrg', { name: 'Listed & Sons' }, 'org { id slug }')
  const orgs = await json(['org', 'list'])
  expect(orgs[0]).toMatchObject({
    id: org.id,
    slug: org.slug,
    name: 'Listed & Sons',
    status: 'ACTIVE',
    members: 1,
  })
  expect((await run(['org', 'list'])).out).toMatch(
    /^ID +SLUG +STATUS .*\n\S+ +listed-sons +ACTIVE .* Listed & Sons\n/,
  )
  for (const name of [org.id, org.slug, uuidOf(org.id)])
    expect(await json(['org', 'show', name])).toMatchObject({
      id: org.id,
      limits: { seatsUsed: 1, seats: expect.any(Number), pendingInvitesUsed: 0 },
      owners: [{ id: ada.id, email: ada.email, name: ada.name }],
      emailDomains: [],
    })
  const { out } = await run(['org', 'show', org.slug])
  expect(out).toMatch(/^name +Listed & Sons$/m)
  expect(out).toContain(ada.email)
  expect(await failure(['org', 'show', 'nowhere'])).toBe('There is no org with this id or slug.')
})

test('an account is shown, exported as in the API, and deleted, and a running server ends its sign-ins and streams', async () => {
  const ada = await testServer.signUp()
  const ben = await testServer.signUp()
  const { org } = await mutate(ada, 'createOrg', { name: 'Accounts' }, 'org { id slug }')
  expect(await json(['user', 'show', ada.email.toUpperCase()])).toMatchObject({
    id: ada.id,
    subject: ada.subject,
    emailVerified: true,
    memberships: [{ org: { id: org.id, name: 'Accounts' }, roles: ['OWNER'], status: 'ACTIVE' }],
  })
  expect((await run(['user', 'show', ada.id])).out).toMatch(new RegExp(`^name +${ada.name}$`, 'm'))
  const exported = await json(['user', 'export', uuidOf(ada.id)])
  const { data } = await testServer.instance.ask('query($id: ID!) { userExport(userId: $id) }', {
    id: ada.id,
  })
  expect(exported).toEqual(data.userExport)

  const refused = await failure(['user', 'delete', ada.id, '--yes'])
  expect(refused).toMatch(/^An org has no other owner/)
  expect(refused).toContain(`${org.id}  Accounts`)
  await mutate(testServer.instance, 'addOrgUser', { orgId: org.id, userId: ben.id, roles: ['OWNER'] })
  const streamed = await eventsOf(ben, org.id)
  const hints = await listen()
  const done = await run(['user', 'delete', ada.email, '--yes'])
  const deletedAt = Date.now()
  expect(done).toMatchObject({ code: 0, out: `The account ${ada.id} is deleted.\n` })
  await vi.waitFor(
    () => expect(streamed).toEqual([{ __typename: 'OrgUserEvent', memberEventType: 'REMOVED' }]),
    SOON,
  )
  await vi.waitFor(async () => expect((await ada.ask('{ viewer { id } }')).errors).toBeDefined(), SOON)
  expect(Date.now() - deletedAt).toBeLessThan(1_000)
  // Servers are told, and need not look by themselves.
  expect(await hints.heard()).toContain(`e${uuidOf(ada.id)} o${uuidOf(org.id)}`)
  const { data: after } = await ben.ask(
    `query($id: ID!) { org(id: $id) { events(last: 1) { nodes { actor { id } ... on OrgUserEvent { memberEventType } } } } }`,
    { id: org.id },
  )
  expect(after.org.events.nodes).toEqual([{ actor: null, memberEventType: 'REMOVED' }])
  expect(await failure(['user', 'delete', ada.id, '--yes'])).toBe('There is no account with this id.')
  expect(await failure(['user', 'show', ada.email])).toBe('There is no account with this address.')
  expect(await failure(['user', 'show', `x@${'x'.repeat(4_000)}`])).toBe(
    'There is no account with this address.',
  )
})

test('an address of several accounts, of which none has it verified, names none of them', async () => {
  const email = 'twice@example.com'
  const [one, other] = [
    await testServer.signUp({ email, verified: false }),
    await testServer.signUp({ email, verified: false }),
  ]
  const message = await failure(['user', 'delete', email, '--yes'])
  expect(message).toBe(
    `Several accounts have this address, and none has it verified. Name one by its id: ${one.id}, ${other.id}`,
  )
})

test('servers are told by Redis, if they use it', async ({ skip }) => {
  if (whyNoRedis() !== undefined) return skip()
  const redis = await startRedis()
  const listener = new Redis(redis.url)
  const heard: string[] = []
  listener.on('message', (_, text) => heard.push(text))
  await listener.subscribe('guildhall:events')
  const ada = await testServer.signUp()
  const orgId = await createOrg(ada)
  const args = ['token', 'create', '--org', orgId, '--name', 'ci', '--permissions', 'ORG_READ']
  expect(await run(args, { REDIS_URL: redis.url })).toMatchObject({ code: 0, err: '' })
  await vi.waitFor(() => expect(heard.join()).toContain(`o${uuidOf(orgId)}`), SOON)
  listener.disconnect()
  await redis.stop()
  // It is done although nobody is told.
  const { code, err } = await run(args, { REDIS_URL: redis.url })
  expect(code).toBe(0)
  expect(lastMessage(err)).toMatch(/^servers could not be notified/)
})

test('a command says what is wrong with the database and exits with 1', async () => {
  const wrong = new URL(testServer.database.url)
  wrong.password = 'hunter2'
  const message = await failure(['org', 'list'], { DATABASE_URL: wrong.href })
  expect(message).toMatch(/^DATABASE_URL leads to no database: password authentication failed/)
  expect(message).not.toContain('hunter2')
  expect(await failure(['org', 'list'], { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x' })).toMatch(
    /ECONNREFUSED/,
  )
  const readOnly = new URL(testServer.database.url)
  readOnly.searchParams.set('options', '-c default_transaction_read_only=on')
  expect(
    await failure(['token', 'create', '--name', 'x', '--permissions', 'ORG_READ'], {
      DATABASE_URL: readOnly.href,
    }),
  ).toMatch(/accepts no writes/)
  // A person reads text, and a program JSON.
  const { err } = await run(['org', 'show', 'nowhere'], { NODE_ENV: 'development' })
  expect(err).toBe('There is no org with this id or slug.\n')
  const asJson = await run(['org', 'show', 'nowhere', '--json'], { NODE_ENV: 'development' })
  expect(JSON.parse(asJson.err)).toMatchObject({ msg: 'There is no org with this id or slug.' })
})

test.skipIf(process.platform !== 'linux')(
  'on a terminal, an account is deleted only after a yes',
  async () => {
    const ada = await testServer.signUp()
    const answered = (answer: string) => {
      const cli = join(inject('serverMain'), '..', 'cli.js')
      const line = `'${process.execPath}' '${cli}' user delete ${ada.email}`
      // `script` runs it on a terminal of its own.
      const child = spawn('script', ['-qec', line, '/dev/null'], {
        env: { PATH: process.env.PATH, SHELL: '/bin/sh', DATABASE_URL: testServer.database.url },
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      child.stdin.write(answer)
      return Promise.all([text(child.stdout), once(child, 'exit').then(([code]) => code)])
    }
    const [asked, refused] = await answered('no\n')
    expect(asked).toContain(
      `Delete the account of ${ada.name}, ${ada.email}, a member of 0 orgs, for good? Type yes:`,
    )
    expect(asked).toContain('Nothing was deleted.')
    expect(refused).toBe(1)
    const [done, code] = await answered('yes\n')
    expect(done).toContain(`The account ${ada.id} is deleted.`)
    expect(code).toBe(0)
  },
)
