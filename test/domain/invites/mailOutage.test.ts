import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { smtpMailer } from '../../../src/mail/mailer.js'
import { isFrom, logLines } from '../../support/logLines.js'
import { openMailServer, type Received, reply, startMailServer } from '../../support/mailServer.js'
import { createOrg, mutate, readOrg } from '../../support/mutate.js'
import { type TestPerson, type TestServer, useTestServer } from '../../support/testServer.js'

const within = (check: () => unknown, timeout = 20_000) => vi.waitFor(check, { timeout, interval: 50 })
const from = 'Guildhall <guildhall@app.example>'

/** Finds a port where nothing listens, so that the test can start the mail server there later. */
async function unusedPort(): Promise<number> {
  const { port, close } = await openMailServer()
  await close()
  return port
}

function useMail(url: () => string, env: Record<string, string> = {}) {
  const { log, lines } = logLines()
  const testServer = useTestServer({
    mailer: () => smtpMailer(url(), from),
    log,
    env: { FREE_PENDING_INVITES: '10000', ...env },
  })
  const fromInfoUp = () => lines.filter(isFrom('info'))
  return {
    world: testServer,
    /** Log lines about mail, from level `info` up. */
    about: () => fromInfoUp().filter(({ msg }) => /mail/i.test(msg)),
  }
}

async function inviteMany(owner: TestPerson, count: number): Promise<string> {
  const orgId = await createOrg(owner)
  const invitees = Array.from({ length: count }, (_, n) => ({
    email: `guest${n}-${crypto.randomUUID()}@new.example`,
  }))
  await mutate(owner, 'createOrgInvites', { orgId, invitees }, '__typename')
  return orgId
}

const deliveriesOf = (testServer: TestServer) =>
  testServer.server.app.database
    .query<{ delivery: string; count: number }>(
      sql`select delivery, count(*)::int as count from org_invite group by delivery`,
    )
    .then((rows) => Object.fromEntries(rows.map(({ delivery, count }) => [delivery, count])))
const linksIn = async (testServer: TestServer) => {
  const [row] = await testServer.server.app.database.query<{ count: number }>(
    sql`select count(*)::int as count from org_invite_token`,
  )
  return row?.count
}

describe('while the mail server is down', async () => {
  const port = await unusedPort()
  const { world: testServer, about } = useMail(() => `smtp://127.0.0.1:${port}`)

  it('mails wait without their links, and the log has one line with the cause and one when it is over', async () => {
    const owner = await testServer.signUp()
    await within(() => expect(about()).toHaveLength(1))
    await inviteMany(owner, 50)
    await sleep(4_000)
    expect(await deliveriesOf(testServer)).toEqual({ QUEUED: 50 })
    expect(await linksIn(testServer)).toBe(0)
    expect(about()).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'Mail failed; retrying until it works',
        server: `127.0.0.1:${port}`,
        problem: 'UNREACHABLE',
        code: 'ECONNREFUSED',
        reason: expect.stringContaining('ECONNREFUSED'),
        hint: expect.stringContaining('SMTP_URL'),
      }),
    ])

    const { received } = await startMailServer({ port })
    await within(async () => expect(await deliveriesOf(testServer)).toEqual({ SENT: 50 }))
    expect(received).toHaveLength(50)
    expect(await linksIn(testServer)).toBe(50)
    expect(about().slice(1)).toEqual([
      expect.objectContaining({ level: 'info', msg: 'Mail works again', downMs: expect.any(Number) }),
    ])
  }, 60_000)
})

describe('while the mail server is down for too long', async () => {
  const port = await unusedPort()
  const { world: testServer, about } = useMail(() => `smtp://127.0.0.1:${port}`, { MAIL_RETRY_FOR_S: '3' })

  it('every waiting mail is FAILED on time, with the reason and a log line', async () => {
    const owner = await testServer.signUp()
    const orgId = await inviteMany(owner, 20)
    await within(async () => expect(await deliveriesOf(testServer)).toEqual({ FAILED: 20 }))
    await within(() => expect(about().filter(({ inviteId }) => inviteId)).toHaveLength(20))
    expect(about()).toHaveLength(21)
    const { data } = await owner.ask(
      'query($id: ID!) { org(id: $id) { invites(first: 1) { nodes { deliveryProblem } } } }',
      { id: orgId },
    )
    expect(data.org.invites.nodes).toEqual([{ deliveryProblem: 'The mail server could not be reached.' }])
    expect(
      (await readOrg(owner, orgId)).events.nodes.filter(
        ({ inviteEventType }: { inviteEventType?: string }) => inviteEventType === 'SEND_FAILED',
      ),
    ).toHaveLength(20)
    const [left] = await testServer.server.app.database.query<{ count: number }>(sql`
      select count(*)::int as count from graphile_worker._private_jobs
      where task_id = (select id from graphile_worker._private_tasks where identifier = 'sendInviteMail')
    `)
    expect(left?.count).toBe(0)
  }, 60_000)
})

describe('a mail server that rejects this service', async () => {
  let refusal: Error | undefined = reply(550, '5.7.1 guildhall@app.example is not yours')
  const received: Received[] = []
  const smtp = await openMailServer({
    onMailFrom: (_, __, done) => done(refusal),
    onKept: (mail) => void received.push(mail),
  })
  const { world: testServer, about } = useMail(() => smtp.url)

  it('is logged once, however many mails it rejects', async () => {
    onTestFinished(smtp.close)
    const owner = await testServer.signUp()
    await inviteMany(owner, 20)
    await within(() => expect(about()).toHaveLength(1))
    await sleep(3_000)
    expect(about()).toEqual([
      expect.objectContaining({
        level: 'warn',
        problem: 'SENDER_REFUSED',
        code: 550,
        reason: '[…] is not yours',
        hint: expect.stringContaining('MAIL_FROM'),
      }),
    ])
    await within(async () => expect(await linksIn(testServer)).toBe(0))
    refusal = undefined
    await within(async () => expect(await deliveriesOf(testServer)).toEqual({ SENT: 20 }), 60_000)
    await within(() => expect(about()).toHaveLength(2))
    expect(received).toHaveLength(20)
  }, 90_000)
})

describe('a mail server that defers some mails', async () => {
  const tried = new Map<string, number>()
  const smtp = await openMailServer({
    onRcptTo({ address }, _session, answer) {
      tried.set(address, (tried.get(address) ?? 0) + 1)
      if (address.startsWith('guest') && tried.get(address) === 1)
        return answer(reply(450, '4.2.0 greylisted'))
      answer()
    },
  })
  const { world: testServer, about } = useMail(() => smtp.url)

  it('does not delay other mails, and is logged once a minute', async () => {
    onTestFinished(smtp.close)
    const owner = await testServer.signUp()
    await inviteMany(owner, 20)
    await within(async () => expect(await deliveriesOf(testServer)).toEqual({ SENT: 20 }))
    expect([...tried.values()]).toEqual(Array(20).fill(2))
    expect(await linksIn(testServer)).toBe(20)
    expect(about()).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'the mail server deferred a mail',
        reason: 'BUSY',
        code: 450,
      }),
    ])
  }, 60_000)
})

describe('a relay that accepts one connection at a time', async () => {
  const open = new Set<string>()
  const smtp = await openMailServer({
    onConnect({ id }, done) {
      if (open.size > 0) return done(reply(421, 'one connection only'))
      open.add(id)
      done()
    },
    onClose: ({ id }) => void open.delete(id),
  })
  const { world: testServer } = useMail(() => smtp.url)

  it('gets all mails', async () => {
    onTestFinished(smtp.close)
    const owner = await testServer.signUp()
    await inviteMany(owner, 40)
    // A mail that the relay defers three times waits 30 s in all, by the queue's back-off.
    await within(async () => expect(await deliveriesOf(testServer)).toEqual({ SENT: 40 }), 90_000)
    const ids = smtp.received.map(({ messageId }) => messageId)
    expect(new Set(ids).size).toBe(40)
    expect(ids).toHaveLength(40)
  }, 120_000)
})
