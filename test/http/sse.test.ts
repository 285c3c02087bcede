import { type IncomingHttpHeaders, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startHttpServer } from './support/startHttpServer.js'

/** Reads Server-Sent Events as they come. */
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

/** `fetch` always sends an Accept. */
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

describe('a subscription by Server-Sent Events', () => {
  test.each(['POST', 'GET'])('by %s: every event as it happens, then that it is complete', async (method) => {
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
    'asked for with Accept %s it is one, which no proxy is to hold back',
    async (accept) => {
      const { url } = await startHttpServer()
      const answer = await post(url, 'subscription { count(to: 2) }', accept)
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream'])
      expect(answer.headers['x-accel-buffering']).toBe('no')
      expect(answer.text.match(/"count":\d/g)).toEqual(['"count":1', '"count":2'])
    },
  )

  test.each(['application/json', 'application/graphql-response+json', 'multipart/mixed', 'text/html'])(
    'of a client that takes only %s it is refused with 406, in words, and no stream is opened',
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
    'a mutation of a client that takes only %s is refused with 406, in words, and not done',
    async (accept) => {
      const { url, state } = await startHttpServer()
      const answer = await post(url, 'mutation { add }', accept)
      expect(answer.status).toBe(406)
      expect(JSON.parse(answer.text).errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' })
      expect(state.mutations).toBe(0)
    },
  )

  test.each([undefined, '*/*', 'application/*', 'text/html, */*;q=0.1', 'application/json;charset=UTF-8'])(
    'a mutation of a client that takes %s is answered',
    async (accept) => {
      const { url } = await startHttpServer()
      expect((await post(url, 'mutation { add }', accept)).text).toBe('{"data":{"add":1}}')
    },
  )

  test('a stream that ends says so', async () => {
    const { url } = await startHttpServer()
    const events = await listen(url, 'subscription { count(to: 3) }')
    await events.ended
    expect(events.results()).toEqual([1, 2, 3].map((count) => ({ data: { count } })))
    expect(events.completed()).toBe(true)
  })

  test('a query by it is one event and complete', async () => {
    const { url } = await startHttpServer()
    const events = await listen(url, '{ hello }')
    await events.ended
    expect(events.results()).toEqual([{ data: { hello: 'world' } }])
    expect(events.completed()).toBe(true)
  })

  test('its source is closed within a moment after the client went away', async () => {
    const { url, state } = await startHttpServer()
    const events = await listen(url, 'subscription { ticks }')
    await expect.poll(() => state.open).toBe(1)
    events.hangUp()
    await expect.poll(() => state.open, { timeout: 1_000 }).toBe(0)
    expect(state.events.listenerCount('tick')).toBe(0)
  })

  test('a refusal at the start says why and completes', async () => {
    const { url } = await startHttpServer()
    const events = await listen(url, 'subscription { denied }')
    await events.ended
    expect(events.results()).toMatchObject([{ errors: [{ extensions: { code: 'FORBIDDEN' } }] }])
    expect(events.completed()).toBe(true)
  })

  test('a coded error within the stream is its last event', async () => {
    const { url } = await startHttpServer()
    const events = await listen(url, 'subscription { breaks }', { authorization: 'Bearer ada' })
    await events.ended
    expect(events.results()).toMatchObject([
      { data: { breaks: 1 } },
      { errors: [{ message: 'You were removed.', extensions: { code: 'FORBIDDEN' } }] },
    ])
    expect(events.completed()).toBe(true)
  })

  test('any other error within the stream is masked', async () => {
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

  test('a bad credential is HTTP 401 before anything streams', async () => {
    const { url } = await startHttpServer()
    const { response } = await listen(url, 'subscription { ticks }', { authorization: 'Bearer revoked' })
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toContain('json')
  })

  test('one caller holds no more streams open than MAX_SOCKETS_PER_USER, and may again when one is closed', async () => {
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

  test('a reader that stops reading stops the source, instead of filling the memory', async () => {
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
