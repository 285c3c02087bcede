import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { traceIdOf } from '../../src/http/requestIds.js'
import { isFrom } from '../support/logLines.js'
import { ask } from './support/ask.js'
import { sendRaw } from './support/rawHttp.js'
import { connect, rawSocket } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('the request id', () => {
  test.each([
    ['a UUID', '0f8fad5b-d9cb-469f-a165-70867728950e'],
    ['a hash', 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'],
    ['base64', 'q83vEjRW/+8='],
    ['a path', '105445aa7843bc8bf206b12000100000/1'],
    ['128 characters', 'x'.repeat(128)],
  ])('is taken from the request if it is well-formed (%s)', async (_, given) => {
    const { url } = await startHttpServer()
    const { headers } = await ask(url, '{ hello }', { headers: { 'x-request-id': given } })
    expect(headers.get('x-request-id')).toBe(given)
  })

  test.each([
    ['there is none', undefined],
    ['it is empty', ''],
    ['it is too long', 'x'.repeat(129)],
    ['it has a blank', 'a b'],
    ['it looks like a log line', '{"level":"fatal"}'],
    ['it has a tab', 'a\tb'],
    ['it is outside ASCII', 'é'],
    ['it is markup', '<b>'],
  ])('is made if %s', async (_, given) => {
    const { url } = await startHttpServer()
    const headers: Record<string, string> = given === undefined ? {} : { 'x-request-id': given }
    const ids = [await ask(url, '{ hello }', { headers }), await ask(url, '{ hello }', { headers })].map(
      (answer) => answer.headers.get('x-request-id'),
    )
    for (const id of ids) expect(id).toMatch(uuid)
    expect(ids[0]).not.toBe(ids[1])
  })

  test('is made if there are two', async () => {
    const { url } = await startHttpServer()
    const answer = await sendRaw(
      url,
      'GET /health HTTP/1.1\r\nhost: x\r\nx-request-id: one\r\nx-request-id: two\r\n\r\n',
    )
    expect(answer?.headers['x-request-id']).toMatch(uuid)
  })

  test('is in every answer: of pages, refusals, errors and streams', async () => {
    const { url } = await startHttpServer({
      MAX_BODY_BYTES: '1000',
      ALLOWED_ORIGINS: 'https://friend.example',
    })
    const graphql = `${url}/graphql`
    const post = (body: string, headers: Record<string, string> = {}) => ({
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
    const requests: [path: string, init: RequestInit, status: number][] = [
      [`${url}/health`, {}, 200],
      [`${url}/ready`, {}, 200],
      [`${url}/nothing`, {}, 404],
      [`${graphql}?query={hello}`, {}, 200],
      [`${graphql}?query=mutation{add}`, {}, 405],
      [graphql, { method: 'PUT' }, 405],
      [graphql, { method: 'OPTIONS', headers: { origin: 'https://friend.example' } }, 204],
      [graphql, post('{'), 400],
      [graphql, post('{"query":"{ nope }"}'), 200],
      [graphql, post('{"query":"{ crash }"}'), 200],
      [graphql, post('{"query":"{ hello }"}', { authorization: 'Bearer revoked' }), 401],
      [graphql, post('{"query":"{ hello }"}', { authorization: 'Bearer crash' }), 500],
      [graphql, post('x'.repeat(1_001)), 413],
      [graphql, post('{"query":"{ hello }"}', { 'content-type': 'text/plain' }), 415],
      [graphql, post('{"query":"{ hello }"}', { accept: 'image/png' }), 406],
      [graphql, post('{"query":"subscription { count(to: 2) }"}', { accept: 'text/event-stream' }), 200],
      [graphql, post('{"query":"subscription { denied }"}', { accept: 'text/event-stream' }), 200],
    ]
    for (const [path, init, status] of requests) {
      const headers = { ...(init.headers as object), 'x-request-id': 'mine' }
      const response = await fetch(path, { ...init, headers })
      await response.text()
      expect([path, init.method, response.status, response.headers.get('x-request-id')]).toEqual([
        path,
        init.method,
        status,
        'mine',
      ])
    }
    for (const [lines, status] of [
      ['GET /health HTTP/1.1', 400],
      ['GET /health HTTP/1.1\r\nhost: x\r\nexpect: gold', 417],
      ['GET /health HTTP/1.0', 200],
    ] as const) {
      const answer = await sendRaw(url, `${lines}\r\nx-request-id: mine\r\n\r\n`)
      expect(answer).toMatchObject({ status, headers: { 'x-request-id': 'mine' } })
    }
    const malformed = await sendRaw(url, 'no HTTP\r\n\r\n')
    const elsewhere = await sendRaw(url, 'GET //x HTTP/1.1\r\nhost: x\r\nx-request-id: mine\r\n\r\n')
    expect(elsewhere).toMatchObject({ status: 404, headers: { 'x-request-id': 'mine' } })
    expect(malformed).toMatchObject({ status: 400, headers: { 'x-request-id': expect.stringMatching(uuid) } })
  })

  test('can be read by web pages of other origins', async () => {
    const { url } = await startHttpServer({ ALLOWED_ORIGINS: 'https://friend.example' })
    const { headers } = await ask(url, '{ hello }', { headers: { origin: 'https://friend.example' } })
    expect(headers.get('access-control-expose-headers')).toContain('x-request-id')
  })

  test('is in the answer to a WebSocket handshake, also if it is refused', async () => {
    const { url } = await startHttpServer()
    const answerTo = (headers: Record<string, string>) =>
      new Promise((resolve) => {
        const { socket } = rawSocket(url, { headers: { 'x-request-id': 'mine', ...headers } })
        const read = ({ statusCode, headers }: IncomingMessage) =>
          resolve([statusCode, headers['x-request-id']])
        socket.once('upgrade', read)
        socket.once('unexpected-response', (_, response) => read(response))
      })
    expect(await answerTo({})).toEqual([101, 'mine'])
    expect(await answerTo({ origin: 'https://foreign.example' })).toEqual([403, 'mine'])
  })

  test('is in the log line of an error that was masked, over every transport', async () => {
    const { url, lines } = await startHttpServer()
    const logged = () => lines.filter(isFrom('error')).map(({ requestId, path }) => [requestId, path])
    const headers = { 'x-request-id': 'mine' }
    await ask(url, '{ crash }', { headers })
    await fetch(`${url}/graphql?query={crashSoftly}`, { headers })
    await ask(url, '{ hello }', { headers: { ...headers, authorization: 'Bearer crash' } })
    const stream = await fetch(`${url}/graphql?query=subscription{breaks}`, {
      headers: { ...headers, accept: 'text/event-stream' },
    })
    await stream.text()
    expect(logged()).toEqual([
      ['mine', 'crash'],
      ['mine', 'crashSoftly'],
      ['mine', undefined],
      ['mine', undefined],
    ])
    lines.length = 0
    const raw = rawSocket(url, { headers })
    await raw.opened
    raw.send({ type: 'connection_init' })
    await expect.poll(() => raw.messages).toHaveLength(1)
    raw.send({ type: 'subscribe', id: '1', payload: { query: '{ crash }' } })
    raw.send({ type: 'subscribe', id: '2', payload: { query: 'subscription { breaks }' } })
    await expect.poll(logged).toEqual([
      ['mine', 'crash'],
      ['mine', undefined],
    ])
  })
})

describe('the trace id', () => {
  const traceIdIn = (traceparent?: string) => {
    const req = new IncomingMessage(new Socket())
    req.headers = traceparent === undefined ? {} : { traceparent }
    return traceIdOf(req)
  }
  const trace = '0af7651916cd43dd8448eb211c80319c'

  test.each([
    `00-${trace}-b7ad6b7169203331-01`,
    `00-${trace}-b7ad6b7169203331-00`,
    `cc-${trace}-b7ad6b7169203331-01`,
    `cc-${trace}-b7ad6b7169203331-01-what-the-future-brings`,
  ])('is read from the header traceparent (%s)', (header) => expect(traceIdIn(header)).toBe(trace))

  test.each([
    undefined,
    '',
    trace,
    `ff-${trace}-b7ad6b7169203331-01`,
    `00-${trace}-b7ad6b7169203331-01-more`,
    `00-${trace}-b7ad6b7169203331-01x`,
    `00-${trace}-b7ad6b7169203331`,
    `00-${trace}-0000000000000000-01`,
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    `00-${trace.toUpperCase()}-b7ad6b7169203331-01`,
  ])('is undefined if the header is not valid (%s)', (header) => expect(traceIdIn(header)).toBeUndefined())
})

describe('a server that does not log requests', () => {
  test('writes no line for them', async () => {
    const { url, lines } = await startHttpServer()
    await ask(url, '{ hello }')
    const socket = await connect(url)
    await socket.ask('{ hello }')
    expect(lines.filter(isFrom('info'))).toEqual([])
  })
})
