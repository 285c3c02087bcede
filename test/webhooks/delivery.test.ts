import { readFileSync } from 'node:fs'
import sql from 'sql-template-tag'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { webhookEventTypes } from '../../src/domain/webhooks/webhook.js'
import { decodeId } from '../../src/graphql/globalId.js'
import { type Endpoint, type Received, startEndpoint } from '../support/endpoint.js'
import { misfits } from '../support/jsonSchema.js'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { createOrgWith, usePeople } from '../support/people.js'
import { useTestServer } from '../support/testServer.js'
import { createWebhook, readWebhook, updateWebhook } from '../support/webhooks.js'

const testServer = useTestServer()
const people = usePeople(testServer)
let endpoint: Endpoint
let orgId: string
beforeEach(async () => {
  endpoint = await startEndpoint()
  orgId = await createOrg(people.owner)
})
afterEach(async () => {
  await endpoint.close()
  for (const { message } of endpoint.received) expect(misfits(schema, message), message.type).toEqual([])
})

const schema = JSON.parse(
  readFileSync(new URL('../../packages/client/webhook-messages.schema.json', import.meta.url), 'utf8'),
)

const nothing: Pick<Received, 'body' | 'headers'> = { body: '', headers: {} }

/** More than are read at once, several times. */
const MANY = 600

/** A busy machine takes longer. */
const WAIT = { timeout: 10_000, interval: 50 }

const newAddress = () => `${crypto.randomUUID()}@new.example`

describe('a webhook', () => {
  it('gets every event after its own making, in order, once, and signed', async () => {
    const { secret } = await createWebhook(people.owner, orgId, endpoint.url)
    for (let made = 0; made < 8; made++) await invite(people.owner, orgId, newAddress())
    await endpoint.waitFor(() => endpoint.seqs().length >= 8)

    expect(endpoint.seqs()).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
    for (const { headers, body, message } of endpoint.received) {
      expect(headers['content-type']).toBe('application/json')
      new StandardWebhook(secret).verify(body, headers as Record<string, string>)
      expect(Object.keys(message)).toEqual(['type', 'timestamp', 'data'])
      expect(message.type).toBe('org_invite.created')
    }
    expect(new Set(endpoint.received.map(({ id }) => id)).size).toBe(8)
  })

  it('gets hundreds of events in order, each once', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    await updateWebhook(people.owner, webhook, { enabled: false })
    const id = decodeId('Org', orgId)
    const { database } = testServer.server.app
    await database.query(sql`
      insert into org_event (org_id, seq, kind, type, occurred_at, summary)
      select org.id, org.event_seq + n, 'CHANGE', 'RENAMED', now(), 'It was renamed.'
      from org, generate_series(1, ${MANY}::int) n where org.id = ${id}
    `)
    await database.query(sql`update org set event_seq = event_seq + ${MANY} where id = ${id}`)
    await updateWebhook(people.owner, webhook, { enabled: true })
    const last = MANY + 5
    await endpoint.waitFor((received) => received.at(-1)?.message.data.seq === last, 60_000)
    expect(endpoint.seqs()).toEqual(Array.from({ length: last - 3 }, (_, index) => 4 + index))
    expect(endpoint.mostAtOnce).toBe(1)
    await vi.waitFor(async () => {
      const rows = await database.query(sql`
        select status, attempts, count(*)::int from webhook_delivery where org_id = ${id} group by 1, 2
      `)
      expect(rows).toEqual([{ status: 'DELIVERED', attempts: 1, count: last - 3 }])
    }, WAIT)
  }, 90_000)

  it('tells an event as GraphQL does, and what it names', async () => {
    await createWebhook(people.owner, orgId, endpoint.url)
    const person = await testServer.signUp()
    const orgInviteId = await join(people.owner, orgId, person)
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: person.id })
    await endpoint.waitFor(() => endpoint.types().includes('org_user.removed'))

    const [created, , joined, removed] = endpoint.received.map(({ message }) => message)
    expect(created).toEqual({
      type: 'org_invite.created',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        orgId,
        seq: 4,
        cursor: expect.any(String),
        event: {
          __typename: 'OrgInviteEvent',
          id: expect.any(String),
          seq: 4,
          cursor: created.data.cursor,
          orgId,
          occurredAt: created.timestamp,
          actor: { id: people.owner.id, name: people.owner.name },
          actorToken: null,
          inviteEventType: 'CREATED',
          orgInviteId,
          status: 'PENDING',
          previousStatus: null,
          roles: ['USER'],
        },
        orgInvite: expect.objectContaining({ id: orgInviteId, email: person.email }),
        orgUser: null,
        user: null,
        org: expect.objectContaining({ id: orgId, slug: expect.any(String), status: 'ACTIVE' }),
      },
    })
    expect(joined).toMatchObject({
      type: 'org_user.joined',
      data: {
        user: { id: person.id, email: person.email },
        event: { memberEventType: 'JOINED', userId: person.id },
      },
    })
    expect(removed).toMatchObject({
      type: 'org_user.removed',
      data: { user: { id: person.id, email: person.email }, orgUser: null },
    })
    const { data } = await people.owner.ask(
      'query($orgId: ID!, $after: String) { org(id: $orgId) { events(first: 1, after: $after) { nodes { seq } } } }',
      { orgId, after: created.data.cursor },
    )
    expect(data.org.events.nodes).toEqual([{ seq: 5 }])
  })

  it('lists its deliveries, newest first', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    await invite(people.owner, orgId, newAddress())
    await invite(people.owner, orgId, newAddress())
    await endpoint.waitFor(() => endpoint.seqs().length === 2)
    await vi.waitFor(async () => {
      const { deliveries } = await readWebhook(people.owner, webhook)
      expect(deliveries.nodes).toEqual(
        [5, 4].map((seq) => ({
          id: expect.any(String),
          messageId: endpoint.received[seq - 4]?.id,
          eventType: 'org_invite.created',
          orgId,
          seq,
          status: 'DELIVERED',
          attempts: 1,
          lastAttemptAt: expect.any(String),
          nextAttemptAt: null,
          responseStatus: 204,
          error: null,
        })),
      )
    }, WAIT)
    const first = await readWebhook(people.owner, webhook, '(first: 1)')
    const { endCursor } = first.deliveries.pageInfo
    const second = await readWebhook(people.owner, webhook, `(first: 1, after: "${endCursor}")`)
    expect(
      [first, second].flatMap(({ deliveries }) => deliveries.nodes.map(({ seq }: { seq: number }) => seq)),
    ).toEqual([5, 4])
    expect((await readWebhook(people.owner, webhook, '(statuses: [FAILED])')).deliveries.nodes).toEqual([])
  })

  it('gets only the types of events that it asks for', async () => {
    await createWebhook(people.owner, orgId, endpoint.url, { eventTypes: ['org_user.joined', 'org.renamed'] })
    await join(people.owner, orgId, await testServer.signUp())
    await mutate(people.owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
    await endpoint.waitFor(() => endpoint.seqs().length === 2)

    expect(endpoint.types()).toEqual(['org_user.joined', 'org.renamed'])
  })

  it('uses the filter of each event’s commit, also for the time while it was switched off', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url, {
      eventTypes: ['org_invite.created'],
    })
    await updateWebhook(people.owner, webhook, { enabled: false })
    await invite(people.owner, orgId, newAddress()) // 5
    await updateWebhook(people.owner, webhook, { eventTypes: ['org.renamed'] }) // 6
    await invite(people.owner, orgId, newAddress()) // 7
    await mutate(people.owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` }) // 8
    await updateWebhook(people.owner, webhook, { eventTypes: [] }) // 9
    expect(endpoint.received).toEqual([])
    await updateWebhook(people.owner, webhook, { enabled: true }) // 10
    await endpoint.waitFor(() => endpoint.seqs().length >= 4)

    expect(endpoint.seqs()).toEqual([5, 8, 9, 10])
  })

  it('is tried again after about five seconds, in order, with the same id', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    let failed = 0
    endpoint.reply(() => (failed++ === 0 ? { status: 500, body: 'secret words' } : {}))
    await invite(people.owner, orgId, newAddress())
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(async () => {
      const { deliveries } = await readWebhook(people.owner, webhook)
      expect(deliveries.nodes).toMatchObject([
        {
          seq: 4,
          status: 'PENDING',
          attempts: 1,
          responseStatus: 500,
          error: 'The endpoint answered with the status 500.',
          nextAttemptAt: expect.any(String),
        },
      ])
    }, WAIT)
    await endpoint.waitFor(() => endpoint.seqs().length === 3)

    expect(endpoint.seqs()).toEqual([4, 4, 5])
    const [first, second] = endpoint.received
    expect(second?.id).toBe(first?.id)
    const waited = (second?.at ?? 0) - (first?.at ?? 0)
    expect(waited).toBeGreaterThan(4_000)
    expect(waited).toBeLessThan(7_500)
  })

  it('waits as long as the endpoint asks', async () => {
    await createWebhook(people.owner, orgId, endpoint.url)
    let failed = 0
    endpoint.reply(() => (failed++ === 0 ? { status: 503, headers: { 'retry-after': '8' } } : {}))
    await invite(people.owner, orgId, newAddress())
    await endpoint.waitFor(() => endpoint.seqs().length === 2, 15_000)

    const [first, second] = endpoint.received
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(7_900)
  })

  it('is switched off at once by 410, with an event, and goes on when it is switched on', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    endpoint.reply(() => ({ status: 410 }))
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(async () => {
      expect(await readWebhook(people.owner, webhook)).toMatchObject({
        enabled: false,
        disabledReason: expect.stringContaining('410'),
        deliveries: {
          nodes: [{ seq: 4, status: 'FAILED', attempts: 1, responseStatus: 410, nextAttemptAt: null }],
        },
      })
    }, WAIT)
    const { data } = await people.owner.ask(
      `query($orgId: ID!) { org(id: $orgId) { events(last: 1) { nodes { actor { id } ... on OrgChangeEvent { orgEventType summary } } } } }`,
      { orgId },
    )
    expect(data.org.events.nodes).toEqual([
      { actor: null, orgEventType: 'WEBHOOK_DISABLED', summary: expect.stringContaining('410') },
    ])
    endpoint.reply(() => undefined)
    expect(await updateWebhook(people.owner, webhook, { enabled: true })).toMatchObject({
      webhook: { enabled: true, disabledReason: null },
    })
    await endpoint.waitFor(() => endpoint.seqs().length === 4)

    expect(endpoint.seqs()).toEqual([4, 4, 5, 6])
    await vi.waitFor(
      async () =>
        expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toMatchObject([
          { seq: 6, status: 'DELIVERED' },
          { seq: 5, status: 'DELIVERED', eventType: 'org.webhook_disabled' },
          { seq: 4, status: 'DELIVERED', attempts: 2 },
        ]),
      WAIT,
    )
  })

  it('stops at once when it is paused, and goes on where it was', async () => {
    endpoint.reply(() => ({ afterMs: 200 }))
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    // So the server reads all events at once.
    await updateWebhook(people.owner, webhook, { enabled: false })
    for (let made = 0; made < 6; made++) await invite(people.owner, orgId, newAddress())
    await updateWebhook(people.owner, webhook, { enabled: true })
    await endpoint.waitFor((received) => received.length >= 2)
    await updateWebhook(people.owner, webhook, { enabled: false })
    const before = endpoint.received.length
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(endpoint.received.length).toBeLessThanOrEqual(before + 1)
    await updateWebhook(people.owner, webhook, { enabled: true })
    await endpoint.waitFor((received) => received.length >= 10)

    expect(endpoint.seqs()).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
  })

  it('does not follow a redirect', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    endpoint.reply(({ path }) =>
      path === '/hook' ? { status: 307, headers: { location: `${endpoint.url}/elsewhere` } } : {},
    )
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(async () => {
      expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toMatchObject([
        { status: 'PENDING', responseStatus: 307, error: expect.stringContaining('redirect') },
      ])
    }, WAIT)
    expect(endpoint.received.map(({ path }) => path)).toEqual(['/hook'])
  })

  it('signs with the old secret too after a rotation', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    const { secret } = await mutate(people.owner, 'rotateWebhookSecret', { webhookId: webhook.id }, 'secret')
    await endpoint.waitFor(() => endpoint.seqs().length === 1)

    const [{ body, headers } = nothing] = endpoint.received
    expect(endpoint.types()).toEqual(['org.webhook_updated'])
    expect(String(headers['webhook-signature']).split(' ')).toHaveLength(2)
    for (const one of [webhook.secret, secret])
      new StandardWebhook(one).verify(body, headers as Record<string, string>)
  })

  it('tries a message that waits at once after a rotation', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    let failed = 0
    endpoint.reply(() => (failed++ === 0 ? { status: 401, headers: { 'retry-after': '3600' } } : {}))
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(
      async () => expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toHaveLength(1),
      WAIT,
    )
    const { secret } = await mutate(people.owner, 'rotateWebhookSecret', { webhookId: webhook.id }, 'secret')
    await endpoint.waitFor((received) => received.length === 3, 3_000)
    expect(endpoint.seqs()).toEqual([4, 4, 5])
    const [, { body, headers } = nothing] = endpoint.received
    new StandardWebhook(secret).verify(body, headers as Record<string, string>)
  })

  it('gets a ping at once, with nothing but its type', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    await mutate(people.owner, 'pingWebhook', { webhookId: webhook.id })
    await endpoint.waitFor((received) => received.length === 1, 2_000)

    expect(endpoint.received[0]?.message).toEqual({ type: 'ping' })
    const [{ body, headers } = nothing] = endpoint.received
    new StandardWebhook(webhook.secret).verify(body, headers as Record<string, string>)
  })

  it('gets a message again when somebody asks, with the same id', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(
      async () => expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toHaveLength(1),
      WAIT,
    )
    const { deliveries } = await readWebhook(people.owner, webhook)
    expect(
      await mutate(
        people.owner,
        'redeliverWebhookDelivery',
        { webhookDeliveryId: deliveries.nodes[0].id },
        'webhookDelivery { id }',
      ),
    ).toMatchObject({ webhookDelivery: { id: deliveries.nodes[0].id } })
    await endpoint.waitFor((received) => received.length === 2, 2_000)

    const [first, second] = endpoint.received
    expect(second?.id).toBe(first?.id)
    expect(second?.message.data.seq).toBe(4)
    await vi.waitFor(
      async () =>
        expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toMatchObject([
          { status: 'DELIVERED', attempts: 2 },
        ]),
      WAIT,
    )
  })

  it('tries a message that waits at once when somebody asks', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    let failed = 0
    endpoint.reply(() => (failed++ === 0 ? { status: 503, headers: { 'retry-after': '3600' } } : {}))
    await invite(people.owner, orgId, newAddress())
    await vi.waitFor(
      async () => expect((await readWebhook(people.owner, webhook)).deliveries.nodes).toHaveLength(1),
      WAIT,
    )
    const { deliveries } = await readWebhook(people.owner, webhook)
    await mutate(people.owner, 'redeliverWebhookDelivery', { webhookDeliveryId: deliveries.nodes[0].id })
    await endpoint.waitFor((received) => received.length === 2, 3_000)
    expect(endpoint.seqs()).toEqual([4, 4])
  })

  it('gets the last events of an org that is deleted, and then it goes', async () => {
    const webhook = await createWebhook(people.owner, orgId, endpoint.url)
    let failed = 0
    endpoint.reply(() => (failed++ === 0 ? { status: 500 } : {}))
    await mutate(people.owner, 'deleteOrg', { orgId })
    await endpoint.waitFor(() => endpoint.seqs().length === 2, 12_000)
    expect(endpoint.types()).toEqual(['org.status_changed', 'org.status_changed'])
    await vi.waitFor(
      async () => {
        const { data } = await testServer.instance.ask(
          'query($id: ID!, $org: ID!) { node(id: $id) { id } org(id: $org) { id } }',
          {
            id: webhook.id,
            org: orgId,
          },
        )
        expect(data).toEqual({ node: null, org: null })
      },
      { timeout: 10_000 },
    )
  })

  it('of a deleted org with a healthy endpoint does not keep it for longer than seconds', async () => {
    await createWebhook(people.owner, orgId, endpoint.url)
    await mutate(people.owner, 'deleteOrg', { orgId })
    await vi.waitFor(
      async () => {
        const { data } = await testServer.instance.ask('query($org: ID!) { org(id: $org) { id } }', {
          org: orgId,
        })
        expect(data).toEqual({ org: null })
      },
      { timeout: 6_000 },
    )
    expect(endpoint.types()).toEqual(['org.status_changed'])
  })
})

describe('the examples in docs/webhooks.md', () => {
  const page = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8')
  const examples = [...page.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, text = '']) => JSON.parse(text))

  it('are one for each type, and fit the JSON Schema', () => {
    expect(examples.map(({ type }) => type)).toEqual(expect.arrayContaining([...webhookEventTypes]))
    expect(examples).toHaveLength(webhookEventTypes.length)
    for (const example of examples) expect(misfits(schema, example), example.type).toEqual([])
  })
})

describe('a webhook of the instance', () => {
  it('gets the events of every org that are committed after its making', async () => {
    const webhook = await createWebhook(testServer.instance, undefined, endpoint.url)
    await invite(people.owner, orgId, newAddress())
    const other = await createOrg(people.owner)
    await endpoint.waitFor(() => endpoint.seqs().length >= 3)
    const of = (id: string) =>
      endpoint.received
        .filter(({ message }) => message.data.orgId === id)
        .map(({ message }) => message.data.seq)
    expect([of(orgId), of(other)]).toEqual([[3], [1, 2]])

    await updateWebhook(testServer.instance, webhook, { eventTypes: ['org.renamed'] })
    await invite(people.owner, orgId, newAddress())
    await mutate(people.owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
    await endpoint.waitFor(() => endpoint.seqs().length >= 4)
    expect(of(orgId)).toEqual([3, 5])
    const { data } = await people.owner.ask(
      'query($orgId: ID!) { org(id: $orgId) { events(first: 100) { nodes { seq } } } }',
      { orgId },
    )
    expect(data.org.events.nodes).toHaveLength(5)
    await mutate(testServer.instance, 'deleteWebhook', { webhookId: webhook.id })
  })

  it('may read addresses that an org’s webhook may not', async () => {
    const webhook = await createWebhook(testServer.instance, undefined, endpoint.url)
    await createOrgWith(people)
    await endpoint.waitFor(() => endpoint.types().includes('org_user.joined'))
    expect(
      endpoint.received.find(({ message }) => message.type === 'org_user.joined')?.message.data.user.email,
    ).toBe(people.owner.email)
    await mutate(testServer.instance, 'deleteWebhook', { webhookId: webhook.id })
  })
})
