import sql from 'sql-template-tag'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { smtpMailer } from '../../../src/mail/mailer.js'
import { isFrom, logLines } from '../../support/logLines.js'
import { openMailServer, reply } from '../../support/mailServer.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

const within = (check: () => unknown, timeout = 15_000) => vi.waitFor(check, { timeout, interval: 25 })
const addressOf = (kind: string) => `${kind}-${crypto.randomUUID()}@new.example`

const open = new Set<string>()
const smtp = await openMailServer({
  onRcptTo({ address }, _session, answer) {
    if (open.has(address)) return answer()
    if (address.startsWith('unknown')) return answer(reply(550, `5.1.1 <${address}>: no such user`))
    answer(reply(550, '5.2.1 gone'))
  },
})
afterAll(smtp.close)

const { log, lines } = logLines()
const givenUp = () => lines.filter(({ msg }) => msg === 'gave up the mail of an invite')
beforeEach(() => {
  lines.length = 0
})
const from = 'Guildhall <guildhall@app.example>'
const testServer = useTestServer({ mailer: () => smtpMailer(smtp.url, from), log })

async function invited(owner: TestPerson, email: string) {
  const orgId = await createOrg(owner)
  const { orgInvite } = await mutate(
    owner,
    'createOrgInvite',
    { orgId, invitee: { email } },
    'orgInvite { id }',
  )
  const read = async () => {
    const { data } = await owner.ask('query($id: ID!) { orgInvite(id: $id) { delivery deliveryProblem } }', {
      id: orgInvite.id,
    })
    return data.orgInvite
  }
  return { orgId, orgInviteId: orgInvite.id, read }
}

describe('a mail that the mail server rejects for good', () => {
  it.each([
    ['unknown', 'NO_SUCH_MAILBOX', 'The mail server says that there is no such mailbox.'],
    ['gone', 'RECIPIENT_REFUSED', 'The mail server refused this address.'],
  ])('is FAILED with the reason (%s)', async (kind, problem, words) => {
    const owner = await testServer.signUp()
    const address = addressOf(kind)
    const { read } = await invited(owner, address)
    await within(async () => expect(await read()).toEqual({ delivery: 'FAILED', deliveryProblem: words }))
    const [event] = await testServer.server.app.database.query<{ summary: string }>(
      sql`select summary from org_event where type = 'SEND_FAILED' order by occurred_at desc limit 1`,
    )
    expect(event?.summary).toBe(problem)
  })

  it('is logged in one line with the server’s words but without the address', async () => {
    const owner = await testServer.signUp()
    const address = addressOf('unknown')
    const { read } = await invited(owner, address)
    await within(async () => expect(await read()).toMatchObject({ delivery: 'FAILED' }))
    await within(() => expect(givenUp()).toHaveLength(1))
    expect(lines.filter(isFrom('warn'))).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'gave up the mail of an invite',
        inviteId: expect.any(String),
        problem: 'NO_SUCH_MAILBOX',
        code: 550,
        reason: '[…] no such user',
      }),
    ])
  })

  it('has no reason any more once another mail is asked for', async () => {
    const owner = await testServer.signUp()
    const address = addressOf('unknown')
    const { orgInviteId, read } = await invited(owner, address)
    await within(async () => expect(await read()).toMatchObject({ delivery: 'FAILED' }))
    await mutate(owner, 'resendOrgInvite', { orgInviteId, sendEmail: false })
    expect(await read()).toMatchObject({ delivery: 'FAILED', deliveryProblem: expect.any(String) })
    open.add(address)
    await mutate(owner, 'resendOrgInvite', { orgInviteId })
    expect(await read()).toMatchObject({ deliveryProblem: null })
    await within(async () => expect(await read()).toEqual({ delivery: 'SENT', deliveryProblem: null }))
  })

  it('shows its reason to everybody who may read the delivery', async () => {
    const owner = await testServer.signUp()
    const invitee = await testServer.signUp({ name: `unknown${crypto.randomUUID().slice(0, 8)}` })
    const { orgInviteId, read } = await invited(owner, invitee.email)
    await within(async () => expect(await read()).toMatchObject({ delivery: 'FAILED' }))
    const document = 'query($id: ID!) { orgInvite(id: $id) { delivery deliveryProblem } }'
    expect((await invitee.ask(document, { id: orgInviteId })).data.orgInvite).toEqual(await read())
    const stranger = await testServer.signUp()
    expect((await stranger.ask(document, { id: orgInviteId })).data.orgInvite).toBeNull()
  })
})
