import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { isGenuine, webhookReceiver } from '../../examples/recipes/webhook.js'
import { signedHeaders } from '../../src/domain/webhooks/webhookSecret.js'
import { createOrg, invite } from '../support/mutate.js'
import { useTestServer } from '../support/testServer.js'
import { createWebhook } from '../support/webhooks.js'

describe('the webhook example', () => {
  const testServer = useTestServer()

  it('takes genuine messages in order, and each once', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const seen = new Set<string>()
    const handled: number[] = []
    let secret = ''
    const receiver = webhookReceiver({
      get secret() {
        return secret
      },
      isNew: async (id) => !seen.has(id) && Boolean(seen.add(id)),
      async handle(message) {
        if (message.type !== 'ping') handled.push(message.data.seq)
      },
    } as Parameters<typeof webhookReceiver>[0]).listen(0, '127.0.0.1')
    onTestFinished(() => {
      receiver.closeAllConnections()
      receiver.close()
    })
    await once(receiver, 'listening')
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
    receiver.close()
    receiver.closeAllConnections()

    const webhook = await createWebhook(owner, orgId, url)
    secret = webhook.secret
    const again = webhookReceiver({
      secret,
      isNew: async (id) => !seen.has(id) && Boolean(seen.add(id)),
      async handle(message) {
        if (message.type !== 'ping') handled.push(message.data.seq)
      },
    }).listen(Number(new URL(url).port), '127.0.0.1')
    onTestFinished(() => {
      again.closeAllConnections()
      again.close()
    })
    await once(again, 'listening')
    for (let made = 0; made < 3; made++) await invite(owner, orgId, `${crypto.randomUUID()}@example.com`)
    await vi.waitFor(() => expect(handled).toEqual([4, 5, 6]), { timeout: 15_000 })
  })

  it('refuses what is not signed by the secret, or was signed long ago', () => {
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    const other = `whsec_${Buffer.alloc(32, 2).toString('base64')}`
    const at = new Date('2026-11-29T10:00:00Z')
    const message = { id: 'msg_1', at, body: '{"type":"ping"}' }
    const now = at.getTime() + 60_000
    expect(isGenuine(secret, signedHeaders([secret], message), message.body, now)).toBe(true)
    expect(isGenuine(secret, signedHeaders([other, secret], message), message.body, now)).toBe(true)
    expect(isGenuine(secret, signedHeaders([other], message), message.body, now)).toBe(false)
    expect(isGenuine(secret, signedHeaders([secret], message), `${message.body} `, now)).toBe(false)
    expect(isGenuine(secret, signedHeaders([secret], message), message.body, now + 300_000)).toBe(false)
    expect(isGenuine(secret, {}, message.body, now)).toBe(false)
  })
})
