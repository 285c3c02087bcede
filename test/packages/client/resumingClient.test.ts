import type { Client as GraphqlWsClient } from 'graphql-ws'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import type { Token } from '../../../packages/client/src/events/bearer.js'
import { resumingClient } from '../../../packages/client/src/resumingClient.js'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { ageEvents, pruneAll } from '../../support/oldEvents.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const watchOrg =
  'subscription($orgId: ID!, $after: String) { orgEvents(orgId: $orgId, after: $after) { seq cursor } }'

const bearer = ({ authorization = '' }: Client) => authorization.replace('Bearer ', '')

describe('a resuming client', () => {
  const testServer = useTestServer({ env: { FREE_PENDING_INVITES: '5000', INVITES_PER_ORG_PER_DAY: '5000' } })
  let owner: TestPerson
  let orgId: string
  let client: GraphqlWsClient
  let connections: number

  beforeEach(async () => {
    owner = await testServer.signUp()
    orgId = await createOrg(owner)
  })

  afterEach(() => client.dispose())

  function open(token: Token): void {
    client = resumingClient({
      url: `${testServer.url.replace('http', 'ws')}/graphql`,
      token,
      webSocketImpl: WebSocket,
    })
    connections = 0
    client.on('connected', () => {
      connections++
    })
  }

  async function newestCursor(): Promise<string> {
    const { data } = await owner.ask('query($orgId: ID!) { org(id: $orgId) { eventCursor } }', { orgId })
    return data.org.eventCursor
  }

  /** Subscribes from the org's newest event on. The list fills as events arrive. */
  async function watch(query = watchOrg) {
    const seen: number[] = []
    let end: unknown
    const after = await newestCursor()
    const unsubscribe = client.subscribe<{ orgEvents: { seq: number } }>(
      { query, variables: { orgId, after } },
      {
        next: ({ data }) => void seen.push(data?.orgEvents.seq ?? 0),
        error: (error) => {
          end = error
        },
        complete: () => {
          end = 'complete'
        },
      },
    )
    return { seen, end: () => end, unsubscribe }
  }

  const happen = () => invite(owner, orgId, `${crypto.randomUUID()}@example.com`)
  const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 20 })

  it('resumes from the last event after every break, without a gap and without a duplicate', async () => {
    open(bearer(owner))
    const { seen } = await watch()
    await happen()
    await eventually(() => expect(seen).toEqual([3]))
    for (const numbers of [
      [3, 4, 5],
      [3, 4, 5, 6, 7],
    ]) {
      client.terminate()
      await happen()
      await happen()
      await eventually(() => expect(seen).toEqual(numbers))
    }
    expect(connections).toBe(3)
  })

  it('has several streams on one socket, and resumes each from its own position', async () => {
    open(bearer(owner))
    const first = await watch()
    await happen()
    await eventually(() => expect(first.seen).toEqual([3]))
    const second = await watch()
    client.terminate()
    await happen()
    await eventually(() => expect([first.seen, second.seen]).toEqual([[3, 4], [4]]))
    expect(connections).toBe(2)
  })

  it('gets a new token if the server refuses the old one for the stream', async () => {
    const secrets: string[] = []
    const ids: string[] = []
    for (const name of ['first', 'second']) {
      const made = await mutate(
        owner,
        'createApiToken',
        { orgId, name, permissions: ['EVENT_READ'] },
        'secret apiToken { id }',
      )
      secrets.push(made.secret)
      ids.push(made.apiToken.id)
    }
    const asked: (string | undefined)[] = []
    open((refused) => {
      asked.push(refused)
      return (refused === undefined ? secrets[0] : secrets[1]) ?? null
    })
    const { seen, end } = await watch()
    await happen()
    await eventually(() => expect(seen).toEqual([5]))
    await mutate(owner, 'revokeApiToken', { apiTokenId: ids[0] })
    await happen()
    await eventually(() => expect(seen).toEqual([5, 6, 7]))
    expect(asked).toEqual([undefined, secrets[0]])
    expect(end()).toBeUndefined()
  })

  it('gets a new token if the server refuses the old one for the socket', async () => {
    open((refused) => (refused === undefined ? 'gh_outworn' : bearer(owner)))
    const { seen } = await watch()
    await happen()
    await eventually(() => expect(seen).toEqual([3]))
  })

  it('ends with UNAUTHENTICATED if it cannot get a new token', async () => {
    open('gh_outworn')
    const { end } = await watch()
    await eventually(() => expect(end()).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]))
  })

  it('ends with FORBIDDEN if the right is lost, and does not try again', async () => {
    const admin = await testServer.signUp()
    await join(owner, orgId, admin, ['ADMIN'])
    open(bearer(admin))
    const { seen, end } = await watch()
    await mutate(owner, 'removeOrgUser', { orgId, userId: admin.id })
    await eventually(() => expect(end()).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]))
    await happen()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(seen).toEqual([])
    expect(connections).toBe(1)
  })

  it('completes if the org is deleted', async () => {
    open(bearer(owner))
    const { end } = await watch()
    await mutate(owner, 'deleteOrg', { orgId })
    await eventually(() => expect(end()).toBe('complete'))
  })

  it.each([
    [
      'its document does not select the cursor',
      'orgEvents(orgId: $orgId, after: $after) { seq }',
      'BAD_USER_INPUT',
      'Select `cursor`',
    ],
    [
      'its document is invalid',
      'orgEvents(orgId: $orgId, after: $after) { sequel }',
      'VALIDATION_FAILED',
      'sequel',
    ],
  ])('ends with a message if %s', async (_, field, code, words) => {
    open(bearer(owner))
    const { end } = await watch(`subscription($orgId: ID!, $after: String) { ${field} }`)
    await happen()
    await eventually(() =>
      expect(end()).toMatchObject([
        { message: expect.stringContaining(words), extensions: { code: expect.stringContaining(code) } },
      ]),
    )
  })

  it('ends with BAD_USER_INPUT if the cursor is another stream’s', async () => {
    open(bearer(owner))
    const after = await newestCursor()
    orgId = await createOrg(owner)
    const events = client.iterate({ query: watchOrg, variables: { orgId, after } })
    await expect(events.next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })

  it('ends with EVENTS_GONE if events after its cursor are deleted', async () => {
    open(bearer(owner))
    const after = await newestCursor()
    await happen()
    await happen()
    const { database } = testServer.server.app
    await ageEvents(database.pool, uuidOf(orgId))
    await pruneAll(database)
    const events = client.iterate({ query: watchOrg, variables: { orgId, after } })
    await expect(events.next()).rejects.toMatchObject([
      { message: expect.stringContaining('deleted'), extensions: { code: 'EVENTS_GONE' } },
    ])
  })

  it('can be read with `for await`, and unsubscribes when the loop ends', async () => {
    open(bearer(owner))
    const variables = { orgId, after: await newestCursor() }
    await happen()
    await happen()
    const seen: unknown[] = []
    for await (const { data } of client.iterate<{ orgEvents: { seq: number } }>({
      query: watchOrg,
      variables,
    })) {
      seen.push(data?.orgEvents.seq)
      if (seen.length === 2) break
    }
    expect(seen).toEqual([3, 4])
    const idle = client.iterate({ query: watchOrg, variables: { orgId, after: await newestCursor() } })
    const waiting = idle.next()
    await idle.return?.()
    expect(await waiting).toEqual({ value: undefined, done: true })
  })

  it('stops the stream while nobody reads, and resumes it afterwards', async () => {
    open(bearer(owner))
    let received = 0
    client.on('message', ({ type }) => {
      if (type === 'next') received++
    })
    const variables = { orgId, after: await newestCursor() }
    const events = client.iterate<{ orgEvents: { seq: number } }>({ query: watchOrg, variables })
    const seqs: (number | undefined)[] = []
    const read = async () => seqs.push((await events.next()).value?.data?.orgEvents.seq)
    await happen()
    await read()
    for (let bulk = 0; bulk < 30; bulk++) {
      const invitees = Array.from({ length: 100 }, () => ({ email: `${crypto.randomUUID()}@example.com` }))
      await mutate(owner, 'createOrgInvites', { orgId, invitees, sendEmail: false })
    }
    await eventually(() => expect(received).toBeGreaterThan(1_000))
    await new Promise((resolve) => setTimeout(resolve, 500))
    // Events that were being sent at the stop still arrive and are dropped.
    expect(received).toBeLessThan(2_500)
    while (seqs.length < 3_001) await read()
    expect(seqs).toEqual(Array.from({ length: 3_001 }, (_, index) => index + 3))
    await events.return?.()
  })

  it('runs a query once', async () => {
    open(bearer(owner))
    const results: unknown[] = []
    for await (const { data } of client.iterate({ query: '{ viewer { id } }' })) results.push(data)
    expect(results).toEqual([{ viewer: { id: owner.id } }])
  })
})
