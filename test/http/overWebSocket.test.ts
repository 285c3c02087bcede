import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { BUSY_MS } from '../support/busy.js'
import { isFrom } from '../support/logLines.js'
import { ask } from './support/ask.js'
import { type Close, connect, rawSocket } from './support/socket.js'
import { type Started, startHttpServer } from './support/startHttpServer.js'

const ACK = { type: 'connection_ack' }
const subscribe = (id: string, query: string, more: object = {}) => ({
  type: 'subscribe',
  id,
  payload: { query, ...more },
})

/** Opens a bare socket and waits for connection_ack. */
const acknowledged = async (url: string, payload: object = {}, options: object = {}) => {
  const raw = rawSocket(url, options)
  await raw.opened
  raw.send({ type: 'connection_init', payload })
  await expect.poll(() => raw.messages).toEqual([ACK])
  return raw
}

const ticking = async (started: Started, of: () => unknown[]) => {
  const n = Math.floor(Math.random() * 1e9)
  started.state.events.emit('tick', n)
  await expect.poll(of).toContainEqual({ data: { ticks: n } })
}

describe('an operation on a socket', () => {
  test('runs beside other queries, mutations and subscriptions', async () => {
    const started = await startHttpServer()
    const socket = await connect(started.url)
    const { results } = socket.stream('subscription { ticks }')
    await expect.poll(() => started.state.open).toBe(1)
    expect(await socket.ask('mutation { add(n: 2) }')).toEqual({ data: { add: 2 } })
    expect(await socket.ask('query($c: Colour!) { paint(colour: $c) }', { c: 'RED' })).toEqual({
      data: { paint: 'RED 1' },
    })
    await ticking(started, () => results)
  })

  test('with an empty operationName is as if it were left out', async () => {
    const { url } = await startHttpServer()
    const raw = await acknowledged(url)
    raw.send(subscribe('1', '{ hello }', { operationName: '' }))
    await expect
      .poll(() => raw.messages)
      .toContainEqual({ type: 'next', id: '1', payload: { data: { hello: 'world' } } })
  })

  test('gets a context of its own with the socket’s caller', async () => {
    const { url } = await startHttpServer()
    const socket = await connect(url, { authorization: 'Bearer ada' })
    const first = await socket.ask('{ context viewer }')
    const second = await socket.ask('{ context viewer }')
    expect(first.data?.context).not.toBe(second.data?.context)
    expect([first.data?.viewer, second.data?.viewer]).toEqual(['ada', 'ada'])
  })

  test('completes when its stream ends', async () => {
    const { url } = await startHttpServer()
    const { results, ended } = (await connect(url)).stream('subscription { count(to: 3) }')
    expect(await ended).toBeUndefined()
    expect(results).toEqual([1, 2, 3].map((count) => ({ data: { count } })))
  })

  test.each(['ticks', 'deaf'])('that is stopped closes its source at once (%s)', async (field) => {
    const { url, state } = await startHttpServer()
    const socket = await connect(url)
    const { stop } = socket.stream(`subscription { ${field} }`)
    await expect.poll(() => state.open).toBe(1)
    stop()
    if (field === 'deaf') {
      // The source sleeps until its next event and notices then.
      await sleep(50)
      state.events.emit('tick', 1)
    }
    await expect.poll(() => state.open).toBe(0)
    expect(state.events.listenerCount('tick')).toBe(0)
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('may use the id of one that is over', async () => {
    const { url, state } = await startHttpServer()
    const raw = await acknowledged(url)
    for (let n = 0; n < 10; n++) {
      raw.send(subscribe('same', 'subscription { ticks }'))
      await expect.poll(() => state.open, { interval: 2 }).toBe(1)
      raw.send({ type: 'complete', id: 'same' })
      await expect.poll(() => state.open, { interval: 2 }).toBe(0)
    }
    raw.send(subscribe('same', '{ hello }'))
    await expect
      .poll(() => raw.messages)
      .toContainEqual({ type: 'next', id: 'same', payload: { data: { hello: 'world' } } })
  })

  test('with the id of one that still runs or is being stopped closes the socket with 4409 and leaves nothing open', async () => {
    const { url, state } = await startHttpServer()
    for (const meanwhile of [[], [{ type: 'complete', id: 'same' }]]) {
      const raw = await acknowledged(url)
      for (const message of [
        subscribe('same', 'subscription { ticks }'),
        ...meanwhile,
        subscribe('same', '{ hello }'),
      ])
        raw.send(message)
      expect(await raw.closed).toEqual({ code: 4409, reason: 'Subscriber for same already exists' })
    }
    await sleep(50)
    expect(state.open).toBe(0)
  })

  test('may have an id of any script, also in an error', async () => {
    const { url, lines } = await startHttpServer()
    const id = '號'.repeat(500)
    const raw = await acknowledged(url)
    for (let n = 0; n < 2; n++) raw.send(subscribe(id, 'subscription { ticks }'))
    expect((await raw.closed).code).toBe(4409)
    expect(lines.filter(isFrom('warn'))).toEqual([])
  })

  test('is closed if its client disconnects, even while it is being started', async () => {
    const { url, state } = await startHttpServer()
    for (let n = 0; n < 20; n++) {
      const raw = await acknowledged(url)
      for (let id = 0; id < 20; id++) raw.send(subscribe(String(id), 'subscription { ticks }'))
      if (n % 2 === 0) await sleep(n)
      raw.socket.terminate()
    }
    await expect.poll(() => state.open).toBe(0)
    await sleep(100)
    expect([state.open, state.events.listenerCount('tick')]).toEqual([0, 0])
  })
})

describe('an error on a socket', () => {
  test.each([
    ['{ hello', 'GRAPHQL_PARSE_FAILED'],
    ['{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query($c: Colour!) { paint(colour: $c) }', 'BAD_USER_INPUT'],
    ['subscription($c: Int!) { count(to: $c) }', 'BAD_USER_INPUT'],
    ['query A { hello } query B { hello }', 'BAD_USER_INPUT'],
    ['{ secret }', 'UNAUTHENTICATED'],
    ['{ notAllowed }', 'FORBIDDEN'],
    ['{ databaseDown }', 'UNAVAILABLE'],
    ['{ crash }', 'INTERNAL_SERVER_ERROR'],
    ['subscription { denied }', 'FORBIDDEN'],
  ])('such as %s is %s without HTTP details, and the socket stays open', async (query, code) => {
    const { url } = await startHttpServer()
    const socket = await connect(url)
    const { errors } = await socket.ask(query)
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual([code])
    const allowed = code === 'INTERNAL_SERVER_ERROR' ? ['code', 'id'] : ['code']
    expect(Object.keys(errors?.[0]?.extensions ?? {}).sort()).toEqual(allowed)
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('with a code in a stream ends the stream and keeps its code, and the socket stays open', async () => {
    const { url } = await startHttpServer()
    const socket = await connect(url, { authorization: 'Bearer ada' })
    const { results, ended } = socket.stream('subscription { breaks }')
    expect(await ended).toMatchObject([{ message: 'You were removed.', extensions: { code: 'FORBIDDEN' } }])
    expect(results).toEqual([{ data: { breaks: 1 } }])
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('without a code in a stream is masked, with the id of the only line in the log', async () => {
    const { url, lines } = await startHttpServer()
    const errors = await (await connect(url)).stream('subscription { breaks }').ended
    const id = errors?.[0]?.extensions?.id
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', id: expect.any(String) } }])
    expect(JSON.stringify(errors)).not.toContain('org_event')
    expect(lines.filter(isFrom('error')).map((line) => line.id)).toEqual([id])
  })
})

describe('the caller on a socket', () => {
  test.each([
    ['authorization', { authorization: 'Bearer ada' }],
    ['Authorization', { Authorization: 'Bearer ada' }],
  ])('is given by %s in the connectionParams', async (_, params) => {
    const { url } = await startHttpServer()
    expect((await (await connect(url, params)).ask('{ viewer }')).data).toEqual({ viewer: 'ada' })
  })

  test('is given by the header if the connectionParams have none', async () => {
    const { url } = await startHttpServer()
    const raw = rawSocket(url, { headers: { authorization: 'Bearer bob' } })
    await raw.opened
    raw.send({ type: 'connection_init' })
    await expect.poll(() => raw.messages).toEqual([ACK])
    raw.send(subscribe('1', '{ viewer }'))
    await expect
      .poll(() => raw.messages)
      .toContainEqual({ type: 'next', id: '1', payload: { data: { viewer: 'bob' } } })
  })

  test('is anonymous without a credential', async () => {
    const { url } = await startHttpServer()
    expect((await (await connect(url)).ask('{ viewer }')).data).toEqual({ viewer: 'nobody' })
  })

  test('with a bad credential gets 4403, so that the client can reconnect with a new one', async () => {
    const { url } = await startHttpServer()
    const raw = rawSocket(url)
    await raw.opened
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer revoked' } })
    expect(await raw.closed).toEqual({ code: 4403, reason: 'Forbidden' })
    expect(raw.messages).toEqual([])
  })

  test.each([5, {}, true, ['Bearer ada']])(
    'with a credential that is not a string also gets 4403: %j',
    async (authorization) => {
      const { url } = await startHttpServer()
      const raw = rawSocket(url)
      await raw.opened
      raw.send({ type: 'connection_init', payload: { authorization } })
      expect(await raw.closed).toEqual({ code: 4403, reason: 'Forbidden' })
    },
  )

  test('who sends an operation before connection_init gets 4401', async () => {
    const { url, state } = await startHttpServer()
    const raw = rawSocket(url)
    await raw.opened
    raw.send(subscribe('1', 'mutation { add }'))
    expect((await raw.closed).code).toBe(4401)
    expect(state.mutations).toBe(0)
  })

  test('whose credential cannot be checked gets 1013 without details, so that clients retry', async () => {
    const { url, lines } = await startHttpServer()
    const raw = rawSocket(url)
    await raw.opened
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer crash' } })
    expect(await raw.closed).toEqual({ code: 1013, reason: 'Unavailable' })
    expect(lines.filter(isFrom('error'))).toHaveLength(1)
  })

  test('who never sends connection_init is disconnected', async () => {
    const { url } = await startHttpServer({}, { initWithinMs: 300 })
    const raw = rawSocket(url)
    await raw.opened
    expect((await raw.closed).code).toBe(4408)
  })
})

describe('the WebSocket protocol', () => {
  test('closes with 1007 for a message that is not UTF-8, text or binary, and accepts binary UTF-8', async () => {
    const { url } = await startHttpServer()
    const message = JSON.stringify(subscribe('1', '{ hello }'))
    const good = await acknowledged(url)
    good.socket.send(Buffer.from(message), { binary: true })
    await expect.poll(() => good.messages[1]).toMatchObject({ payload: { data: { hello: 'world' } } })
    for (const binary of [true, false]) {
      const raw = await acknowledged(url)
      raw.socket.send(Buffer.from(message.replace('}"', ' # é}"'), 'latin1'), { binary })
      expect((await raw.closed).code).toBe(1007)
    }
  })

  test('closes with 4406 for any other subprotocol', async () => {
    const { url } = await startHttpServer()
    const raw = rawSocket(url, { protocol: 'graphql-ws' })
    const code = await Promise.race([raw.closed.then(({ code }) => code), raw.opened.catch(() => 'refused')])
    expect([4406, 'refused']).toContain(code ?? 4406)
    expect((await raw.closed).code).not.toBe(1000)
  })

  test.each([
    ['text that is not JSON', 'hello'],
    ['an unknown type', '{"type":"hello"}'],
    ['no query', '{"type":"subscribe","id":"1","payload":{}}'],
  ])('closes with 4400 for a message of %s', async (_, message) => {
    const { url } = await startHttpServer()
    const raw = await acknowledged(url)
    raw.socket.send(message)
    expect((await raw.closed).code).toBe(4400)
  })

  test('closes with 1009 for a message above MAX_BODY_BYTES', async () => {
    const { url } = await startHttpServer({ MAX_BODY_BYTES: '1000' })
    const raw = await acknowledged(url)
    raw.socket.send(JSON.stringify(subscribe('1', `{ hello } # ${'x'.repeat(1_000)}`)))
    expect((await raw.closed).code).toBe(1009)
    expect((await ask(url, '{ hello }')).status).toBe(200)
  })
})

describe('the limits of a socket', () => {
  test('are MAX_OPERATIONS_PER_SOCKET at once: one more is refused with a message, and allowed when one is over', async () => {
    const { url, state } = await startHttpServer({ MAX_OPERATIONS_PER_SOCKET: '3' })
    const socket = await connect(url)
    const streams = [1, 2, 3].map(() => socket.stream('subscription { ticks }'))
    await expect.poll(() => state.open).toBe(3)
    const { errors } = await socket.ask('{ hello }')
    expect(errors).toMatchObject([
      {
        message: 'At most 3 operations may run at once on one socket.',
        extensions: { code: 'RATE_LIMITED' },
      },
    ])
    streams[0]?.stop()
    await expect.poll(() => state.open).toBe(2)
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('apply to 1,000 operations sent at once', async () => {
    const { url, state } = await startHttpServer()
    const raw = await acknowledged(url)
    for (let id = 0; id < 1_000; id++) raw.send(subscribe(String(id), 'subscription { ticks }'))
    await expect.poll(() => raw.messages.filter(({ type }) => type === 'error').length).toBe(900)
    await expect.poll(() => state.open).toBe(100)
  })

  test('do not count operations that were refused or failed', async () => {
    const { url } = await startHttpServer({ MAX_OPERATIONS_PER_SOCKET: '1' })
    const socket = await connect(url)
    for (const query of [
      '{ nope }',
      '{ hello',
      '{ crash }',
      'subscription { denied }',
      'subscription { breaks }',
    ])
      expect((await socket.ask(query)).errors).toHaveLength(1)
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('are MAX_SOCKETS_PER_USER per user: the next is closed with 1013, and other users are not affected', async () => {
    const { url } = await startHttpServer({ MAX_SOCKETS_PER_USER: '2' })
    const ada = { authorization: 'Bearer ada' }
    const first = await acknowledged(url, ada)
    await acknowledged(url, ada)
    const third = rawSocket(url)
    await third.opened
    third.send({ type: 'connection_init', payload: ada })
    expect(await third.closed).toEqual({ code: 1013, reason: 'Too many sockets' })
    await acknowledged(url, { authorization: 'Bearer bob' })
    first.socket.close()
    await first.closed
    await acknowledged(url, ada)
  })

  test('are counted per address for anonymous callers', async () => {
    const { url } = await startHttpServer({ MAX_SOCKETS_PER_USER: '1' })
    await acknowledged(url)
    const second = rawSocket(url)
    await second.opened
    second.send({ type: 'connection_init' })
    expect((await second.closed).code).toBe(1013)
  })
})

describe('a socket', () => {
  test('stays open as long as its peer answers the server’s pings', async () => {
    const { url } = await startHttpServer({}, { keepAliveMs: 40 })
    const raw = await acknowledged(url)
    let pings = 0
    raw.socket.on('ping', () => pings++)
    await sleep(300)
    expect(pings).toBeGreaterThanOrEqual(5)
    expect(raw.socket.readyState).toBe(raw.socket.OPEN)
  })

  test('that is half-open is cut off after at most two pings, and its operations are closed', async () => {
    const { url, state } = await startHttpServer({}, { keepAliveMs: 300 })
    const raw = await acknowledged(url, {}, { autoPong: false })
    raw.send(subscribe('1', 'subscription { ticks }'))
    await expect.poll(() => state.open).toBe(1)
    const from = performance.now()
    expect((await raw.closed).code).toBe(1006)
    expect(performance.now() - from).toBeLessThan(1_000 + BUSY_MS)
    await expect.poll(() => state.open).toBe(0)
  })

  test('answers a ping of the GraphQL protocol', async () => {
    const { url } = await startHttpServer()
    const raw = await acknowledged(url)
    raw.send({ type: 'ping', payload: { n: 1 } })
    await expect.poll(() => raw.messages).toContainEqual({ type: 'pong', payload: { n: 1 } })
  })

  test('whose reader stops is cut off with SLOW_CONSUMER once too much waits for it, and others are not affected', async () => {
    const started = await startHttpServer({ SOCKET_BUFFER_BYTES: '65536' })
    const { url, state } = started
    const other = await connect(url)
    const { results } = other.stream('subscription { ticks }')
    const slow = await acknowledged(url)
    slow.socket.pause()
    for (let id = 0; id < 90; id++) slow.send(subscribe(String(id), 'subscription { flood(kilobytes: 128) }'))
    await expect.poll(() => state.floods).toBeGreaterThan(1)
    await expect.poll(() => state.open, { timeout: 5_000 }).toBe(1)
    await ticking(started, () => results)
    slow.socket.resume()
    expect(await slow.closed).toEqual({ code: 1013, reason: 'SLOW_CONSUMER' })
    const errorMessages = slow.messages.filter(({ type }) => type === 'error')
    expect(errorMessages.length).toBeGreaterThan(0)
    expect(errorMessages[0]?.payload).toMatchObject([{ extensions: { code: 'SLOW_CONSUMER' } }])
  })

  test('is not cut off for one large answer to a fast reader', async () => {
    const { url } = await startHttpServer({ SOCKET_BUFFER_BYTES: '65536' })
    const socket = await connect(url)
    expect((await socket.ask('{ big(kilobytes: 4000) }')).data?.big).toHaveLength(4_096_000)
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('that the server closes shows its client the right code and reason', async () => {
    const { url, server } = await startHttpServer()
    const closes: Close[] = []
    await connect(url, {}, (close) => closes.push(close))
    await server.close()
    await expect
      .poll(() => closes.map(({ code, reason }) => ({ code, reason: String(reason) })))
      .toEqual([{ code: 1001, reason: 'Going away' }])
  })
})
