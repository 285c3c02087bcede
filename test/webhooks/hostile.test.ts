import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { decodeId } from '../../src/graphql/globalId.js'
import { addressGuard } from '../../src/webhooks/addressGuard.js'
import { readNext } from '../../src/webhooks/nextEvents.js'
import { openSender } from '../../src/webhooks/sender.js'
import { startEndpoint } from '../support/endpoint.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { usePeople } from '../support/people.js'
import { plansOf } from '../support/plans.js'
import { ofWebhooks, statementsOf } from '../support/statements.js'
import { useTestServer } from '../support/testServer.js'
import {
  createWebhook,
  insertDelivery,
  NOWHERE,
  QUIET,
  readWebhook,
  updateWebhook,
} from '../support/webhooks.js'

const MB = 1_048_576
/** Far below the ten seconds of an attempt, on a busy machine too. */
const SOON_MS = 5_000
const LATE_MS = 13_000

/** An endpoint on loopback that answers with bytes of its own, once a request has come. */
async function startRaw(answer: (socket: Socket) => void) {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    socket.once('data', () => answer(socket))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    open,
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

/** Writes again and again until the connection is closed. */
function flood(socket: Socket, chunk: string | Buffer, everyMs = 0): void {
  const write = () => {
    if (socket.destroyed) return
    const isTaken = socket.write(chunk)
    if (everyMs > 0) setTimeout(write, everyMs)
    else if (isTaken) setImmediate(write)
    else socket.once('drain', write)
  }
  write()
}

const OK = 'HTTP/1.1 200 OK\r\n'

/** What an endpoint sends, and what an attempt then says. */
const answers: Record<string, { send: (socket: Socket) => void; status: number | null; withinMs: number }> = {
  'a body of 1 GB': {
    send(socket) {
      socket.write(`${OK}content-length: 1073741824\r\n\r\n`)
      flood(socket, Buffer.alloc(MB))
    },
    status: 200,
    withinMs: SOON_MS,
  },
  'a body without an end': {
    send(socket) {
      socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`)
      flood(socket, `10000\r\n${'x'.repeat(65_536)}\r\n`)
    },
    status: 200,
    withinMs: SOON_MS,
  },
  'a body that drips': {
    send(socket) {
      socket.write(`${OK}content-length: 1000\r\n\r\n`)
      flood(socket, 'x', 50)
    },
    status: 200,
    withinMs: SOON_MS,
  },
  'a small body that is large once it is unpacked': {
    send(socket) {
      const bomb = gzipSync(Buffer.alloc(50 * MB))
      socket.end(
        Buffer.concat([
          Buffer.from(`${OK}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`),
          bomb,
        ]),
      )
    },
    status: 200,
    withinMs: SOON_MS,
  },
  'one header without an end': {
    send(socket) {
      socket.write(`${OK}x: `)
      flood(socket, 'x'.repeat(65_536))
    },
    status: null,
    withinMs: SOON_MS,
  },
  'headers without an end': {
    send(socket) {
      socket.write(OK)
      flood(socket, 'x: y\r\n'.repeat(1_000))
    },
    status: null,
    withinMs: SOON_MS,
  },
  'headers that drip': {
    send(socket) {
      socket.write(OK)
      flood(socket, 'x: y\r\n', 50)
    },
    status: null,
    withinMs: LATE_MS,
  },
  'interim answers without an end': {
    send: (socket) => flood(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', 5),
    status: null,
    withinMs: LATE_MS,
  },
  'a change of protocol': {
    send: (socket) =>
      void socket.write('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    status: null,
    withinMs: LATE_MS,
  },
  'what is not HTTP': {
    send: (socket) => flood(socket, 'x'.repeat(1_000)),
    status: null,
    withinMs: SOON_MS,
  },
  'a status of three digits that means nothing': {
    send: (socket) => void socket.end('HTTP/1.1 999 ?\r\ncontent-length: 0\r\n\r\n'),
    status: 999,
    withinMs: SOON_MS,
  },
  'nothing, and closes': {
    send: (socket) => void socket.destroy(),
    status: null,
    withinMs: SOON_MS,
  },
}

describe('an endpoint that answers', () => {
  const guard = addressGuard({ dnsServers: undefined, production: false })

  it.concurrent.each(Object.entries(answers))(
    '%s takes little time and memory, and its connection is closed',
    async (_, { send, status, withinMs }) => {
      const endpoint = await startRaw(send)
      const sender = openSender({ guard })
      try {
        const before = process.memoryUsage().rss
        const begun = performance.now()
        const outcome = await sender.post(
          { url: endpoint.url, headers: {}, body: '{}' },
          new AbortController().signal,
        )
        expect(outcome).toMatchObject({
          status,
          error: status === 200 ? null : expect.stringMatching(/^(The|No) .{10,120}\.$/),
        })
        expect(performance.now() - begun).toBeLessThan(withinMs)
        expect(process.memoryUsage().rss - before).toBeLessThan(100 * MB)
        await vi.waitFor(() => expect(endpoint.open.size).toBe(0), { timeout: 8_000, interval: 50 })
      } finally {
        await sender.close()
        endpoint.close()
      }
    },
    30_000,
  )
})

describe('whoever asks for many messages', () => {
  const testServer = useTestServer()
  const people = usePeople(testServer)

  it('of an endpoint that hangs holds up only its own webhook', async () => {
    const slow = await startEndpoint()
    const quick = await startEndpoint()
    onTestFinished(async () => {
      await slow.close()
      await quick.close()
    })
    slow.reply(() => ({ hangs: true }))
    const orgId = await createOrg(people.owner)
    const pinged = await createWebhook(people.owner, orgId, slow.url)
    const other = await createWebhook(people.owner, await createOrg(people.owner), quick.url)
    for (let made = 0; made < 40; made++) await mutate(people.owner, 'pingWebhook', { webhookId: pinged.id })
    await mutate(people.owner, 'pingWebhook', { webhookId: other.id })
    await quick.waitFor((received) => received.length === 1, 2_000)
    expect(slow.received).toHaveLength(1)
  })

  it('of an endpoint that hangs makes other messages cost no more', async () => {
    const slow = await startEndpoint()
    const quick = await startEndpoint()
    onTestFinished(async () => {
      await slow.close()
      await quick.close()
    })
    slow.reply(() => ({ hangs: true }))
    const orgId = await createOrg(people.owner)
    const asked = await createWebhook(people.owner, orgId, slow.url)
    const other = await createWebhook(people.owner, await createOrg(people.owner), quick.url)
    const delivery = decodeId('WebhookDelivery', await insertDelivery(testServer, orgId, asked))
    await mutate(people.owner, 'pingWebhook', { webhookId: asked.id })
    await slow.waitFor((received) => received.length === 1, 5_000)
    const pool = openPool(testServer.database.url)
    onTestFinished(() => pool.end())
    await pool.query(
      `insert into webhook_request (id, webhook_id, delivery_id, wake_at)
       select gen_random_uuid(), webhook_id, id, clock_timestamp()
       from webhook_delivery, generate_series(1, 5000) where id = $1`,
      [delivery],
    )
    await pool.query('analyze webhook_request')
    const claims = await statementsOf(
      async () => {
        await mutate(people.owner, 'pingWebhook', { webhookId: other.id })
        await quick.waitFor((received) => received.length === 1, 5_000)
      },
      (text) => ofWebhooks(text) && text.includes('webhook_request r'),
    )
    const asSent = claims.map((claim) => ({ ...claim, text: claim.text.replace(/^\/\*.*?\*\//, '') }))
    const [plan] = await plansOf(testServer.database.url, asSent)
    expect(plan).toMatchObject({ scanned: [] })
    expect(plan?.rowsRead).toBeLessThan(100)
  })

  it('of types that change very often makes each event cost no more', async () => {
    const orgId = await createOrg(people.owner)
    const webhook = await createWebhook(people.owner, orgId, NOWHERE, QUIET)
    await updateWebhook(people.owner, webhook, { enabled: false })
    const pool = openPool(testServer.database.url)
    onTestFinished(() => pool.end())
    const [org, id] = [decodeId('Org', orgId), decodeId('Webhook', webhook.id)]
    await pool.query(
      `insert into org_event (org_id, seq, kind, type, occurred_at, summary, roles, previous_roles)
       select id, event_seq + n, 'CHANGE', 'RENAMED', now(), '', '{}', '{}' from org, generate_series(1, 2000) n where id = $1`,
      [org],
    )
    await pool.query(
      `insert into webhook_filter (webhook_id, number, from_seq, at, snapshot, event_types)
       select $1, 1 + n, event_seq + n, now(), '', '{org.tier_changed}' from org, generate_series(1, 2000) n where id = $2`,
      [id, org],
    )
    await pool.query('update org set event_seq = event_seq + 2000 where id = $1', [org])
    // As if this test were the server that delivers it: no server takes the place of a webhook that is switched off.
    const owner = 'this test'
    await pool.query('update webhook_place set owner = $2, wake_at = $3 where webhook_id = $1', [
      id,
      owner,
      new Date(Date.now() + 60_000),
    ])
    await pool.query('analyze webhook_filter, org_event')
    let events = 0
    const reads = await statementsOf(
      async () => {
        const place = { webhookId: id ?? '', orgId: org ?? '', after: 10, limit: 100 }
        const [next] = await readNext(testServer.server.app.database, owner, [place])
        events = next?.events.length ?? 0
      },
      (text) => text.includes('webhook_filter f') && text.includes('as filter'),
    )
    expect(events).toBe(100)
    const own = reads.filter(({ values }) => values.includes(owner))
    const [plan] = await plansOf(testServer.database.url, own)
    expect(plan?.rowsRead).toBeLessThan(1_000)
  })

  it('lets the same one wait a hundred times at most', async () => {
    const slow = await startEndpoint()
    onTestFinished(() => slow.close())
    slow.reply(() => ({ hangs: true }))
    const orgId = await createOrg(people.owner)
    const webhook = await createWebhook(people.owner, orgId, slow.url)
    const webhookDeliveryId = await insertDelivery(testServer, orgId, webhook)
    const pool = openPool(testServer.database.url)
    onTestFinished(() => pool.end())
    const waiting = async () => {
      const { rows } = await pool.query(
        'select count(*)::int, delivery_id is null as ping from webhook_request where webhook_id = $1 group by ping order by ping',
        [decodeId('Webhook', webhook.id)],
      )
      return rows
    }
    for (let made = 0; made < 105; made++) {
      await mutate(people.owner, 'pingWebhook', { webhookId: webhook.id })
      await mutate(people.owner, 'redeliverWebhookDelivery', { webhookDeliveryId })
    }
    expect(await waiting()).toEqual([
      { count: 100, ping: false },
      { count: 100, ping: true },
    ])
  })

  it('of an endpoint that answers gets all of them, one at a time and soon', async () => {
    const endpoint = await startEndpoint()
    onTestFinished(() => endpoint.close())
    const orgId = await createOrg(people.owner)
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    await invite(people.owner, orgId, `${crypto.randomUUID()}@new.example`)
    await vi.waitFor(
      async () => expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toHaveLength(1),
      { timeout: 5_000, interval: 20 },
    )
    const [delivery] = (await readWebhook(people.owner, webhook)).deliveries.nodes
    for (let made = 0; made < 20; made++) {
      await mutate(people.owner, 'pingWebhook', { webhookId: webhook.id })
      await mutate(people.owner, 'redeliverWebhookDelivery', { webhookDeliveryId: delivery.id })
    }
    await endpoint.waitFor((received) => received.length === 41, 3_000)
    expect(endpoint.mostAtOnce).toBe(1)
    expect(endpoint.received.filter(({ id }) => id === delivery.messageId)).toHaveLength(21)
  })
})
