import { describe, expect, it } from 'vitest'
import { connect } from '../http/support/socket.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { ageEvents, pruneAll } from '../support/oldEvents.js'
import { uuidOf } from '../support/orgSnapshot.js'
import { type Client, useTestServer } from '../support/testServer.js'

interface Seen {
  events: number[]
  /** Of the error. Undefined if it has not ended. */
  code: unknown
}

/** Subscribes and reads until there are `count` events, or until the stream ends. */
type Watch = (client: Client, query: string, count: number) => Promise<Seen>

const seqOf = (data: unknown): number => Object.values(data as Record<string, { seq: number }>)[0]?.seq ?? 0

describe.each([
  ['with shared executions', 'streams'],
  ['with an execution each', 'none'],
])('a subscription whose cursor is older than the events that are kept, %s,', (_, parts) => {
  const testServer = useTestServer({ env: { ACCELERATOR: parts } })

  const overWebSocket: Watch = async (client, query, count) => {
    const socket = await connect(testServer.url, { authorization: client.authorization })
    const { results, ended } = socket.stream(query)
    let code: unknown
    void ended.then((errors) => {
      code = errors?.[0]?.extensions?.code ?? 'complete'
    })
    await expect.poll(() => results.length === count || code !== undefined).toBe(true)
    return { events: results.map(({ data }) => seqOf(data)), code }
  }

  const overSse: Watch = async (client, query, count) => {
    const aborting = new AbortController()
    const response = await fetch(`${testServer.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: client.authorization ?? '',
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query }),
      signal: aborting.signal,
    })
    expect(response.status).toBe(200)
    const seen: Seen = { events: [], code: undefined }
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk)
      const messages = text
        .split('\n\n')
        .slice(0, -1)
        .filter((message) => message.includes('event: next'))
      const results = messages.map((message) => JSON.parse(/^data: ?(.*)$/m.exec(message)?.[1] ?? '{}'))
      seen.events = results.flatMap(({ data }) => (data ? seqOf(data) : []))
      seen.code = results.find(({ errors }) => errors)?.errors[0].extensions.code
      if (seen.events.length === count || seen.code !== undefined) break
    }
    aborting.abort()
    return seen
  }

  describe.each([
    ['WebSocket', overWebSocket],
    ['Server-Sent Events', overSse],
  ])('over %s', (_, watch) => {
    it('ends with EVENTS_GONE, and with a newer cursor it gets all events', async () => {
      const [owner, invitee] = [await testServer.signUp(), await testServer.signUp()]
      const orgId = await createOrg(owner)
      const { instance, server } = testServer
      const read = async (client: Client, query: string) => (await client.ask(query)).data
      const all = async () => (await read(instance, '{ instanceEventCursor }')).instanceEventCursor
      const inbox = async () =>
        (await read(invitee, '{ viewer { orgInviteEventCursor } }')).viewer.orgInviteEventCursor
      const history = async (): Promise<string> =>
        (await read(owner, `{ org(id: "${orgId}") { eventCursor } }`)).org.eventCursor

      const old = { history: await history(), all: await all(), inbox: await inbox() }
      // 3 and 4 are deleted, 5 and 6 stay.
      const first = await invite(owner, orgId, invitee.email)
      await mutate(owner, 'revokeOrgInvite', { orgInviteId: first })
      const kept = { history: await history(), all: await all(), inbox: await inbox() }
      await ageEvents(server.app.database.pool, uuidOf(orgId))
      const second = await invite(owner, orgId, invitee.email)
      await mutate(owner, 'revokeOrgInvite', { orgInviteId: second })
      expect((await pruneAll(server.app.database)).events).toBe(4)

      const streams: [Client, (cursors: typeof old) => string][] = [
        [owner, ({ history }) => `orgEvents(orgId: "${orgId}", after: "${history}")`],
        [owner, ({ history }) => `orgInviteEvents(orgId: "${orgId}", after: "${history}")`],
        [invitee, ({ inbox }) => `viewerOrgInviteEvents(after: "${inbox}")`],
        [instance, ({ all }) => `instanceEvents(after: "${all}")`],
      ]
      for (const [client, field] of streams) {
        const query = (cursors: typeof old) => `subscription { ${field(cursors)} { seq } }`
        expect(await watch(client, query(old), 2), field(old)).toEqual({ events: [], code: 'EVENTS_GONE' })
        expect(await watch(client, query(kept), 2), field(kept)).toEqual({ events: [5, 6], code: undefined })
      }
    })
  })
})
