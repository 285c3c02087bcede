import { createClient } from 'graphql-ws'
import { describe, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { createOrg, mutate } from '../support/mutate.js'
import { useTestServer } from '../support/testServer.js'
import { ask, codes } from './support/ask.js'
import { type Close, connect, rawSocket } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

const ACK = { type: 'connection_ack' }

describe('an empty Authorization counts as no credential', () => {
  test.each(['', ' ', '  '])('over HTTP and SSE: %j', async (authorization) => {
    const { url } = await startHttpServer()
    expect((await ask(url, '{ viewer }', { headers: { authorization } })).body).toEqual({
      data: { viewer: 'nobody' },
    })
    const stream = await fetch(`${url}/graphql?query=subscription{count(to:1)}`, {
      headers: { authorization, accept: 'text/event-stream' },
    })
    expect(await stream.text()).toContain('"count":1')
  })

  test.each([
    { authorization: '' },
    { Authorization: '' },
    { authorization: ' ' },
    { authorization: null },
    { authorization: '', Authorization: null },
  ])('over WebSocket: %j', async (params) => {
    const { url } = await startHttpServer()
    expect((await (await connect(url, params)).ask('{ viewer }')).data).toEqual({ viewer: 'nobody' })
  })

  test('and does not override a credential that is given elsewhere', async () => {
    const { url } = await startHttpServer()
    const both = { authorization: '', Authorization: 'Bearer ada' }
    expect((await (await connect(url, both)).ask('{ viewer }')).data).toEqual({ viewer: 'ada' })
    const raw = rawSocket(url, { headers: { authorization: 'Bearer bob' } })
    await raw.opened
    raw.send({ type: 'connection_init', payload: { authorization: '' } })
    await expect.poll(() => raw.messages).toEqual([ACK])
    raw.send({ type: 'subscribe', id: '1', payload: { query: '{ viewer }' } })
    await expect.poll(() => raw.messages[1]).toMatchObject({ payload: { data: { viewer: 'bob' } } })
  })
})

test('a client may wait for its token before it sends connection_init', async () => {
  const { url } = await startHttpServer()
  const raw = rawSocket(url)
  await raw.opened
  await new Promise((resolve) => setTimeout(resolve, 4_000))
  raw.send({ type: 'connection_init' })
  await expect.poll(() => raw.messages).toEqual([ACK])
}, 20_000)

describe('a credential that ends while its socket is open', () => {
  const testServer = useTestServer()
  const watching = 'subscription($orgId: ID!) { orgEvents(orgId: $orgId) { seq } }'
  const me = '{ viewer { id } }'

  const socketOf = async (authorization: string | undefined) => {
    let close: Close | undefined
    const socket = await connect(testServer.url, { authorization }, (event) => {
      close = { code: event.code, reason: event.reason }
    })
    return { ...socket, closed: () => close }
  }
  const ended = (message: string) => [{ message, extensions: { code: 'UNAUTHENTICATED' } }]
  const FORBIDDEN = { code: 4403, reason: 'Forbidden' }

  const tokenFor = async (orgId: string, owner: Parameters<typeof mutate>[0], more: object = {}) => {
    const input = { orgId, name: 'CI', permissions: ['ORG_READ', 'EVENT_READ', 'ORG_UPDATE'], ...more }
    const made = await mutate(owner, 'createApiToken', input, 'secret apiToken { id }')
    return { id: made.apiToken.id as string, authorization: `Bearer ${made.secret}` }
  }

  test.each(['Bearer', 'Bearer null', 'Bearer undefined', 'null', 'Basic YTpi', 'Token x'])(
    'is not confused with %j, which is invalid from the start',
    async (authorization) => {
      const answer = await ask(testServer.url, me, { headers: { authorization } })
      expect([answer.status, ...codes(answer)]).toEqual([401, 'UNAUTHENTICATED'])
      await expect(connect(testServer.url, { authorization })).rejects.toMatchObject(FORBIDDEN)
    },
  )

  test('ends a JWT’s streams with UNAUTHENTICATED and then closes the socket with 4403', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const socket = await socketOf(await testServer.authorize({ subject: owner.subject, livesFor: 2 }))
    const streams = [socket.stream(watching, { orgId }), socket.stream(watching, { orgId })]
    for (const { ended: end } of streams)
      expect(await end).toEqual([expect.objectContaining(ended('The credential has ended.')[0])])
    await expect.poll(socket.closed, { timeout: 5_000 }).toEqual(FORBIDDEN)
  })

  test('ends a revoked API token’s stream and closes its socket', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const token = await tokenFor(orgId, owner)
    const socket = await socketOf(token.authorization)
    const stream = socket.stream(watching, { orgId })
    expect((await socket.ask('query($orgId: ID!) { org(id: $orgId) { id } }', { orgId })).data).toEqual({
      org: { id: orgId },
    })
    // A stream that is still being opened would be refused instead.
    await expect
      .poll(async () => {
        await mutate(owner, 'updateOrg', { orgId, name: `Renamed at ${performance.now()}` })
        return stream.results.length
      })
      .toBeGreaterThan(0)
    await mutate(owner, 'revokeApiToken', { apiTokenId: token.id })
    expect(await stream.ended).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('was revoked'),
        extensions: { code: 'UNAUTHENTICATED' },
      }),
    ])
    await expect.poll(socket.closed, { timeout: 5_000 }).toEqual(FORBIDDEN)
  })

  test.each([
    ['a query', 'query($orgId: ID!) { org(id: $orgId) { id } }'],
    [
      'a mutation',
      'mutation($orgId: ID!) { updateOrg(input: { orgId: $orgId, name: "Other" }) { __typename } }',
    ],
    ['a subscription', watching],
  ])(
    'gets %s with a revoked or expired API token refused, and then closes the socket',
    async (_, document) => {
      const owner = await testServer.signUp()
      const orgId = await createOrg(owner)
      const revoked = await tokenFor(orgId, owner)
      const expired = await tokenFor(orgId, owner, { expiresAt: new Date(Date.now() + 1_500).toISOString() })
      const sockets = [await socketOf(revoked.authorization), await socketOf(expired.authorization)]
      await mutate(owner, 'revokeApiToken', { apiTokenId: revoked.id })
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      for (const socket of sockets) {
        expect((await socket.ask(document, { orgId })).errors).toEqual(ended('The credential is not valid.'))
        await expect.poll(socket.closed, { timeout: 5_000 }).toEqual(FORBIDDEN)
      }
    },
  )

  test('still allows a JWT’s query within its leeway, but not a subscription', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const authorization = await testServer.authorize({ subject: owner.subject, livesFor: -1 })
    const socket = await socketOf(authorization)
    expect((await socket.ask(me)).data).toEqual({ viewer: { id: owner.id } })
    const { errors } = await socket.ask(watching, { orgId })
    expect(errors).toEqual([expect.objectContaining(ended('The credential has ended.')[0])])
    await expect.poll(socket.closed, { timeout: 5_000 }).toEqual(FORBIDDEN)
    const overSse = await ask(testServer.url, watching, {
      variables: { orgId },
      headers: { authorization, accept: '*/*' },
    })
    expect([overSse.status, ...codes(overSse)]).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('is not the same as a refused operation, which leaves the socket open', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const { authorization } = await tokenFor(orgId, owner)
    const sockets = [await socketOf(undefined), await socketOf(authorization)]
    const inbox = 'subscription { viewerOrgInviteEvents { seq } }'
    for (const socket of sockets) {
      expect((await socket.ask(inbox)).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED')
      expect((await socket.ask('{ __typename }')).data).toEqual({ __typename: 'Query' })
      expect(socket.closed()).toBeUndefined()
    }
  })

  test('makes graphql-ws reconnect with a new token', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    let fetched = 0
    const client = createClient({
      url: `${testServer.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      lazy: false,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
      connectionParams: async () => ({
        authorization: await testServer.authorize({
          subject: owner.subject,
          livesFor: ++fetched === 1 ? 2 : 60,
        }),
      }),
    })
    onTestFinished(async () => client.dispose())
    const watch = () => {
      const results: unknown[] = []
      const over = new Promise<unknown>((resolve) =>
        client.subscribe(
          { query: watching, variables: { orgId } },
          {
            next: (result) => void results.push(result),
            error: resolve,
            complete: () => resolve('complete'),
          },
        ),
      )
      return { results, over }
    }
    expect(await watch().over).toEqual([expect.objectContaining(ended('The credential has ended.')[0])])
    await expect.poll(() => fetched, { timeout: 5_000 }).toBe(2)
    const again = watch()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await mutate(owner, 'updateOrg', { orgId, name: `Renamed ${orgId}` })
    await expect.poll(() => again.results.length, { timeout: 5_000 }).toBe(1)
  })
})
