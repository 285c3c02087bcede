import sql from 'sql-template-tag'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { RENEWAL_REQUESTS_PER_MINUTE } from '../../../src/domain/invites/requestOrgInviteRenewal.js'
import { decodeId } from '../../../src/graphql/globalId.js'
import { smtpMailer } from '../../../src/mail/mailer.js'
import { expireNow } from '../../support/expireNow.js'
import { inviteByLink, tokenOfLink } from '../../support/inviteByLink.js'
import { openMailServer, type Received, reply } from '../../support/mailServer.js'
import { createOrg, join, mutate, readOrg } from '../../support/mutate.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const refused = new Set<string>()
/** Their mails have to wait. */
const busy = new Map<string, number>()
const smtp = await openMailServer({
  onRcptTo({ address }, _session, answer) {
    const tries = busy.get(address)
    if (tries !== undefined) busy.set(address, tries + 1)
    if (refused.has(address)) answer(reply(550, 'no such mailbox'))
    else if (tries !== undefined) answer(reply(451, 'try again later'))
    else answer()
  },
})
afterAll(smtp.close)
const mailer = () => smtpMailer(smtp.url, 'Guildhall <guildhall@app.example>')
const testServer = useTestServer({ mailer })
const german = useTestServer({ mailer, env: { MAIL_LOCALE: 'de-AT' } })

const mailsTo = ({ email }: { email: string }): Received[] =>
  smtp.received.filter(
    ({ recipients, messageId }) => recipients.includes(email) && messageId?.startsWith('<renewal.'),
  )
const within = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 25 })
const newAddress = () => `${crypto.randomUUID()}@new.example`

const request = (client: Client, token: string) =>
  mutate(client, 'requestOrgInviteRenewal', { token }, 'requestedAt')

/** An invite by a new owner that has expired, with the token of its link. */
async function expired(input: Record<string, unknown> = {}, server = testServer) {
  const owner = await server.signUp()
  const orgId = await createOrg(owner)
  const email = newAddress()
  const made = await mutate(
    owner,
    'createOrgInvite',
    { orgId, invitee: { email }, sendEmail: false, message: 'Come!', ...input },
    'orgInvite { id } acceptUrl',
  )
  const orgInviteId: string = made.orgInvite.id
  await expireNow(server, orgInviteId)
  return { owner, orgId, email, orgInviteId, token: tokenOfLink(made.acceptUrl) }
}
const eventsOf = async (owner: TestPerson, orgId: string) =>
  (await readOrg(owner, orgId)).events.nodes.filter(
    ({ inviteEventType }: { inviteEventType?: string }) => inviteEventType !== undefined,
  )
const typesOf = async (owner: TestPerson, orgId: string): Promise<string[]> =>
  (await eventsOf(owner, orgId)).map(({ inviteEventType }: { inviteEventType: string }) => inviteEventType)
/** Waits until everything that was asked for is sent. */
const sent = () =>
  within(async () => {
    const { database } = testServer.server.app
    const waiting = sql`select 1 from graphile_worker._private_jobs where key like 'sendRenewalRequest:%'`
    expect(await database.query(waiting)).toEqual([])
  })

describe('requestOrgInviteRenewal', () => {
  it('writes an event without an actor and mails the person who sent the invite, for a visitor who is not signed in', async () => {
    const { owner, orgId, email, orgInviteId, token } = await expired({ roles: ['ADMIN'] })
    const asked = await request(testServer.nobody, token)
    expect(asked).toMatchObject({ __typename: 'RequestOrgInviteRenewalPayload' })
    const [, expiry, event] = await eventsOf(owner, orgId)
    expect(expiry).toMatchObject({ inviteEventType: 'EXPIRED' })
    expect(event).toMatchObject({
      inviteEventType: 'RENEWAL_REQUESTED',
      actor: null,
      status: 'EXPIRED',
      previousStatus: 'EXPIRED',
      roles: ['ADMIN'],
    })
    await within(() => expect(mailsTo(owner)).toHaveLength(1))
    const [mail] = mailsTo(owner)
    const { name } = await readOrg(owner, orgId)
    expect(mail?.subject).toBe(`Request for a new invitation link to ${name}`)
    for (const told of [email, name, 'an admin', owner.name, 'Come!', 'https://app.example'])
      expect(mail?.text).toContain(told)
    // The mail has no token: the old link opens nothing, and a new one is for the invitee alone.
    expect(mail?.raw).not.toContain('/invites/')
    const uuid = decodeId('OrgInvite', orgInviteId)
    expect(mail?.messageId).toBe(`<renewal.${uuid}.${new Date(asked.requestedAt).getTime()}@app.example>`)
  })

  it('is told by the invite and by the preview of its link', async () => {
    const { owner, orgInviteId, token } = await expired()
    const read = async () => {
      const { data } = await owner.ask(
        `query($id: ID!, $token: String!) {
          orgInvite(id: $id) { renewalRequestedAt } orgInvitePreview(token: $token) { renewalRequestedAt }
        }`,
        { id: orgInviteId, token },
      )
      return [data.orgInvite.renewalRequestedAt, data.orgInvitePreview.renewalRequestedAt]
    }
    expect(await read()).toEqual([null, null])
    const { requestedAt } = await request(await testServer.signUp(), token)
    expect(await read()).toEqual([requestedAt, requestedAt])
  })

  it('works once a day for each invite, whoever asks', async () => {
    const { owner, orgId, orgInviteId, token } = await expired()
    await request(await testServer.signUp(), token)
    const again = await request(await testServer.signUp(), token)
    expect(again.__typename).toBe('RateLimitedError')
    expect(again.retryAfterSeconds).toBeGreaterThan(24 * 3_600 - 60)
    const { database } = testServer.server.app
    await database.query(sql`
      update org_invite set renewal_requested_at = renewal_requested_at - interval '1 day'
      where id = ${decodeId('OrgInvite', orgInviteId)}
    `)
    expect((await request(await testServer.signUp(), token)).__typename).toMatch(/Payload$/)
    expect(await typesOf(owner, orgId)).toEqual([
      'CREATED',
      'EXPIRED',
      'RENEWAL_REQUESTED',
      'RENEWAL_REQUESTED',
    ])
  })

  it('asked ten times at once is done once: one event, one mail', async () => {
    const { owner, orgId, token } = await expired()
    const callers = await Promise.all(Array.from({ length: 10 }, () => testServer.signUp()))
    const answers = await Promise.all(callers.map((caller) => request(caller, token)))
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      ...Array(9).fill('RateLimitedError'),
      'RequestOrgInviteRenewalPayload',
    ])
    await sent()
    expect(await typesOf(owner, orgId)).toEqual(['CREATED', 'EXPIRED', 'RENEWAL_REQUESTED'])
    expect(mailsTo(owner)).toHaveLength(1)
  })

  it.each(['PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED'])(
    'is OrgInviteNotExpiredError for an invite that is %s',
    async (status) => {
      const [owner, invitee] = [await testServer.signUp(), await testServer.signUp()]
      const { orgInviteId, token } = await inviteByLink(testServer, await createOrg(owner), {
        email: invitee.email,
      })
      if (status === 'ACCEPTED') await mutate(invitee, 'acceptOrgInvite', { invite: { token } })
      if (status === 'DECLINED') await mutate(invitee, 'declineOrgInvite', { invite: { token } })
      if (status === 'REVOKED') await mutate(owner, 'revokeOrgInvite', { orgInviteId })
      expect(await mutate(invitee, 'requestOrgInviteRenewal', { token })).toMatchObject({
        __typename: 'OrgInviteNotExpiredError',
        inviteStatus: status,
      })
    },
  )

  it('is NotFoundError for a token that opens nothing', async () => {
    const { token } = await expired()
    const caller = await testServer.signUp()
    for (const unknown of ['', 'gi_nothing', `${token.slice(0, -1)}`, token.replace(/^gt_/, 'gi_'), '\0'])
      expect((await request(caller, unknown)).__typename).toBe('NotFoundError')
  })

  it(`is RateLimitedError for a caller who asks more than ${RENEWAL_REQUESTS_PER_MINUTE} times a minute`, async () => {
    const caller = await testServer.signUp()
    const { token } = await expired()
    for (let asked = 0; asked < RENEWAL_REQUESTS_PER_MINUTE; asked++) await request(caller, 'gi_nothing')
    const answer = await request(caller, token)
    expect(answer.__typename).toBe('RateLimitedError')
    expect(answer.retryAfterSeconds).toBeLessThanOrEqual(60)
    expect((await request(await testServer.signUp(), token)).__typename).toMatch(/Payload$/)
  })

  it('is done for a person who is a member by now, without an event or a mail, and the answer is the same', async () => {
    const owner = await testServer.signUp()
    const [orgId, invitee] = [await createOrg(owner), await testServer.signUp()]
    const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: invitee.email })
    await expireNow(testServer, orgInviteId)
    await mutate(testServer.instance, 'addOrgUser', { orgId, userId: invitee.id })
    expect((await request(invitee, token)).__typename).toBe('RequestOrgInviteRenewalPayload')
    expect(await typesOf(owner, orgId)).not.toContain('RENEWAL_REQUESTED')
    await sent()
    expect(mailsTo(owner)).toEqual([])
  })
})

describe('the mail that asks for a new link', () => {
  it('goes to another member who may resend the invite if its sender may not any more', async () => {
    const { owner, orgId, token } = await expired()
    const [second, plain] = [await testServer.signUp(), await testServer.signUp()]
    await join(owner, orgId, plain, ['USER'])
    await join(owner, orgId, second, ['ADMIN', 'OWNER'])
    await mutate(second, 'updateOrgUserRoles', { orgId, userId: owner.id, remove: ['OWNER'], add: ['USER'] })
    await request(await testServer.signUp(), token)
    await within(() => expect(mailsTo(second)).toHaveLength(1))
    expect(mailsTo(owner)).toEqual([])
    expect(mailsTo(plain)).toEqual([])
  })

  it('goes to nobody below the rank of the invite', async () => {
    const { owner, orgId, token } = await expired({ roles: ['OWNER'] })
    const [admin, second] = [await testServer.signUp(), await testServer.signUp()]
    await join(owner, orgId, admin, ['ADMIN'])
    await join(owner, orgId, second, ['OWNER'])
    await mutate(second, 'updateOrgUserRoles', { orgId, userId: owner.id, remove: ['OWNER'], add: ['ADMIN'] })
    await request(await testServer.signUp(), token)
    await within(() => expect(mailsTo(second)).toHaveLength(1))
    expect([...mailsTo(owner), ...mailsTo(admin)]).toEqual([])
  })

  it('goes to the member who has been there for longest if an API token sent the invite', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: newAddress() })
    await expireNow(testServer, orgInviteId)
    await request(await testServer.signUp(), token)
    await within(() => expect(mailsTo(owner)).toHaveLength(1))
    expect(mailsTo(owner)[0]?.text).not.toContain('It was sent by')
  })

  it('names an invite by user id without its address', async () => {
    const invitee = await testServer.signUp()
    const { owner, token } = await expired({ invitee: { userId: invitee.id } })
    await request(invitee, token)
    await within(() => expect(mailsTo(owner)).toHaveLength(1))
    expect(mailsTo(owner)[0]?.raw).not.toContain(invitee.email)
    expect(mailsTo(owner)[0]?.text).toContain(invitee.name)
  })

  it('tells nothing of the address of an invite by user id, also if the user has no name', async () => {
    const domain = `${crypto.randomUUID()}.example`
    const invitee = await testServer.signUp({ name: '', email: `somebody@${domain}` })
    const { owner, token } = await expired({ invitee: { userId: invitee.id } })
    await request(invitee, token)
    await within(() => expect(mailsTo(owner)).toHaveLength(1))
    expect(mailsTo(owner)[0]?.text).toContain('•••')
    expect(mailsTo(owner)[0]?.text).not.toContain(domain)
  })

  it('is not sent to a member who may no longer resend the invite when it can be sent', async () => {
    const { owner, orgId, token } = await expired({ roles: ['ADMIN'] })
    const second = await testServer.signUp()
    await join(owner, orgId, second, ['OWNER'])
    busy.set(owner.email, 0)
    await request(testServer.nobody, token)
    await within(() => expect(busy.get(owner.email)).toBeGreaterThan(0))
    await mutate(second, 'updateOrgUserRoles', { orgId, userId: owner.id, remove: ['OWNER'], add: ['USER'] })
    busy.delete(owner.email)
    await sent()
    expect([...mailsTo(owner), ...mailsTo(second)]).toEqual([])
  })

  it('is written in the language of the server', async () => {
    const { owner, token } = await expired({ locale: 'fr' }, german)
    await request(german.nobody, token)
    await within(() => expect(mailsTo(owner)).toHaveLength(1))
    expect(mailsTo(owner)[0]?.subject).toMatch(/^Bitte um einen neuen Einladungslink/)
  })

  it('comes three times a day to one person from one org at most; the events go on', async () => {
    const { owner, orgId, token } = await expired()
    const tokens = [token]
    for (let more = 0; more < 3; more++) {
      const made = await mutate(
        owner,
        'createOrgInvite',
        { orgId, invitee: { email: newAddress() }, sendEmail: false },
        'orgInvite { id } acceptUrl',
      )
      await expireNow(testServer, made.orgInvite.id)
      tokens.push(tokenOfLink(made.acceptUrl))
    }
    const caller = await testServer.signUp()
    for (const one of tokens) expect((await request(caller, one)).__typename).toMatch(/Payload$/)
    await sent()
    expect(mailsTo(owner)).toHaveLength(3)
    const types = await typesOf(owner, orgId)
    expect(types.filter((type) => type === 'RENEWAL_REQUESTED')).toHaveLength(4)
  })

  it('that the mail server refuses is given up, and only the log tells it', async () => {
    const { owner, orgId, token } = await expired()
    refused.add(owner.email)
    await request(await testServer.signUp(), token)
    await sent()
    expect(await typesOf(owner, orgId)).toEqual(['CREATED', 'EXPIRED', 'RENEWAL_REQUESTED'])
  })
})
