import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { start } from './support/start.js'

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

describe('a subscription by Server-Sent Events', () => {
  test.each(['POST', 'GET'])('by %s: every event as it happens, then that it is complete', async (method) => {
    const { url, stage } = await start()
    const events = await listen(url, 'subscription { ticks }', {}, method)
    expect(events.response.headers.get('content-type')).toBe('text/event-stream')
    await expect.poll(() => stage.open).toBe(1)
    stage.events.emit('tick', 1)
    await expect.poll(events.results).toEqual([{ data: { ticks: 1 } }])
    stage.events.emit('tick', 2)
    await expect.poll(events.results).toEqual([{ data: { ticks: 1 } }, { data: { ticks: 2 } }])
    events.hangUp()
  })

  test('a stream that ends says so', async () => {
    const { url } = await start()
    const events = await listen(url, 'subscription { count(to: 3) }')
    await events.ended
    expect(events.results()).toEqual([1, 2, 3].map((count) => ({ data: { count } })))
    expect(events.completed()).toBe(true)
  })

  test('a query by it is one event and complete', async () => {
    const { url } = await start()
    const events = await listen(url, '{ hello }')
    await events.ended
    expect(events.results()).toEqual([{ data: { hello: 'world' } }])
    expect(events.completed()).toBe(true)
  })

  test('its source is closed within a moment after the client went away', async () => {
    const { url, stage } = await start()
    const events = await listen(url, 'subscription { ticks }')
    await expect.poll(() => stage.open).toBe(1)
    events.hangUp()
    await expect.poll(() => stage.open, { timeout: 1_000 }).toBe(0)
    expect(stage.events.listenerCount('tick')).toBe(0)
  })

  test('a refusal at the start says why and completes', async () => {
    const { url } = await start()
    const events = await listen(url, 'subscription { denied }')
    await events.ended
    expect(events.results()).toMatchObject([{ errors: [{ extensions: { code: 'FORBIDDEN' } }] }])
    expect(events.completed()).toBe(true)
  })

  test('a coded error within the stream is its last event', async () => {
    const { url } = await start()
    const events = await listen(url, 'subscription { breaks }', { authorization: 'Bearer ada' })
    await events.ended
    expect(events.results()).toMatchObject([
      { data: { breaks: 1 } },
      { errors: [{ message: 'You were removed.', extensions: { code: 'FORBIDDEN' } }] },
    ])
    expect(events.completed()).toBe(true)
  })

  test('any other error within the stream is masked', async () => {
    const { url, lines } = await start()
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
    const { url } = await start()
    const { response } = await listen(url, 'subscription { ticks }', { authorization: 'Bearer revoked' })
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toContain('json')
  })

  test('one caller holds no more streams open than MAX_SOCKETS_PER_USER, and may again when one is closed', async () => {
    const { url, stage } = await start({ MAX_SOCKETS_PER_USER: '2' })
    const ada = { authorization: 'Bearer ada' }
    const first = await listen(url, 'subscription { ticks }', ada)
    await listen(url, 'subscription { ticks }', ada)
    const third = await listen(url, 'subscription { ticks }', ada)
    await third.ended
    expect(third.results()).toMatchObject([{ errors: [{ extensions: { code: 'RATE_LIMITED' } }] }])
    await listen(url, 'subscription { ticks }', { authorization: 'Bearer bob' })
    expect(stage.open).toBe(3)
    first.hangUp()
    await expect.poll(() => stage.open).toBe(2)
    await listen(url, 'subscription { ticks }', ada)
    await expect.poll(() => stage.open).toBe(3)
  })

  test('a reader that stops reading stops the source, instead of filling the memory', async () => {
    const { url, stage } = await start()
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { flood(kilobytes: 64) }' }),
    })
    await expect.poll(() => stage.open).toBe(1)
    await expect.poll(() => stage.floods).toBeGreaterThan(1)
    await sleep(500)
    const settled = stage.floods
    await sleep(500)
    expect(stage.floods).toBe(settled)
    await response.body?.cancel()
    await expect.poll(() => stage.open).toBe(0)
  })
})
