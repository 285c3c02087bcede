import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject, it, onTestFinished, vi } from 'vitest'
import { decodeId } from '../../../src/graphql/globalId.js'
import { createDatabase } from '../../support/database.js'
import { startMailServer } from '../../support/mailServer.js'
import { invite, mutate, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { APP_URL, ask, type Client, INSTANCE_TOKEN, JWT_SECRET } from '../../support/testServer.js'
import { ROUNDS } from '../races/rounds.js'

const within = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 50 })

type ServerProcess = Client & { kill(signal?: NodeJS.Signals): Promise<void> }

/** Starts a server in its own process, as `npm start` does. Its client uses INSTANCE_TOKEN. */
async function startServer(env: Record<string, string>): Promise<ServerProcess> {
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

async function foundOrg(instance: Client, name = 'Acme'): Promise<string> {
  const { user } = await mutate(
    instance,
    'upsertUser',
    { subject: 'owner', email: 'owner@acme.example', emailVerified: true },
    'user { id }',
  )
  const { org } = await mutate(instance, 'createOrg', { name, ownerId: user.id }, 'org { id }')
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

/** A mail server that can be told to answer no more. */
async function startStallingMailServer() {
  let stalling = false
  let waiting = 0
  const smtp = await startMailServer({
    onRcptTo(_address, _session, answer) {
      if (stalling) waiting++
      else answer()
    },
  })
  return {
    smtp,
    stall: (yes: boolean) => {
      stalling = yes
    },
    /** The number of mails that were not answered. */
    waiting: () => waiting,
  }
}

it('a mail that a server was sending when it was told to stop is sent by another server and does not count as failed', async () => {
  const { smtp, stall, waiting } = await startStallingMailServer()
  stall(true)
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
  await within(() => expect(waiting()).toBe(1))
  await first.kill('SIGTERM')
  stall(false)
  const second = await startServer(env)

  await within(() => expect(smtp.received).toHaveLength(1))
  await within(async () =>
    expect(
      (await readOrg(second, orgId)).events.nodes.flatMap(({ inviteEventType = [] }) => inviteEventType),
    ).toEqual(['CREATED', 'SENT']),
  )
}, 60_000)

it('a reminder comes once, if its server dies before it is due or while sending it', async () => {
  const { smtp, stall, waiting } = await startStallingMailServer()
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
  // Killed before the queue knows that it is sent, the server would leave it to another one, which sends it again.
  const pool = openPool(database.url)
  onTestFinished(() => pool.end())
  const running = 'select 1 from graphile_worker.jobs where locked_by is not null'
  await within(async () => expect((await pool.query(running)).rowCount).toBe(0))
  await first.kill()
  expect(smtp.received).toHaveLength(1)

  // It falls due while no server runs. The one that finds it dies while it sends it.
  await sleep(expiresAt.getTime() - 3_600_000 - Date.now())
  stall(true)
  const second = await startServer(env)
  await within(() => expect(waiting()).toBe(1))
  await second.kill()
  stall(false)
  const [third] = await Promise.all([startServer(env), startServer(env)])
  await within(async () => expect(await sendCount(third)).toEqual([{ delivery: 'SENT', sendCount: 2 }]))
  await sleep(2_000)
  expect(smtp.received.map(({ messageId }) => messageId?.split('.')[0])).toEqual(['<invite', '<reminder'])
}, 120_000)

it('a mail is recorded once, if the server dies before the queue removes the mail’s job', async () => {
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  const pool = openPool(database.url)
  onTestFinished(() => pool.end())
  // The removal of a mail's job waits for a lock that the test holds.
  await pool.query(`
    create function wait_for_test() returns trigger language plpgsql as $$
    begin
      if old.key like 'sendInviteMail:%' then perform pg_advisory_xact_lock(4711); end if;
      return old;
    end $$;
    create trigger wait_for_test before delete on graphile_worker._private_jobs
    for each row execute function wait_for_test()`)
  const holder = await pool.connect()
  onTestFinished(() => holder.release())
  await holder.query('select pg_advisory_lock(4711)')
  const smtp = await startMailServer()
  const env = { DATABASE_URL: database.url, SMTP_URL: smtp.url, MAIL_FROM: 'guildhall@app.example' }
  const first = await startServer(env)
  const orgId = await foundOrg(first)
  await invite(first, orgId, 'guest@new.example')
  const waiting = async () => {
    const { rows } = await pool.query<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
    )
    return rows.map(({ pid }) => pid)
  }
  await within(async () => expect(await waiting()).toHaveLength(1))
  await first.kill()
  // Otherwise the session would finish its statement, although its server is dead.
  for (const pid of await waiting()) await pool.query('select pg_terminate_backend($1)', [pid])
  await within(async () => expect(await waiting()).toEqual([]))
  await holder.query('select pg_advisory_unlock(4711)')

  const second = await startServer(env)
  const jobs = async () => {
    const { rows } = await pool.query(
      "select from graphile_worker._private_jobs where key like 'sendInviteMail:%'",
    )
    return rows.length
  }
  await within(async () => expect(await jobs()).toBe(0))
  expect(new Set(smtp.received.map(({ messageId }) => messageId)).size).toBe(1)
  const { events } = await readOrg(second, orgId)
  const sent = events.nodes.filter(
    ({ inviteEventType }: { inviteEventType?: string }) => inviteEventType === 'SENT',
  )
  expect(sent).toHaveLength(1)
}, 120_000)

/**
 * When the server of a round dies: some ms after the reminder is due, while it sends it, or before it can store that it
 * was sent.
 */
const deaths = ['after due', 'while sending', 'after sending'] as const

it('an invite gets one reminder, if servers are killed while they plan it, send it or store that it was sent', async () => {
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  const pool = openPool(database.url)
  onTestFinished(() => pool.end())
  let death: (typeof deaths)[number] | null = null
  const kills = new Map<string, number>()

  /** A place for a server, which has a mail server of its own: so the test knows who sends a mail. */
  async function openPlace() {
    let server: ServerProcess | undefined
    let dies = Promise.resolve()
    let starts: Promise<void> | undefined
    const die = () => {
      kills.set(death ?? '', (kills.get(death ?? '') ?? 0) + 1)
      death = null
      const killed = server
      server = undefined
      dies = killed?.kill() ?? Promise.resolve()
    }
    const smtp = await startMailServer({
      onRcptTo(_address, _session, answer) {
        if (death === 'while sending') die()
        else answer()
      },
      async onKept() {
        if (death !== 'after sending') return
        die()
        await dies
      },
    })
    const env = {
      DATABASE_URL: database.url,
      SMTP_URL: smtp.url,
      MAIL_FROM: 'guildhall@app.example',
      INVITE_REMINDER_BEFORE_H: '1',
      MAILS_PER_USER_PER_DAY: '1000',
      ORGS_PER_USER_PER_DAY: '1000',
      RATE_LIMIT_PER_ADDRESS: '0',
    }
    const start = async () => {
      server = await startServer(env)
    }
    await start()
    return {
      smtp,
      die,
      get server() {
        return server
      },
      /** Starts a server again, if its server died. */
      async revive() {
        if (server) return
        starts ??= dies.then(start).finally(() => {
          starts = undefined
        })
        await starts
      },
    }
  }

  const places = await Promise.all([openPlace(), openPlace(), openPlace()])
  const received = () => places.flatMap(({ smtp }) => smtp.received)
  const [instance] = places.map(({ server }) => server)
  if (!instance) throw new Error('no server')
  const invites: Array<{ id: string; email: string }> = []
  for (let round = 0; round < ROUNDS; round++) {
    const email = `guest-${round}@new.example`
    const orgId = await foundOrg(instance, `Org ${round}`)
    invites.push({ email, id: decodeId('OrgInvite', await invite(instance, orgId, email)) ?? '' })
  }
  const sendCounts = async () => {
    const { rows } = await pool.query<{ sent: number; invites: number }>(
      'select send_count as sent, count(*)::int as invites from org_invite group by send_count',
    )
    return rows
  }
  await within(async () => expect(await sendCounts()).toEqual([{ sent: 1, invites: ROUNDS }]))

  for (const [round, { id }] of invites.entries()) {
    await within(() => expect(places.filter(({ server }) => server).length).toBeGreaterThan(1))
    death = deaths[round % deaths.length] ?? null
    await pool.query(
      `select graphile_worker.reschedule_jobs(array(select id from graphile_worker._private_jobs where key = $1), now()),
        pg_notify('jobs:insert', '{"count":3}')`,
      [`remindOfInvite:${id}`],
    )
    if (death === 'after due') {
      await sleep(Math.random() * 15)
      const alive = places.filter(({ server }) => server)
      alive[Math.floor(Math.random() * alive.length)]?.die()
    }
    await within(() => expect(death).toBeNull())
    // One that does not start in time is started again at the end.
    void Promise.allSettled(places.map((place) => place.revive()))
  }

  await Promise.all(places.map((place) => place.revive()))
  await vi.waitFor(async () => expect(await sendCounts()).toEqual([{ sent: 2, invites: ROUNDS }]), {
    timeout: 60_000,
    interval: 250,
  })
  const copies = invites.map(({ id, email }) => {
    const reminders = received().filter(
      ({ recipients, messageId }) => recipients.includes(email) && messageId?.startsWith('<reminder.'),
    )
    const ids = new Set(reminders.map(({ messageId }) => messageId))
    expect([...ids]).toEqual([`<reminder.${id}.1@app.example>`])
    return reminders.length
  })
  const twice = copies.reduce((sum, count) => sum + count - 1, 0)
  console.log(
    `${ROUNDS} reminders, servers killed: ${JSON.stringify([...kills])}, mails that came again: ${twice}`,
  )
  // Only a server that dies before it can store that it sent a mail leads to the same mail again.
  expect(twice).toBeLessThanOrEqual(ROUNDS)
}, 900_000)
