import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { Mail } from '../../../src/mail/mailer.js'
import { createOrg, invite, mutate, readOrg } from '../../support/mutate.js'
import { useTestServer } from '../../support/testServer.js'

/** Mails that the mailer got. Each waits until the test lets it succeed or fail. */
const handed: Array<{ mail: Mail; fail(): void; take(): void }> = []

describe('a mail that is asked for while the one before is being sent', () => {
  const testServer = useTestServer({
    mailer: () => ({
      send: (mail) =>
        new Promise((resolve, reject) => {
          handed.push({ mail, take: resolve, fail: () => reject(new Error('421 not now')) })
        }),
      close() {},
    }),
  })

  it('stays QUEUED until it is sent itself, although the one before was sent meanwhile', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const address = 'taken@guests.example'
    const orgInviteId = await invite(owner, orgId, address)
    const mails = () => handed.filter(({ mail }) => mail.to === address)
    const read = async () => {
      const { data } = await owner.ask('query($id: ID!) { orgInvite(id: $id) { delivery sendCount } }', {
        id: orgInviteId,
      })
      return data.orgInvite
    }
    await vi.waitUntil(() => mails().length === 1, 5_000)
    await mutate(owner, 'resendOrgInvite', { orgInviteId })
    mails()[0]?.take()
    await vi.waitFor(async () => expect(await read()).toEqual({ delivery: 'QUEUED', sendCount: 1 }), 5_000)
    await vi.waitUntil(() => mails().length === 2, 5_000)
    mails()[1]?.take()
    await vi.waitFor(async () => expect(await read()).toEqual({ delivery: 'SENT', sendCount: 2 }), 5_000)
    const events = (await readOrg(owner, orgId)).events.nodes.flatMap(
      ({ inviteEventType }: { inviteEventType?: string }) => inviteEventType ?? [],
    )
    expect(events).toEqual(['CREATED', 'RESENT', 'SENT', 'SENT'])
  }, 30_000)

  it('goes out although the one before fails and would be tried again', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const orgInviteId = await invite(owner, orgId, 'first@guests.example')
    const to = (address: string) => handed.filter(({ mail }) => mail.to === address)
    await vi.waitUntil(() => to('first@guests.example').length === 1, 5_000)
    // The mail server is so slow that the next mails have to wait.
    for (let busy = 0; busy < 20; busy++) await invite(owner, orgId, `busy${busy}@guests.example`)
    await sleep(500)
    expect(await mutate(owner, 'resendOrgInvite', { orgInviteId })).toMatchObject({
      __typename: 'ResendOrgInvitePayload',
    })
    const [first] = to('first@guests.example')
    first?.fail()
    const taking = setInterval(() => {
      for (const mail of handed) mail.take()
    }, 100)

    await vi.waitFor(async () => {
      const { data } = await owner.ask('query($id: ID!) { orgInvite(id: $id) { delivery sendCount } }', {
        id: orgInviteId,
      })
      expect(data.orgInvite).toEqual({ delivery: 'SENT', sendCount: 1 })
    }, 15_000)
    clearInterval(taking)
    const [, second] = to('first@guests.example')
    expect(second?.mail.messageId).not.toBe(first?.mail.messageId)
  }, 30_000)
})
