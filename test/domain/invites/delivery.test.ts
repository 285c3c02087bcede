import { afterAll, describe, expect, it, vi } from 'vitest'
import { smtpMailer } from '../../../src/mail/mailer.js'
import { expireNow } from '../../support/expireNow.js'
import { openMailServer, type Received, reply } from '../../support/mailServer.js'
import { createOrg, mutate, readOrg } from '../../support/mutate.js'
import { usePeople } from '../../support/people.js'
import { useTestServer } from '../../support/testServer.js'

/** How often each address was tried. The mail server's behaviour depends on the address's name. */
const tries = new Map<string, number>()
const open = new Set<string>()
const smtp = await openMailServer({
  onRcptTo({ address }, _session, answer) {
    tries.set(address, (tries.get(address) ?? 0) + 1)
    if (open.has(address)) return answer()
    if (address.startsWith('unknown')) return answer(reply(550, 'no such mailbox'))
    if (address.startsWith('busy')) return answer(reply(451, 'come back later'))
    if (address.startsWith('silent')) return
    answer()
  },
})
afterAll(smtp.close)
const mailer = () => smtpMailer(smtp.url, 'Guildhall <guildhall@app.example>')
const testServer = useTestServer({ mailer, env: { MAIL_RETRY_FOR_S: '30' } })
const people = usePeople(testServer)
/** A server that gives up after the first failure. */
const impatient = useTestServer({ mailer, env: { MAIL_RETRY_FOR_S: '0' } })

const addressOf = (kind: string) => `${kind}-${crypto.randomUUID()}@new.example`
const received = (address: string): Received[] =>
  smtp.received.filter(({ recipients }) => recipients.includes(address))
const linkIn = ({ text = '' }: Received): string =>
  /https:\/\/app\.example\/invites\/(gi_[\w-]{43})/.exec(text)?.[1] ?? ''
const within = (check: () => unknown, timeout = 10_000) => vi.waitFor(check, { timeout, interval: 25 })

const fields = 'orgInvite { id delivery sendCount lastSentAt }'
async function mailed(email: string, input: Record<string, unknown> = {}, owner = people.owner) {
  const orgId = await createOrg(owner)
  const { orgInvite } = await mutate(
    owner,
    'createOrgInvite',
    { orgId, invitee: { email }, ...input },
    fields,
  )
  const read = async () => {
    const { data } = await owner.ask(
      `query($id: ID!) { ${fields.replace('orgInvite', 'orgInvite(id: $id)')} }`,
      {
        id: orgInvite.id,
      },
    )
    return data.orgInvite
  }
  const events = async (): Promise<string[]> =>
    (await readOrg(owner, orgId)).events.nodes.flatMap(
      ({ inviteEventType }: { inviteEventType?: string }) => inviteEventType ?? [],
    )
  return { orgId, orgInviteId: orgInvite.id, made: orgInvite, read, events }
}
const resend = (orgInviteId: string, input: Record<string, unknown> = {}) =>
  mutate(people.owner, 'resendOrgInvite', { orgInviteId, ...input }, fields)
const preview = async (token: string) =>
  (await testServer.nobody.ask('query($t: String!) { orgInvitePreview(token: $t) { status } }', { t: token }))
    .data.orgInvitePreview

describe.concurrent('an invite’s mail', () => {
  it('is QUEUED, then SENT, and the invitee can accept by its link', async () => {
    const invitee = await testServer.signUp({ verified: false })
    const { made, read, events } = await mailed(invitee.email, { message: 'Come in!' })
    expect(made).toMatchObject({ delivery: 'QUEUED', sendCount: 0, lastSentAt: null })
    await within(async () => expect(await read()).toMatchObject({ delivery: 'SENT', sendCount: 1 }))
    expect((await read()).lastSentAt).toEqual(expect.any(String))
    expect(await events()).toEqual(['CREATED', 'SENT'])
    const [mail, ...more] = received(invitee.email)
    expect(more).toEqual([])
    expect(mail).toMatchObject({
      from: { name: 'Guildhall', address: 'guildhall@app.example' },
      to: [{ address: invitee.email }],
      text: expect.stringContaining('Come in!'),
    })
    const token = mail ? linkIn(mail) : ''
    expect(await mutate(invitee, 'acceptOrgInvite', { invite: { token } })).toMatchObject({
      __typename: 'AcceptOrgInvitePayload',
    })
  })

  it('is sent only if the caller asks for it', async () => {
    const address = addressOf('unasked')
    const { made, events } = await mailed(address, { sendEmail: false })
    expect(made.delivery).toBe('NOT_SENT')
    const other = await mailed(addressOf('asked'), { sendEmail: true })
    await within(async () => expect(await other.events()).toEqual(['CREATED', 'SENT']))
    expect(await events()).toEqual(['CREATED'])
    expect(tries.has(address)).toBe(false)
  })

  it('has the only link: the person who asks for it is told none', async () => {
    const orgId = await createOrg(people.owner)
    const input = { orgId, invitee: { email: addressOf('told') }, sendEmail: true }
    const payload = 'orgInvite { id } acceptUrl'
    const { orgInvite, acceptUrl } = await mutate(people.owner, 'createOrgInvite', input, payload)
    expect(acceptUrl).toBeNull()
    const again = { orgInviteId: orgInvite.id }
    expect((await mutate(people.owner, 'resendOrgInvite', again, payload)).acceptUrl).toBeNull()
  })

  it('is another mail after a resend: it has another Message-ID and the only valid link', async () => {
    const address = addressOf('twice')
    const { orgInviteId, read, events } = await mailed(address)
    await within(async () => expect(await read()).toMatchObject({ delivery: 'SENT' }))
    expect((await resend(orgInviteId)).orgInvite).toMatchObject({ delivery: 'QUEUED', sendCount: 1 })
    await within(async () => expect(await read()).toMatchObject({ delivery: 'SENT', sendCount: 2 }))
    expect(await events()).toEqual(['CREATED', 'SENT', 'RESENT', 'SENT'])
    const [one, other] = received(address)
    expect(one?.messageId).not.toBe(other?.messageId)
    expect(one && (await preview(linkIn(one)))).toBeNull()
    expect(other && (await preview(linkIn(other)))).toEqual({ status: 'PENDING' })
  })

  it('is tried again under the same Message-ID if the mail server defers it', async () => {
    const address = addressOf('busy')
    const { read, events } = await mailed(address)
    await within(() => expect(tries.get(address)).toBeGreaterThanOrEqual(1))
    expect(await read()).toMatchObject({ delivery: 'QUEUED', sendCount: 0 })
    open.add(address)
    await within(async () => expect(await read()).toMatchObject({ delivery: 'SENT', sendCount: 1 }))
    expect(tries.get(address)).toBeGreaterThanOrEqual(2)
    expect(await events()).toEqual(['CREATED', 'SENT'])
    expect(received(address)).toHaveLength(1)
  })

  it('is FAILED at once if the mail server rejects it for good, and can be resent', async () => {
    const address = addressOf('unknown')
    const { orgInviteId, read, events } = await mailed(address)
    await within(async () => expect(await read()).toMatchObject({ delivery: 'FAILED', sendCount: 0 }))
    expect(await events()).toEqual(['CREATED', 'SEND_FAILED'])
    expect(tries.get(address)).toBe(1)
    open.add(address)
    await resend(orgInviteId)
    await within(async () => expect(await read()).toMatchObject({ delivery: 'SENT', sendCount: 1 }))
    expect(await events()).toEqual(['CREATED', 'SEND_FAILED', 'RESENT', 'SENT'])
  })

  it('is FAILED if no mail server takes it in time, and the invite stays pending', async () => {
    const owner = await impatient.signUp()
    const { read, events, orgId } = await mailed(addressOf('busy'), {}, owner)
    await within(async () => expect(await read()).toMatchObject({ delivery: 'FAILED', lastSentAt: null }))
    expect(await events()).toEqual(['CREATED', 'SEND_FAILED'])
    expect((await readOrg(owner, orgId)).inviteCounts.pending).toBe(1)
  })

  it.each(['revoked', 'expired', 'resent without a mail'])(
    'is not tried again once the invite is %s',
    async (how) => {
      const address = addressOf('busy')
      const { orgInviteId, read } = await mailed(address)
      await within(() => expect(tries.get(address)).toBeGreaterThanOrEqual(1))
      if (how === 'revoked') await mutate(people.owner, 'revokeOrgInvite', { orgInviteId })
      if (how === 'expired') await expireNow(testServer, orgInviteId)
      if (how.startsWith('resent')) await resend(orgInviteId, { sendEmail: false })
      open.add(address)
      // The next try would come within 2 s.
      const other = await mailed(addressOf('meanwhile'))
      await within(async () => expect(await other.events()).toEqual(['CREATED', 'SENT']))
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      expect(received(address)).toEqual([])
      expect((await read()).sendCount).toBe(0)
      if (how.startsWith('resent')) expect((await read()).delivery).toBe('NOT_SENT')
    },
  )
})

describe('a mail server that hangs', () => {
  it('does not stop invites from expiring', async () => {
    for (let stuck = 0; stuck < 8; stuck++) await mailed(addressOf('silent'))
    await within(() =>
      expect([...tries.keys()].filter((address) => address.startsWith('silent')).length).toBeGreaterThan(3),
    )
    const { orgInviteId, events } = await mailed(addressOf('quick'), { sendEmail: false })
    await expireNow(testServer, orgInviteId)
    await within(async () => expect(await events()).toEqual(['CREATED', 'EXPIRED']), 4_000)
  })
})
