import pLimit from 'p-limit'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { remindOfInvite } from '../../../src/domain/invites/remindOfInvite.js'
import { decodeId } from '../../../src/graphql/globalId.js'
import { smtpMailer } from '../../../src/mail/mailer.js'
import type { StartedServer } from '../../../src/start/server.js'
import { openMailServer } from '../../support/mailServer.js'
import { createOrg, invite, mutate } from '../../support/mutate.js'
import { useTestServer } from '../../support/testServer.js'
import { ROUNDS } from './rounds.js'

const smtp = await openMailServer()
afterAll(smtp.close)
const testServer = useTestServer({
  mailer: () => smtpMailer(smtp.url, 'Guildhall <guildhall@app.example>'),
  env: {
    INVITE_REMINDER_BEFORE_H: '1',
    MAILS_PER_ADDRESS_PER_ORG_PER_DAY: '4',
    MAILS_PER_USER_PER_DAY: '1000',
  },
})
const servers: StartedServer[] = []
beforeAll(async () => {
  servers.push(testServer.server, await testServer.startAnother(), await testServer.startAnother())
})

it('an invite gets one reminder for each expiry, however many servers find it due at the same time', async () => {
  const owner = await testServer.signUp()
  const mailsTo = (email: string) => smtp.received.filter(({ recipients }) => recipients.includes(email))
  const isSent = (id: string, sendCount: number) =>
    vi.waitFor(
      async () => {
        const document = 'query($id: ID!) { orgInvite(id: $id) { delivery sendCount } }'
        expect((await owner.ask(document, { id })).data.orgInvite).toEqual({ delivery: 'SENT', sendCount })
      },
      { timeout: 60_000, interval: 100 },
    )
  /** Every server reminds twice at once. */
  const remind = (id: string, mailNumber: number) =>
    Promise.all(
      [...servers, ...servers].map(({ app }) =>
        remindOfInvite(app.transact, { inviteId: decodeId('OrgInvite', id) ?? '', mailNumber }),
      ),
    )
  async function round(): Promise<unknown> {
    const email = `${crypto.randomUUID()}@new.example`
    const id = await invite(owner, await createOrg(owner), email)
    await isSent(id, 1)
    await remind(id, 1)
    await isSent(id, 2)
    await mutate(owner, 'resendOrgInvite', { orgInviteId: id })
    await isSent(id, 3)
    await remind(id, 2)
    await isSent(id, 4)
    return mailsTo(email).map(({ messageId }) => /^<(\w+)\..+\.(\d+)@/.exec(messageId ?? '')?.slice(1))
  }

  const atOnce = pLimit(8)
  const rounds = await Promise.all(Array.from({ length: ROUNDS }, () => atOnce(round)))
  expect(rounds).toEqual(
    Array(ROUNDS).fill([
      ['invite', '1'],
      ['reminder', '1'],
      ['invite', '2'],
      ['reminder', '2'],
    ]),
  )
}, 300_000)
