import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { type CursorStore, deliverEvents } from '../../examples/recipes/webhook.js'
import { resumingClient } from '../../packages/client/src/resumingClient.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

const SECRET = 'what the receiver knows the sender by'

describe('the webhook example', () => {
  const testServer = useTestServer()
  let owner: TestPerson
  let orgId: string
  let token: string
  let cursor: string | null
  let received: { seq: number; id: string; signed: boolean }[]
  let isDown: boolean
  let receiver: ReturnType<typeof createServer>
  let url: string

  const cursorStore: CursorStore = {
    read: async () => cursor,
    async write(next) {
      cursor = next
    },
  }

  beforeEach(async () => {
    owner = await testServer.signUp()
    orgId = await createOrg(owner)
    const made = await mutate(
      owner,
      'createApiToken',
      { orgId, name: 'webhook', permissions: ['EVENT_READ'] },
      'secret',
    )
    token = made.secret
    const { data } = await owner.ask('query($orgId: ID!) { org(id: $orgId) { eventCursor } }', { orgId })
    cursor = data.org.eventCursor
    received = []
    isDown = false
    receiver = createServer(async (request, response) => {
      const body = await text(request)
      if (isDown) return void response.writeHead(503).end()
      received.push({
        seq: JSON.parse(body).seq,
        id: String(request.headers['webhook-id']),
        signed:
          request.headers['webhook-signature'] === createHmac('sha256', SECRET).update(body).digest('hex'),
      })
      response.writeHead(204).end()
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  })

  afterEach(() => {
    receiver.closeAllConnections()
    receiver.close()
  })

  /** Runs the webhook in this process while `work` runs. */
  async function whileDelivering(work: () => Promise<void>): Promise<void> {
    const client = resumingClient({
      url: `${testServer.url.replace('http', 'ws')}/graphql`,
      token,
      webSocketImpl: WebSocket,
    })
    const stop = new AbortController()
    const delivering = deliverEvents(client, orgId, { cursorStore, url, secret: SECRET, signal: stop.signal })
    await work()
    stop.abort()
    await delivering
    await client.dispose()
  }

  const seqs = () => received.map(({ seq }) => seq)
  const happen = () => invite(owner, orgId, `${crypto.randomUUID()}@example.com`)

  it('posts every event with a signature, and resumes where it was after a restart', async () => {
    await whileDelivering(async () => {
      await happen()
      await vi.waitFor(() => expect(seqs()).toEqual([4]), { timeout: 10_000 })
    })
    await happen()
    await happen()
    await whileDelivering(() => vi.waitFor(() => expect(seqs()).toEqual([4, 5, 6]), { timeout: 10_000 }))
    expect(received.every(({ signed }) => signed)).toBe(true)
    expect(new Set(received.map(({ id }) => id)).size).toBe(3)
  })

  it('waits for a receiver that is down, and then misses nothing', async () => {
    isDown = true
    await whileDelivering(async () => {
      await happen()
      await happen()
      await new Promise((resolve) => setTimeout(resolve, 700))
      expect(seqs()).toEqual([])
      isDown = false
      await vi.waitFor(() => expect(seqs()).toEqual([4, 5]), { timeout: 10_000 })
    })
  })
})
