import sql from 'sql-template-tag'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { sealWebhookSecret } from '../../src/domain/webhooks/webhookSecret.js'
import { decodeId } from '../../src/graphql/globalId.js'
import { type Endpoint, startEndpoint } from '../support/endpoint.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { usePeople } from '../support/people.js'
import { useTestServer } from '../support/testServer.js'
import { createWebhook, readWebhook, updateWebhook } from '../support/webhooks.js'

const WAIT = { timeout: 15_000, interval: 50 }
const newAddress = () => `${crypto.randomUUID()}@new.example`

describe('an endpoint', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)
  let endpoint: Endpoint
  let orgId: string
  beforeEach(async () => {
    endpoint = await startEndpoint()
    orgId = await createOrg(people.owner)
  })
  afterEach(() => endpoint.close())
  const firstDelivery = async (webhook: { id: string }) =>
    (await readWebhook(people.owner, webhook)).deliveries.nodes.at(-1)
  /** From the first attempt to the second, ms. */
  const waited = () => (endpoint.received[1]?.at ?? 0) - (endpoint.received[0]?.at ?? 0)

  it('that hangs is left after ten seconds, and tried again after five more', async () => {
    let calls = 0
    endpoint.reply(() => ({ hangs: calls++ === 0 }))
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    await invite(people.owner, orgId, newAddress())
    await endpoint.waitFor((received) => received.length === 1)
    await vi.waitFor(
      async () =>
        expect(await firstDelivery(webhook)).toMatchObject({
          status: 'PENDING',
          attempts: 1,
          responseStatus: null,
          error: 'No answer within 10 seconds.',
        }),
      WAIT,
    )
    expect(Date.now() - (endpoint.received[0]?.at ?? 0)).toBeGreaterThan(9_500)
    await endpoint.waitFor((received) => received.length === 2, 12_000)
    expect(waited()).toBeGreaterThan(14_000)
    expect(waited()).toBeLessThan(18_000)
    expect(endpoint.mostAtOnce).toBe(1)
  })

  it.each([301, 302, 307, 308])(
    'that answers %i is not followed: nobody calls its target',
    async (status) => {
      const target = await startEndpoint()
      onTestFinished(() => target.close())
      let calls = 0
      endpoint.reply(() => (calls++ === 0 ? { status, headers: { location: target.url } } : {}))
      const webhook = await createWebhook(people.owner, orgId, endpoint.url)
      await invite(people.owner, orgId, newAddress())
      await vi.waitFor(
        async () =>
          expect(await firstDelivery(webhook)).toMatchObject({
            status: 'PENDING',
            responseStatus: status,
            error: `The endpoint answered with the redirect ${status}, which is not followed.`,
          }),
        WAIT,
      )
      // The message is tried again where it belongs.
      await endpoint.waitFor((received) => received.length === 2, 12_000)
      expect(endpoint.seqs()).toEqual([4, 4])
      expect(target.received).toEqual([])
    },
  )

  it('that answers 500 with Retry-After is left alone for so long, and only for that message', async () => {
    let calls = 0
    endpoint.reply(() => (calls++ === 0 ? { status: 500, headers: { 'retry-after': '9' } } : {}))
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    await invite(people.owner, orgId, newAddress())
    await endpoint.waitFor((received) => received.length === 1)
    // A new event does not make it earlier.
    await invite(people.owner, orgId, newAddress())
    await endpoint.waitFor((received) => received.length === 3, 15_000)
    expect(endpoint.seqs()).toEqual([4, 4, 5])
    expect(waited()).toBeGreaterThan(8_900)
    expect(waited()).toBeLessThan(11_500)
    await vi.waitFor(
      async () => expect(await firstDelivery(webhook)).toMatchObject({ status: 'DELIVERED', attempts: 2 }),
      WAIT,
    )
  })

  it('that answers 410 gets nothing more', async () => {
    endpoint.reply(() => ({ status: 410, headers: { 'retry-after': '1' } }))
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(
      async () => expect(await readWebhook(people.owner, webhook)).toMatchObject({ enabled: false }),
      WAIT,
    )
    await invite(people.owner, orgId, newAddress())
    // Longer than it takes until the sweep looks for places that are behind.
    await new Promise((resolve) => setTimeout(resolve, 6_500))
    expect(endpoint.seqs()).toEqual([4])
  })
})

describe('after a change of KEY_ENCRYPTION_SECRET', () => {
  const testServer = useTestServer({ env: { WEBHOOK_RETRY_FOR_S: '4' } })
  const people = usePeople(testServer)

  it('messages fail until the webhook is switched off, and rotateWebhookSecret repairs it', async () => {
    const endpoint = await startEndpoint()
    onTestFinished(() => endpoint.close())
    const orgId = await createOrg(people.owner)
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    const id = decodeId('Webhook', webhook.id) ?? ''
    const sealed = sealWebhookSecret('another secret, of 32 bytes or more', id, webhook.secret)
    await testServer.server.app.database.query(
      sql`update webhook set sealed_secret = ${sealed} where id = ${id}`,
    )
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(
      async () =>
        expect(await readWebhook(people.owner, webhook)).toMatchObject({
          enabled: false,
          disabledReason: expect.stringMatching(
            /^A message was not accepted for too long\. .*can’t be decrypted/,
          ),
          deliveries: { nodes: [{ seq: 4, status: 'FAILED', responseStatus: null }] },
        }),
      WAIT,
    )
    expect(endpoint.received).toEqual([])
    const { secret } = await mutate(people.owner, 'rotateWebhookSecret', { webhookId: webhook.id }, 'secret')
    await updateWebhook(people.owner, webhook, { enabled: true })
    await endpoint.waitFor((received) => received.length >= 4)
    expect(endpoint.seqs()).toEqual([4, 5, 6, 7])
    for (const { body, headers } of endpoint.received) {
      new StandardWebhook(secret).verify(body, headers as Record<string, string>)
      // The old one can't sign any more.
      expect(String(headers['webhook-signature']).split(' ')).toHaveLength(1)
    }
  })
})
