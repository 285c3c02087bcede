import { describe, expect, it } from 'vitest'
import { decodeId } from '../../src/graphql/globalId.js'
import { type LogLine, logLines } from '../support/logLines.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { useTestServer } from '../support/testServer.js'
import { connect, rawSocket } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

const trace = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${trace}-b7ad6b7169203331-01`
const messages = ['request', 'subscription started', 'subscription ended']

const { log, lines, text } = logLines()
const testServer = useTestServer({ env: { ACCESS_LOG: 'true' }, log })

/** The lines about one request. */
const linesOf = (requestId: string, count = 1) =>
  expect.poll(() => lines.filter((line) => line.requestId === requestId)).toHaveLength(count)
const lineOf = async (requestId: string): Promise<LogLine> => {
  await linesOf(requestId)
  return lines.find((line) => line.requestId === requestId) as LogLine
}

let count = 0
/** Asks by POST, and returns the line about it. */
async function lineAbout(
  query: string,
  {
    authorization,
    variables,
    operationName,
    headers = {},
  }: {
    authorization?: string | undefined
    variables?: object
    operationName?: string
    headers?: Record<string, string>
  } = {},
): Promise<LogLine> {
  const requestId = `request-${++count}`
  const response = await fetch(`${testServer.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-request-id': requestId,
      ...(authorization && { authorization }),
      ...headers,
    },
    body: JSON.stringify({ query, variables, operationName }),
  })
  await response.text()
  return lineOf(requestId)
}

const uuidOf = (type: 'User' | 'ApiToken', id: string) => decodeId(type, id)

describe('with ACCESS_LOG, the line about a request', () => {
  it('has the ids, the operation, its duration, statements, cost and outcome', async () => {
    const ada = await testServer.signUp()
    await createOrg(ada)
    const line = await lineAbout('query Orgs { viewer { id } orgs { nodes { name } } }', {
      authorization: ada.authorization,
      headers: { traceparent },
    })
    expect(line).toEqual({
      level: 'info',
      time: expect.any(Number),
      msg: 'request',
      requestId: expect.stringMatching(/^request-/),
      traceId: trace,
      kind: 'http',
      userId: uuidOf('User', ada.id),
      operation: 'Orgs',
      type: 'query',
      ms: expect.any(Number),
      statements: expect.any(Number),
      cost: expect.any(Number),
      outcome: 'ok',
      status: 200,
    })
    expect(line.statements).toBeGreaterThan(0)
    expect(line.statements).toBeLessThan(6)
    expect(line.cost).toBeGreaterThan(3)
    expect(line.ms).toBeGreaterThan(0)
  })

  it('counts the statements of concurrent requests separately', async () => {
    const ada = await testServer.signUp()
    await createOrg(ada)
    const query = '{ orgs { nodes { name users { totalCount } } } }'
    const alone = await lineAbout(query, { authorization: ada.authorization })
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        lineAbout(n % 2 === 0 ? query : '{ __typename }', { authorization: ada.authorization }),
      ),
    )
    expect(new Set(many.map(({ statements }, n) => `${n % 2} ${statements}`))).toEqual(
      new Set([`0 ${alone.statements}`, '1 0']),
    )
    const write = await lineAbout(`mutation { createOrg(input: { name: "Counted" }) { __typename } }`, {
      authorization: ada.authorization,
    })
    expect(write.statements).toBeGreaterThan(1)
    expect(write.statements).toBeLessThan(10)
  })

  it('says who asked by an id, never by an address or a name', async () => {
    const ada = await testServer.signUp()
    const orgId = await createOrg(ada)
    const { apiToken, secret } = await mutate(
      ada,
      'createApiToken',
      { orgId, name: 'CI', permissions: ['ORG_READ'] },
      'apiToken { id } secret',
    )
    const { authorization: instance } = testServer.instance
    expect(await lineAbout('{ viewer { id } }', { authorization: ada.authorization })).toMatchObject({
      userId: uuidOf('User', ada.id),
    })
    expect(await lineAbout('{ __typename }', { authorization: `Bearer ${secret}` })).toMatchObject({
      apiTokenId: uuidOf('ApiToken', apiToken.id),
    })
    expect(await lineAbout('{ __typename }', { authorization: instance })).toMatchObject({ instance: true })
    const nobody = await lineAbout('{ __typename }')
    for (const key of ['userId', 'apiTokenId', 'instance']) expect(nobody).not.toHaveProperty(key)
    const given = JSON.stringify(lines.filter(({ msg }) => messages.includes(msg)))
    for (const secretText of [ada.email, ada.name, secret, ada.subject, '127.0.0.1'])
      expect(given).not.toContain(secretText)
  })

  it('has the class of a refusal', async () => {
    const [ada, ben] = [await testServer.signUp(), await testServer.signUp()]
    const orgId = await createOrg(ada)
    const document =
      'mutation Rename($id: ID!) { updateOrg(input: { orgId: $id, name: "New" }) { __typename } }'
    expect(
      await lineAbout(document, { authorization: ben.authorization, variables: { id: orgId } }),
    ).toMatchObject({ type: 'mutation', outcome: 'refused', refusal: 'NotFoundError', status: 200 })
    const fine = await lineAbout(document, { authorization: ada.authorization, variables: { id: orgId } })
    expect(fine).toMatchObject({ outcome: 'ok' })
    expect(fine).not.toHaveProperty('refusal')
  })

  it.each([
    ['a document that cannot be parsed', '{ viewer', {}, 'GRAPHQL_PARSE_FAILED', 200],
    ['an unknown field', '{ nope }', {}, 'GRAPHQL_VALIDATION_FAILED', 200],
    [
      'a field that needs a sign-in',
      'mutation { createOrg(input: { name: "x" }) { __typename } }',
      {},
      'UNAUTHENTICATED',
      200,
    ],
    ['a bad credential', '{ viewer { id } }', { authorization: 'Bearer x' }, 'UNAUTHENTICATED', 401],
    ['no query', '', {}, 'BAD_USER_INPUT', 400],
    [
      'another content type',
      '{ viewer { id } }',
      { headers: { 'content-type': 'text/plain' } },
      'BAD_USER_INPUT',
      415,
    ],
  ])('has the code of an error: %s', async (_, query, options, code, status) => {
    expect(await lineAbout(query, options)).toMatchObject({ outcome: 'error', code, status })
  })

  it('shortens a long name of an operation', async () => {
    const line = await lineAbout(`query ${'A'.repeat(500)} { __typename }`)
    expect(line.operation).toBe(`${'A'.repeat(100)}…`)
  })

  it('is written for GET, WebSocket and pages too, without the path of a page', async () => {
    const headers = { 'x-request-id': 'by-get' }
    await (await fetch(`${testServer.url}/graphql?query={__typename}`, { headers })).text()
    expect(await lineOf('by-get')).toMatchObject({ kind: 'http', type: 'query', outcome: 'ok', status: 200 })

    await (await fetch(`${testServer.url}/invites/gi_secret`, { headers: { 'x-request-id': 'page' } })).text()
    expect(await lineOf('page')).toMatchObject({ kind: 'page', page: 'none', outcome: 'error', status: 404 })
    expect(text()).not.toContain('gi_secret')

    const raw = rawSocket(testServer.url, { headers: { 'x-request-id': 'by-socket', traceparent } })
    await raw.opened
    raw.send({ type: 'connection_init', payload: { authorization: testServer.instance.authorization } })
    await expect.poll(() => raw.messages).toHaveLength(1)
    raw.send({ type: 'subscribe', id: 'my\nid', payload: { query: 'query Q { orgs { totalCount } }' } })
    await linesOf('by-socket')
    expect(await lineOf('by-socket')).toEqual({
      level: 'info',
      time: expect.any(Number),
      msg: 'request',
      requestId: 'by-socket',
      traceId: trace,
      kind: 'websocket',
      socketOperation: 'my\ufffdid',
      instance: true,
      operation: 'Q',
      type: 'query',
      cost: expect.any(Number),
      ms: expect.any(Number),
      statements: expect.any(Number),
      outcome: 'ok',
    })
    raw.send({ type: 'subscribe', id: '2', payload: { query: '{ nope }' } })
    await linesOf('by-socket', 2)
    expect(lines.filter(({ requestId }) => requestId === 'by-socket')[1]).toMatchObject({
      outcome: 'error',
      code: 'GRAPHQL_VALIDATION_FAILED',
    })

    const { closed, opened } = rawSocket(testServer.url, {
      headers: { 'x-request-id': 'foreign', origin: 'https://foreign.example' },
    })
    await Promise.race([closed, opened.catch(() => {})])
    expect(await lineOf('foreign')).toMatchObject({ kind: 'page', page: 'WebSocket', status: 403 })
  })

  it('is not written for health checks', async () => {
    for (const path of ['/health', '/ready'])
      await (await fetch(`${testServer.url}${path}`, { headers: { 'x-request-id': 'health' } })).text()
    await lineAbout('{ __typename }')
    expect(lines.filter(({ requestId }) => requestId === 'health')).toEqual([])
  })
})

describe('with ACCESS_LOG, a subscription', () => {
  it.each(['websocket', 'sse'])(
    'over %s has a line when it starts and one when it ends, with the number of events',
    async (kind) => {
      const ada = await testServer.signUp()
      const orgId = await createOrg(ada)
      const requestId = `stream-${kind}`
      const query = 'subscription Watch($id: ID!) { orgEvents(orgId: $id) { seq } }'
      const headers = { 'x-request-id': requestId, authorization: ada.authorization ?? '' }
      let received = 0
      let stop: () => void
      if (kind === 'websocket') {
        const raw = rawSocket(testServer.url, { headers })
        await raw.opened
        raw.socket.on('message', (data) => {
          if (JSON.parse(String(data)).type === 'next') received++
        })
        raw.send({ type: 'connection_init' })
        await expect.poll(() => raw.messages).toHaveLength(1)
        raw.send({ type: 'subscribe', id: '1', payload: { query, variables: { id: orgId } } })
        stop = () => raw.send({ type: 'complete', id: '1' })
      } else {
        const aborting = new AbortController()
        const response = await fetch(`${testServer.url}/graphql`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
          body: JSON.stringify({ query, variables: { id: orgId } }),
          signal: aborting.signal,
        })
        void (async () => {
          for await (const chunk of response.body ?? [])
            received += String(new TextDecoder().decode(chunk)).match(/event: next/g)?.length ?? 0
        })().catch(() => {})
        stop = () => aborting.abort()
      }
      await linesOf(requestId)
      for (let n = 0; n < 3; n++) await invite(ada, orgId, `guest${n}@new.example`)
      await expect.poll(() => received).toBe(3)
      stop()
      await linesOf(requestId, 2)
      const shared = {
        kind,
        userId: uuidOf('User', ada.id),
        operation: 'Watch',
        type: 'subscription',
        cost: expect.any(Number),
      }
      expect(lines.filter((line) => line.requestId === requestId)).toEqual([
        expect.objectContaining({ ...shared, msg: 'subscription started', statements: expect.any(Number) }),
        expect.objectContaining({ ...shared, msg: 'subscription ended', events: 3, outcome: 'ok' }),
      ])
    },
  )

  it('that is refused has one line, with the code', async () => {
    const ben = await testServer.signUp()
    const orgId = await createOrg(await testServer.signUp())
    const line = await lineAbout('subscription($id: ID!) { orgEvents(orgId: $id) { seq } }', {
      authorization: ben.authorization,
      variables: { id: orgId },
      headers: { accept: 'text/event-stream' },
    })
    expect(line).toMatchObject({ msg: 'request', type: 'subscription', outcome: 'error', code: 'FORBIDDEN' })
  })

  it('that ends with an error has its code in the last line', async () => {
    const { url, lines } = await startHttpServer({ ACCESS_LOG: 'true' })
    const socket = await connect(url)
    await socket.stream('subscription { breaks }').ended
    await expect
      .poll(() => lines.filter(({ msg }) => messages.includes(String(msg))))
      .toMatchObject([
        { msg: 'subscription started' },
        {
          msg: 'subscription ended',
          events: 1,
          outcome: 'error',
          code: 'INTERNAL_SERVER_ERROR',
        },
      ])
  })
})
