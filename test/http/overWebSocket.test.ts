import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ask } from './support/ask.js'
import { type Close, connect, rawSocket } from './support/socket.js'
import { type Started, startHttpServer } from './support/startHttpServer.js'

const ACK = { type: 'connection_ack' }
const subscribe = (id: string, query: string, more: object = {}) => ({
  type: 'subscribe',
  id,
  payload: { query, ...more },
})

/** A bare socket past its connection_init. */
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

describe('operations on a socket', () => {
  test('queries, mutations and subscriptions run side by side', async () => {
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

  test('an empty name of the operation is none', async () => {
    const { url } = await startHttpServer()
    const raw = await acknowledged(url)
    raw.send(subscribe('1', '{ hello }', { operationName: '' }))
    await expect
      .poll(() => raw.messages)
      .toContainEqual({ type: 'next', id: '1', payload: { data: { hello: 'world' } } })
  })

  test('each gets a context of its own, all the same caller', async () => {
    const { url } = await startHttpServer()
    const socket = await connect(url, { authorization: 'Bearer ada' })
    const first = await socket.ask('{ context viewer }')
    const second = await socket.ask('{ context viewer }')
    expect(first.data?.context).not.toBe(second.data?.context)
    expect([first.data?.viewer, second.data?.viewer]).toEqual(['ada', 'ada'])
  })

  test('a stream that ends completes', async () => {
    const { url } = await startHttpServer()
    const { results, ended } = (await connect(url)).stream('subscription { count(to: 3) }')
    expect(await ended).toBeUndefined()
    expect(results).toEqual([1, 2, 3].map((count) => ({ data: { count } })))
  })

  test.each(['ticks', 'deaf'])('stopping one closes its source at once (%s)', async (field) => {
    const { url, state } = await startHttpServer()
    const socket = await connect(url)
    const { stop } = socket.stream(`subscription { ${field} }`)
    await expect.poll(() => state.open).toBe(1)
    stop()
    if (field === 'deaf') {
      // It sleeps until its next event, and then notices.
      await sleep(50)
      state.events.emit('tick', 1)
    }
    await expect.poll(() => state.open).toBe(0)
    expect(state.events.listenerCount('tick')).toBe(0)
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('an id may be used again once its operation is over', async () => {
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

  test('an id of an operation that still runs, or is just being stopped, closes the socket with 4409 and leaves nothing open', async () => {
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

  test('ids of any length and script are fine, even where one is told about', async () => {
    const { url, lines } = await startHttpServer()
    const id = '號'.repeat(500)
    const raw = await acknowledged(url)
    for (let n = 0; n < 2; n++) raw.send(subscribe(id, 'subscription { ticks }'))
    expect((await raw.closed).code).toBe(4409)
    expect(lines.filter(({ level }) => Number(level) >= 40)).toEqual([])
  })

  test('of a client that is cut off, everything is closed, also what was just being started', async () => {
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

describe('errors on a socket', () => {
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
  ])('%s is %s, tells nothing of HTTP, and the socket lives on', async (query, code) => {
    const { url } = await startHttpServer()
    const socket = await connect(url)
    const { errors } = await socket.ask(query)
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual([code])
    const allowed = code === 'INTERNAL_SERVER_ERROR' ? ['code', 'id'] : ['code']
    expect(Object.keys(errors?.[0]?.extensions ?? {}).sort()).toEqual(allowed)
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('within a stream, a coded one ends it as it is', async () => {
    const { url } = await startHttpServer()
    const socket = await connect(url, { authorization: 'Bearer ada' })
    const { results, ended } = socket.stream('subscription { breaks }')
    expect(await ended).toMatchObject([{ message: 'You were removed.', extensions: { code: 'FORBIDDEN' } }])
    expect(results).toEqual([{ data: { breaks: 1 } }])
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('within a stream, any other ends it masked, with the id of the one line in the log', async () => {
    const { url, lines } = await startHttpServer()
    const errors = await (await connect(url)).stream('subscription { breaks }').ended
    const id = errors?.[0]?.extensions?.id
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', id: expect.any(String) } }])
    expect(JSON.stringify(errors)).not.toContain('org_event')
    expect(lines.filter(({ level }) => level === 50).map((line) => line.id)).toEqual([id])
  })
})

describe('who asks by a socket', () => {
  test.each([
    ['authorization', { authorization: 'Bearer ada' }],
    ['Authorization', { Authorization: 'Bearer ada' }],
  ])('is said by %s of the connectionParams', async (_, params) => {
    const { url } = await startHttpServer()
    expect((await (await connect(url, params)).ask('{ viewer }')).data).toEqual({ viewer: 'ada' })
  })

  test('is said by the header where the connectionParams are silent', async () => {
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

  test('without a credential it is nobody', async () => {
    const { url } = await startHttpServer()
    expect((await (await connect(url)).ask('{ viewer }')).data).toEqual({ viewer: 'nobody' })
  })

  test('a bad credential closes the socket with 4403, so that a client may come back with a fresh one', async () => {
    const { url } = await startHttpServer()
    const raw = rawSocket(url)
    await raw.opened
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer revoked' } })
    expect(await raw.closed).toEqual({ code: 4403, reason: 'Forbidden' })
    expect(raw.messages).toEqual([])
  })

  test.each([5, {}, true, ['Bearer ada']])('so does one that is no text: %j', async (authorization) => {
    const { url } = await startHttpServer()
    const raw = rawSocket(url)
    await raw.opened
    raw.send({ type: 'connection_init', payload: { authorization } })
    expect(await raw.closed).toEqual({ code: 4403, reason: 'Forbidden' })
  })

  test('an operation before connection_init closes it with 4401', async () => {
    const { url, state } = await startHttpServer()
    const raw = rawSocket(url)
    await raw.opened
    raw.send(subscribe('1', 'mutation { add }'))
    expect((await raw.closed).code).toBe(4401)
    expect(state.mutations).toBe(0)
  })

  test('a credential that can’t be checked closes it with 1013, which clients retry, and no details', async () => {
    const { url, lines } = await startHttpServer()
    const raw = rawSocket(url)
    await raw.opened
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer crash' } })
    expect(await raw.closed).toEqual({ code: 1013, reason: 'Unavailable' })
    expect(lines.filter(({ level }) => level === 50)).toHaveLength(1)
  })

  test('a socket that never says connection_init is closed', async () => {
    const { url } = await startHttpServer({}, { initWithinMs: 300 })
    const raw = rawSocket(url)
    await raw.opened
    expect((await raw.closed).code).toBe(4408)
  })
})

describe('the protocol', () => {
  test('a message that is not UTF-8 closes it with 1007, text or binary; a binary one that is, is read', async () => {
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

  test('any other subprotocol is closed with 4406', async () => {
    const { url } = await startHttpServer()
    const raw = rawSocket(url, { protocol: 'graphql-ws' })
    const code = await Promise.race([raw.closed.then(({ code }) => code), raw.opened.catch(() => 'refused')])
    expect([4406, 'refused']).toContain(code ?? 4406)
    expect((await raw.closed).code).not.toBe(1000)
  })

  test.each([
    ['no JSON', 'hello'],
    ['an unknown type', '{"type":"hello"}'],
    ['no query', '{"type":"subscribe","id":"1","payload":{}}'],
  ])('a message of %s closes it with 4400', async (_, message) => {
    const { url } = await startHttpServer()
    const raw = await acknowledged(url)
    raw.socket.send(message)
    expect((await raw.closed).code).toBe(4400)
  })

  test('a message larger than MAX_BODY_BYTES closes it with 1009', async () => {
    const { url } = await startHttpServer({ MAX_BODY_BYTES: '1000' })
    const raw = await acknowledged(url)
    raw.socket.send(JSON.stringify(subscribe('1', `{ hello } # ${'x'.repeat(1_000)}`)))
    expect((await raw.closed).code).toBe(1009)
    expect((await ask(url, '{ hello }')).status).toBe(200)
  })
})

describe('how much a socket may', () => {
  test('MAX_OPERATIONS_PER_SOCKET at once, one more is refused in words, and again when one is over', async () => {
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

  test('1,000 operations sent in one go: the limit’s worth run', async () => {
    const { url, state } = await startHttpServer()
    const raw = await acknowledged(url)
    for (let id = 0; id < 1_000; id++) raw.send(subscribe(String(id), 'subscription { ticks }'))
    await expect.poll(() => raw.messages.filter(({ type }) => type === 'error').length).toBe(900)
    await expect.poll(() => state.open).toBe(100)
  })

  test('refused and failed operations leave no trace in the count', async () => {
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

  test('a user holds MAX_SOCKETS_PER_USER open; the next is closed with 1013; others are not concerned', async () => {
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

  test('nobody’s sockets are counted by address', async () => {
    const { url } = await startHttpServer({ MAX_SOCKETS_PER_USER: '1' })
    await acknowledged(url)
    const second = rawSocket(url)
    await second.opened
    second.send({ type: 'connection_init' })
    expect((await second.closed).code).toBe(1013)
  })
})

describe('a socket’s life', () => {
  test('the server pings, and a peer that answers stays', async () => {
    const { url } = await startHttpServer({}, { keepAliveMs: 40 })
    const raw = await acknowledged(url)
    let pings = 0
    raw.socket.on('ping', () => pings++)
    await sleep(300)
    expect(pings).toBeGreaterThanOrEqual(5)
    expect(raw.socket.readyState).toBe(raw.socket.OPEN)
  })

  test('a half-open socket is cut off after at most two pings, and what ran on it is closed', async () => {
    const { url, state } = await startHttpServer({}, { keepAliveMs: 300 })
    const raw = await acknowledged(url, {}, { autoPong: false })
    raw.send(subscribe('1', 'subscription { ticks }'))
    await expect.poll(() => state.open).toBe(1)
    const from = performance.now()
    expect((await raw.closed).code).toBe(1006)
    expect(performance.now() - from).toBeLessThan(1_000)
    await expect.poll(() => state.open).toBe(0)
  })

  test('a ping of the protocol is answered', async () => {
    const { url } = await startHttpServer()
    const raw = await acknowledged(url)
    raw.send({ type: 'ping', payload: { n: 1 } })
    await expect.poll(() => raw.messages).toContainEqual({ type: 'pong', payload: { n: 1 } })
  })

  test('a reader that stops is cut off with SLOW_CONSUMER once too much waits for it; others are not concerned', async () => {
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
    const told = slow.messages.filter(({ type }) => type === 'error')
    expect(told.length).toBeGreaterThan(0)
    expect(told[0]?.payload).toMatchObject([{ extensions: { code: 'SLOW_CONSUMER' } }])
  })

  test('one large answer to a quick reader is no reason to cut it off', async () => {
    const { url } = await startHttpServer({ SOCKET_BUFFER_BYTES: '65536' })
    const socket = await connect(url)
    expect((await socket.ask('{ big(kilobytes: 4000) }')).data?.big).toHaveLength(4_096_000)
    expect(await socket.ask('{ hello }')).toEqual({ data: { hello: 'world' } })
  })

  test('a close by the server is seen by the client as it was meant', async () => {
    const { url, server } = await startHttpServer()
    const closes: Close[] = []
    await connect(url, {}, (close) => closes.push(close))
    await server.close()
    await expect
      .poll(() => closes.map(({ code, reason }) => ({ code, reason: String(reason) })))
      .toEqual([{ code: 1001, reason: 'Going away' }])
  })
})
