import sql from 'sql-template-tag'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { decodeId } from '../../../src/graphql/globalId.js'
import { smtpMailer } from '../../../src/mail/mailer.js'
import { openMailServer, type Received, reply } from '../../support/mailServer.js'
import { createOrg, mutate, readOrg } from '../../support/mutate.js'
import { createToken, usePeople } from '../../support/people.js'
import { type TestPerson, type TestServer, useTestServer } from '../../support/testServer.js'

const refused = new Set<string>()
const smtp = await openMailServer({
  onRcptTo: ({ address }, _session, answer) =>
    refused.has(address) ? answer(reply(550, 'no such mailbox')) : answer(),
})
afterAll(smtp.close)
const mailer = () => smtpMailer(smtp.url, 'Guildhall <guildhall@app.example>')
const reminding = { INVITE_REMINDER_BEFORE_H: '1', MAILS_PER_ADDRESS_PER_ORG_PER_DAY: '4' }
const testServer = useTestServer({ mailer, env: reminding })
const people = usePeople(testServer)
/** A server that sends no reminders. */
const plain = useTestServer({ mailer })
/** A server whose inviters get the answers. */
const answered = useTestServer({ mailer, env: { ...reminding, MAIL_REPLY_TO: 'inviter' } })

const HOUR = 3_600_000
const newAddress = () => `${crypto.randomUUID()}@new.example`
const mailsTo = (address: string): Received[] =>
  smtp.received.filter(({ recipients }) => recipients.includes(address))
const within = (check: () => unknown) => vi.waitFor(check, { timeout: 25_000, interval: 50 })
const tokenIn = (mail: Received | undefined) => /\/invites\/(gi_[\w-]{43})/.exec(mail?.text ?? '')?.[1]
const isPending = async (mail: Received | undefined) => {
  const document = 'query($token: String!) { orgInvitePreview(token: $token) { status } }'
  const { data } = await testServer.nobody.ask(document, { token: tokenIn(mail) })
  return data.orgInvitePreview?.status === 'PENDING'
}

const fields = 'orgInvite { id delivery sendCount }'
/** Invites somebody so that the reminder is due some time from now, ms. */
async function invited(dueIn: number, input: Record<string, unknown> = {}, owner = people.owner) {
  const email = newAddress()
  const orgId = await createOrg(owner)
  const expiresAt = new Date(Date.now() + HOUR + dueIn)
  const { orgInvite } = await mutate(
    owner,
    'createOrgInvite',
    { orgId, invitee: { email }, expiresAt, ...input },
    fields,
  )
  return { email, orgId, id: orgInvite.id as string }
}
const hasArrived = (email: string, count: number) => within(() => expect(mailsTo(email)).toHaveLength(count))
const isSent = (owner: TestPerson, id: string, sendCount: number) =>
  within(async () => {
    const { data } = await owner.ask('query($id: ID!) { orgInvite(id: $id) { delivery sendCount } }', { id })
    expect(data.orgInvite).toEqual({ delivery: 'SENT', sendCount })
  })
const eventsOf = async (orgId: string, owner = people.owner): Promise<string[]> =>
  (await readOrg(owner, orgId)).events.nodes.flatMap(
    ({ inviteEventType }: { inviteEventType?: string }) => inviteEventType ?? [],
  )
/** The planned reminders of an invite. */
const planned = async ({ server }: TestServer, id: string) =>
  server.app.database.query<{ runAt: Date }>(sql`
    select run_at from graphile_worker._private_jobs where key = ${`remindOfInvite:${decodeId('OrgInvite', id)}`}
  `)

/** Lets the planned reminder run now. */
async function fallDue(id: string, server = testServer): Promise<void> {
  const uuid = decodeId('OrgInvite', id)
  await server.server.app.database.query(
    sql`select graphile_worker.reschedule_jobs(array(select id from graphile_worker._private_jobs where key = ${`remindOfInvite:${uuid}`}), now())`,
  )
  await within(async () => expect(await planned(server, id)).toEqual([]))
}

/** Waits until a reminder that was due later has been sent. */
async function anotherIsReminded(): Promise<void> {
  const { email, id } = await invited(HOUR)
  await isSent(people.owner, id, 1)
  await fallDue(id)
  await hasArrived(email, 2)
}

describe.concurrent('the reminder of an invite', () => {
  it('comes that long before expiry, in the invite’s language, and both links work', async () => {
    const { email, orgId, id } = await invited(8_000, { locale: 'de', message: 'Hallo!' })
    await isSent(people.owner, id, 1)
    expect(mailsTo(email)).toHaveLength(1)
    await hasArrived(email, 2)
    const [first, reminder] = mailsTo(email)
    expect(reminder?.subject).toMatch(/^Erinnerung: Ihre Einladung zu /)
    expect(reminder?.text).toContain('> Hallo!')
    expect(reminder?.messageId).toMatch(/^<reminder\.[\w-]+\.1@app\.example>$/)
    expect(reminder?.raw).toMatch(/^Auto-Submitted: auto-generated\r?$/m)
    expect(tokenIn(first)).not.toBe(tokenIn(reminder))
    expect([await isPending(first), await isPending(reminder)]).toEqual([true, true])
    await isSent(people.owner, id, 2)
    expect(await eventsOf(orgId)).toEqual(['CREATED', 'SENT', 'SENT'])
  })

  it.each<[string, number, Record<string, unknown>]>([
    ['was given less time than that', -1_000, {}],
    ['was not mailed', 60_000, { sendEmail: false }],
  ])('is not planned for an invite that %s', async (_, dueIn, input) => {
    const { id } = await invited(dueIn, input)
    expect(await planned(testServer, id)).toEqual([])
  })

  it('is not planned if the setting is 0', async () => {
    const { id } = await invited(86_400_000, {}, await plain.signUp())
    expect(await planned(plain, id)).toEqual([])
  })

  it('is planned for the time that the setting says', async () => {
    const { id } = await invited(3 * HOUR)
    const [{ runAt } = { runAt: new Date(0) }, ...more] = await planned(testServer, id)
    expect(more).toEqual([])
    expect(Math.abs(runAt.getTime() - Date.now() - 3 * HOUR)).toBeLessThan(30_000)
  })

  it('is not sent if the invite has been answered or revoked, or its org is not active', async () => {
    const [revoked, inactive] = await Promise.all([invited(HOUR), invited(HOUR)])
    await Promise.all([isSent(people.owner, revoked.id, 1), isSent(people.owner, inactive.id, 1)])
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId: revoked.id })
    await mutate(testServer.instance, 'updateOrg', { orgId: inactive.orgId, status: 'PROVISIONING' })
    await Promise.all([fallDue(revoked.id), fallDue(inactive.id)])
    await anotherIsReminded()
    expect([mailsTo(revoked.email).length, mailsTo(inactive.email).length]).toEqual([1, 1])
  })

  it('is not sent to an address that the mail could not be sent to', async () => {
    const email = newAddress()
    refused.add(email)
    const { orgId, id } = await invited(HOUR, { invitee: { email } })
    await within(async () => expect(await eventsOf(orgId)).toEqual(['CREATED', 'SEND_FAILED']))
    refused.delete(email)
    await fallDue(id)
    await anotherIsReminded()
    expect(mailsTo(email)).toEqual([])
  })

  it('comes once for each expiry: a resend plans another', async () => {
    const { email, id } = await invited(HOUR)
    await isSent(people.owner, id, 1)
    await fallDue(id)
    await isSent(people.owner, id, 2)
    await mutate(people.owner, 'resendOrgInvite', {
      orgInviteId: id,
      expiresAt: new Date(Date.now() + 5 * HOUR),
    })
    await isSent(people.owner, id, 3)
    expect(await planned(testServer, id)).toHaveLength(1)
    await fallDue(id)
    await hasArrived(email, 4)
    const mails = mailsTo(email)
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(4)
    expect(await Promise.all(mails.map(isPending))).toEqual([false, false, true, true])
  })

  it('is replaced by that of a resend before it was due', async () => {
    const { email, id } = await invited(HOUR)
    await isSent(people.owner, id, 1)
    const expiresAt = new Date(Date.now() + 30 * 60_000)
    await mutate(people.owner, 'resendOrgInvite', { orgInviteId: id, expiresAt })
    await isSent(people.owner, id, 2)
    // The new expiry is too soon for a reminder. The old plan ends without one.
    await fallDue(id)
    await anotherIsReminded()
    expect(mailsTo(email)).toHaveLength(2)
  })

  it('counts among the day’s mails, and waits for the next day if there are too many', async () => {
    const { email, id } = await invited(40 * HOUR)
    await isSent(people.owner, id, 1)
    const resend = () =>
      mutate(
        people.owner,
        'resendOrgInvite',
        { orgInviteId: id, expiresAt: new Date(Date.now() + 40 * HOUR) },
        fields,
      )
    await resend()
    await isSent(people.owner, id, 2)
    await fallDue(id)
    await isSent(people.owner, id, 3)
    await resend()
    await isSent(people.owner, id, 4)
    expect(await resend()).toMatchObject({ __typename: 'RateLimitedError' })
    const uuid = decodeId('OrgInvite', id)
    await testServer.server.app.database.query(
      sql`select graphile_worker.reschedule_jobs(array(select id from graphile_worker._private_jobs where key = ${`remindOfInvite:${uuid}`}), now())`,
    )
    await within(async () => {
      const [{ runAt } = { runAt: new Date(0) }] = await planned(testServer, id)
      const inH = (runAt.getTime() - Date.now()) / HOUR
      expect(inH).toBeGreaterThan(23.9)
      expect(inH).toBeLessThan(24.1)
    })
    expect(mailsTo(email)).toHaveLength(4)
  })
})

describe.concurrent('answers to a mail', () => {
  const replyToOf = async (email: string, number = 0) => {
    await within(() => expect(mailsTo(email).length).toBeGreaterThan(number))
    return mailsTo(email)[number]?.replyTo?.map(({ address }) => address)
  }

  it('go to the inviter’s verified address, if the setting says so', async () => {
    const owner = await answered.signUp()
    const { email } = await invited(8_000, {}, owner)
    expect(await replyToOf(email)).toEqual([owner.email])
    expect(await replyToOf(email, 1)).toEqual([owner.email])
  })

  it('go to the sender if the inviter’s address is not verified, or an API token invites', async () => {
    const owner = await answered.signUp({ verified: false })
    const { email, orgId } = await invited(86_400_000, {}, owner)
    expect(await replyToOf(email)).toBeUndefined()
    const token = await createToken(answered, answered.instance, ['INVITE_CREATE', 'INVITE_READ', 'ORG_READ'])
    const another = newAddress()
    await mutate(token, 'createOrgInvite', { orgId, invitee: { email: another } })
    expect(await replyToOf(another)).toBeUndefined()
  })

  it('go to the sender without the setting', async () => {
    const { email } = await invited(86_400_000)
    expect(await replyToOf(email)).toBeUndefined()
  })
})
