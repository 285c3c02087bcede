import { type IncomingHttpHeaders, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startHttpServer } from './support/startHttpServer.js'

/** Reads Server-Sent Events as they arrive. */
const listen = async (url: string, query: string, headers: Record<string, string> = {}, method = 'POST') => {
  const abort = new AbortController()
  const accept = { accept: 'text/event-stream', ...headers }
  const response =
    method === 'GET'
      ? await fetch(`${url}/graphql?${new URLSearchParams({ query })}`, {
          headers: accept,
          signal: abort.signal,
        })
      : await fetch(`${url}/graphql`, {
          method,
          headers: { 'content-type': 'application/json', ...accept },
          body: JSON.stringify({ query }),
          signal: abort.signal,
        })
  let text = ''
  const ended = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
  })().catch(() => {})
  const frames = (event: string) =>
    [...text.matchAll(new RegExp(`event: ${event}\\ndata: ?(.*)\\n\\n`, 'g'))].map(([, data]) => data)
  return {
    response,
    ended,
    results: () => frames('next').map((data) => JSON.parse(data ?? '')),
    completed: () => frames('complete').length === 1,
    hangUp: () => abort.abort(),
  }
}

/** Sends a request without Accept if none is given, which `fetch` cannot do. */
const post = (url: string, query: string, accept: string | undefined) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(accept !== undefined && { accept }) }
    const req = request(`${url}/graphql`, { method: 'POST', headers }, async (res) => {
      let text = ''
      for await (const chunk of res.setEncoding('utf8')) text += chunk
      resolve({ status: res.statusCode ?? 0, headers: res.headers, text })
    })
    req.on('error', reject)
    req.end(JSON.stringify({ query }))
  })

describe('Server-Sent Events', () => {
  test.each(['POST', 'GET'])('over %s carry every event as it happens and then complete', async (method) => {
    const { url, state } = await startHttpServer()
    const events = await listen(url, 'subscription { ticks }', {}, method)
    expect(events.response.headers.get('content-type')).toBe('text/event-stream')
    await expect.poll(() => state.open).toBe(1)
    state.events.emit('tick', 1)
    await expect.poll(events.results).toEqual([{ data: { ticks: 1 } }])
    state.events.emit('tick', 2)
    await expect.poll(events.results).toEqual([{ data: { ticks: 1 } }, { data: { ticks: 2 } }])
    events.hangUp()
  })

  test.each([undefined, 'text/event-stream', 'text/*', '*/*', 'application/json, text/event-stream;q=0.5'])(
    'are the answer to a subscription with Accept %s, with headers that stop proxies from buffering',
    async (accept) => {
      const { url } = await startHttpServer()
      const answer = await post(url, 'subscription { count(to: 2) }', accept)
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream'])
      expect(answer.headers['x-accel-buffering']).toBe('no')
      expect(answer.text.match(/"count":\d/g)).toEqual(['"count":1', '"count":2'])
    },
  )

  test.each(['application/json', 'application/graphql-response+json', 'multipart/mixed', 'text/html'])(
    'are required for a subscription: a client that accepts only %s gets 406 and no stream',
    async (accept) => {
      const { url, state } = await startHttpServer()
      const answer = await post(url, 'subscription { ticks }', accept)
      expect(answer.status).toBe(406)
      const [error] = JSON.parse(answer.text).errors
      expect(error).toEqual({
        message: expect.stringContaining('text/event-stream'),
        extensions: { code: 'BAD_USER_INPUT' },
      })
      expect(state.open).toBe(0)
    },
  )

  test.each([
    'text/html',
    'application/xml',
    'application/graphql+json',
    'application/json; charset=latin1',
    'text/html, image/*',
  ])(
    'are not used for a mutation: a client that accepts only %s gets 406, and it is not run',
    async (accept) => {
      const { url, state } = await startHttpServer()
      const answer = await post(url, 'mutation { add }', accept)
      expect(answer.status).toBe(406)
      expect(JSON.parse(answer.text).errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' })
      expect(state.mutations).toBe(0)
    },
  )

  test.each([undefined, '*/*', 'application/*', 'text/html, */*;q=0.1', 'application/json;charset=UTF-8'])(
    'are not needed for a mutation of a client that accepts %s',
    async (accept) => {
      const { url } = await startHttpServer()
      expect((await post(url, 'mutation { add }', accept)).text).toBe('{"data":{"add":1}}')
    },
  )

  test('report that a stream has ended', async () => {
    const { url } = await startHttpServer()
    const events = await listen(url, 'subscription { count(to: 3) }')
    await events.ended
    expect(events.results()).toEqual([1, 2, 3].map((count) => ({ data: { count } })))
    expect(events.completed()).toBe(true)
  })

  test('carry a query as one event and complete', async () => {
    const { url } = await startHttpServer()
    const events = await listen(url, '{ hello }')
    await events.ended
    expect(events.results()).toEqual([{ data: { hello: 'world' } }])
    expect(events.completed()).toBe(true)
  })

  test('close their source soon after the client disconnects', async () => {
    const { url, state } = await startHttpServer()
    const events = await listen(url, 'subscription { ticks }')
    await expect.poll(() => state.open).toBe(1)
    events.hangUp()
    await expect.poll(() => state.open).toBe(0)
    expect(state.events.listenerCount('tick')).toBe(0)
  })

  test('report a refusal at the start and complete', async () => {
    const { url } = await startHttpServer()
    const events = await listen(url, 'subscription { denied }')
    await events.ended
    expect(events.results()).toMatchObject([{ errors: [{ extensions: { code: 'FORBIDDEN' } }] }])
    expect(events.completed()).toBe(true)
  })

  test('end with a coded error from the stream', async () => {
    const { url } = await startHttpServer()
    const events = await listen(url, 'subscription { breaks }', { authorization: 'Bearer ada' })
    await events.ended
    expect(events.results()).toMatchObject([
      { data: { breaks: 1 } },
      { errors: [{ message: 'You were removed.', extensions: { code: 'FORBIDDEN' } }] },
    ])
    expect(events.completed()).toBe(true)
  })

  test('mask any other error from the stream', async () => {
    const { url, lines } = await startHttpServer()
    const events = await listen(url, 'subscription { breaks }')
    await events.ended
    const [, last] = events.results()
    expect(last.errors).toMatchObject([
      { extensions: { code: 'INTERNAL_SERVER_ERROR', id: expect.any(String) } },
    ])
    expect(JSON.stringify(last)).not.toContain('org_event')
    expect(lines.filter(({ id }) => id === last.errors[0].extensions.id)).toHaveLength(1)
  })

  test('are not started for a bad credential, which is HTTP 401', async () => {
    const { url } = await startHttpServer()
    const { response } = await listen(url, 'subscription { ticks }', { authorization: 'Bearer revoked' })
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toContain('json')
  })

  test('are limited to MAX_SOCKETS_PER_USER streams per caller, and closing one makes room', async () => {
    const { url, state } = await startHttpServer({ MAX_SOCKETS_PER_USER: '2' })
    const ada = { authorization: 'Bearer ada' }
    const first = await listen(url, 'subscription { ticks }', ada)
    await listen(url, 'subscription { ticks }', ada)
    const third = await listen(url, 'subscription { ticks }', ada)
    await third.ended
    expect(third.results()).toMatchObject([{ errors: [{ extensions: { code: 'RATE_LIMITED' } }] }])
    await listen(url, 'subscription { ticks }', { authorization: 'Bearer bob' })
    expect(state.open).toBe(3)
    first.hangUp()
    await expect.poll(() => state.open).toBe(2)
    await listen(url, 'subscription { ticks }', ada)
    await expect.poll(() => state.open).toBe(3)
  })

  test('stop their source while the reader does not read, instead of filling the memory', async () => {
    const { url, state } = await startHttpServer()
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { flood(kilobytes: 64) }' }),
    })
    await expect.poll(() => state.open).toBe(1)
    await expect.poll(() => state.floods).toBeGreaterThan(1)
    await sleep(500)
    const settled = state.floods
    await sleep(500)
    expect(state.floods).toBe(settled)
    await response.body?.cancel()
    await expect.poll(() => state.open).toBe(0)
  })
})
