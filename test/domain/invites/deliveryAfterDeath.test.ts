import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject, it, onTestFinished, vi } from 'vitest'
import { createDatabase } from '../../support/database.js'
import { startMailServer } from '../../support/mailServer.js'
import { mutate, readOrg } from '../../support/mutate.js'
import { APP_URL, ask, type Client, INSTANCE_TOKEN, JWT_SECRET } from '../../support/testServer.js'

const within = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 50 })

/** Starts a server in its own process, as `npm start` does. Its client uses INSTANCE_TOKEN. */
async function startServer(
  env: Record<string, string>,
): Promise<Client & { kill(signal?: NodeJS.Signals): Promise<void> }> {
  const child = spawn(process.execPath, [inject('serverMain')], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      AUTH_JWT_SECRET: JWT_SECRET,
      INSTANCE_TOKEN,
      APP_URL,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
  onTestFinished(() => kill())
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  const url = await within(() => {
    const [, at] = /(http:\/\/[^/\s]+)\/graphql/.exec(printed) ?? []
    if (!at) throw new Error(`no address yet: ${printed}`)
    return at
  })
  const authorization = `Bearer ${INSTANCE_TOKEN}`
  return {
    authorization,
    kill,
    ask: (document, variables) => ask(url as string, authorization, document, variables),
  }
}

async function foundOrg(instance: Client): Promise<string> {
  const { user } = await mutate(
    instance,
    'upsertUser',
    { subject: 'owner', email: 'owner@acme.example', emailVerified: true },
    'user { id }',
  )
  const { org } = await mutate(instance, 'createOrg', { name: 'Acme', ownerId: user.id }, 'org { id }')
  return org.id
}

it('a mail still goes out if the server dies while sending it, and each try has the same Message-ID', async () => {
  let stalling = true
  let waiting = 0
  const smtp = await startMailServer({
    // One mail is lost with the server before the mail server has it …
    onRcptTo({ address }, _session, answer) {
      if (stalling && address.startsWith('before')) waiting++
      else answer()
    },
    // … the other is delivered, but the server dies before it can store that.
    async onKept() {
      if (!stalling) return
      waiting++
      await new Promise(() => {})
    },
  })
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  const env = { DATABASE_URL: database.url, SMTP_URL: smtp.url, MAIL_FROM: 'guildhall@app.example' }
  const first = await startServer(env)
  const orgId = await foundOrg(first)
  for (const email of ['before@new.example', 'after@new.example'])
    expect(await mutate(first, 'createOrgInvite', { orgId, invitee: { email } })).toMatchObject({
      __typename: 'CreateOrgInvitePayload',
    })
  await within(() => expect(waiting).toBe(2))

  await first.kill()
  stalling = false
  const second = await startServer(env)

  const sent = async () =>
    (await readOrg(second, orgId)).events.nodes.filter(
      ({ inviteEventType }: { inviteEventType?: string }) => inviteEventType === 'SENT',
    ).length
  await within(async () => expect(await sent()).toBe(2))
  const to = (email: string) => smtp.received.filter(({ recipients }) => recipients.includes(email))
  expect(to('before@new.example')).toHaveLength(1)
  const [one, other, ...more] = to('after@new.example')
  expect(more).toEqual([])
  expect(one?.messageId).toMatch(/^<invite\..+@app\.example>$/)
  expect(other?.messageId).toBe(one?.messageId)

  // The mail that arrived twice is twice the same: both of its links work.
  for (const mail of [one, other]) {
    const [, token] = /\/invites\/(gi_[\w-]{43})/.exec(mail?.text ?? '') ?? []
    const { data } = await second.ask('query($t: String!) { orgInvitePreview(token: $t) { status } }', {
      t: token,
    })
    expect(data.orgInvitePreview).toEqual({ status: 'PENDING' })
  }
  const { data } = await second.ask(
    'query($id: ID!) { org(id: $id) { invites { nodes { delivery sendCount } } } }',
    { id: orgId },
  )
  const once = { delivery: 'SENT', sendCount: 1 }
  expect(data.org.invites.nodes).toEqual([once, once])
}, 60_000)

it('a mail that a server was sending when it was told to stop is sent by another server and does not count as failed', async () => {
  let hanging = true
  let waiting = 0
  const smtp = await startMailServer({
    onRcptTo(_address, _session, answer) {
      if (hanging) waiting++
      else answer()
    },
  })
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  // A mail is FAILED after its first failure.
  const env = {
    DATABASE_URL: database.url,
    SMTP_URL: smtp.url,
    MAIL_FROM: 'guildhall@app.example',
    MAIL_RETRY_FOR_S: '0',
  }
  const first = await startServer(env)
  const orgId = await foundOrg(first)
  await mutate(first, 'createOrgInvite', { orgId, invitee: { email: 'guest@new.example' } })
  await within(() => expect(waiting).toBe(1))
  await first.kill('SIGTERM')
  hanging = false
  const second = await startServer(env)

  await within(() => expect(smtp.received).toHaveLength(1))
  await within(async () =>
    expect(
      (await readOrg(second, orgId)).events.nodes.flatMap(({ inviteEventType = [] }) => inviteEventType),
    ).toEqual(['CREATED', 'SENT']),
  )
}, 60_000)

it('a reminder comes once, if its server dies before it is due or while sending it', async () => {
  let stalling = false
  let waiting = 0
  const smtp = await startMailServer({
    onRcptTo(_address, _session, answer) {
      if (stalling) waiting++
      else answer()
    },
  })
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  const env = {
    DATABASE_URL: database.url,
    SMTP_URL: smtp.url,
    MAIL_FROM: 'guildhall@app.example',
    INVITE_REMINDER_BEFORE_H: '1',
  }
  const first = await startServer(env)
  const orgId = await foundOrg(first)
  const dueIn = 10_000
  const expiresAt = new Date(Date.now() + 3_600_000 + dueIn)
  await mutate(first, 'createOrgInvite', { orgId, invitee: { email: 'ada@new.example' }, expiresAt })
  const sendCount = async (server: Client) =>
    (
      await server.ask('query($id: ID!) { org(id: $id) { invites { nodes { delivery sendCount } } } }', {
        id: orgId,
      })
    ).data.org.invites.nodes
  await within(async () => expect(await sendCount(first)).toEqual([{ delivery: 'SENT', sendCount: 1 }]))
  await first.kill()
  expect(smtp.received).toHaveLength(1)

  // It falls due while no server runs. The one that finds it dies while it sends it.
  await sleep(expiresAt.getTime() - 3_600_000 - Date.now())
  stalling = true
  const second = await startServer(env)
  await within(() => expect(waiting).toBe(1))
  await second.kill()
  stalling = false
  const [third] = await Promise.all([startServer(env), startServer(env)])
  await within(async () => expect(await sendCount(third)).toEqual([{ delivery: 'SENT', sendCount: 2 }]))
  await sleep(2_000)
  expect(smtp.received.map(({ messageId }) => messageId?.split('.')[0])).toEqual(['<invite', '<reminder'])
}, 120_000)
