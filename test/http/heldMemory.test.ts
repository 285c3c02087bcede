import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { connect, rawSocket } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const MIB = 1_048_576

const heldBytes = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** 240 KB of JSON that take more than 2 MiB as objects. */
const emptyLists = () => Array.from({ length: 80_000 }, () => [])
/** Within the limits for lists and values. */
const smallObjects = () =>
  Object.fromEntries(
    Array.from({ length: 9 }, (_, n) => [`v${n}`, Array.from({ length: 1_000 }, () => ({ a: [] }))]),
  )

const acknowledged = async (url: string, payload: object) => {
  const raw = rawSocket(url)
  await raw.opened
  raw.send({ type: 'connection_init', payload })
  await expect.poll(() => raw.messages).toEqual([{ type: 'connection_ack' }])
  return raw
}

test('a socket does not keep its connection parameters in memory', async () => {
  const { url } = await startHttpServer()
  const before = heldBytes()
  for (let n = 0; n < 20; n++) await acknowledged(url, { x: emptyLists() })
  expect(heldBytes() - before).toBeLessThan(25 * MIB)
})

test.each([
  ['extensions', () => ({ extensions: { x: emptyLists() } })],
  ['variables that it does not declare', () => ({ variables: smallObjects() })],
])('a stream does not keep %s in memory', async (_, part) => {
  const { url, state } = await startHttpServer()
  const raw = await acknowledged(url, {})
  const before = heldBytes()
  for (let n = 1; n <= 60; n++) {
    raw.send({ type: 'subscribe', id: `${n}`, payload: { query: 'subscription { ticks }', ...part() } })
    await expect.poll(() => state.open).toBe(n)
  }
  expect(heldBytes() - before).toBeLessThan(25 * MIB)
})

test('an operation with a very long id is refused, and the socket stays open', async () => {
  const { url } = await startHttpServer()
  const raw = await acknowledged(url, {})
  const id = 'i'.repeat(1_001)
  raw.send({ type: 'subscribe', id, payload: { query: '{ hello }' } })
  await expect
    .poll(() => raw.messages)
    .toContainEqual({
      type: 'error',
      id,
      payload: [
        {
          message: 'The id of an operation can have 1000 characters at most.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    })
  raw.send({ type: 'subscribe', id: id.slice(1), payload: { query: '{ hello }' } })
  await expect.poll(() => raw.messages).toContainEqual({ type: 'complete', id: id.slice(1) })
})

test('a credential longer than a header can be is refused', async () => {
  const { url } = await startHttpServer()
  const raw = rawSocket(url)
  await raw.opened
  raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${'a'.repeat(16_384)}` } })
  expect((await raw.closed).code).toBe(4403)
  await acknowledged(url, { authorization: `Bearer ${'a'.repeat(16_000)}` })
})

/** A different document for each number, with some 2,000 tokens: each comment is a token. */
const largeDocument = (n: number) => `subscription { ticks } ${'#\n'.repeat(2_000 - n)}`

test('the size of the documents of one caller’s open streams is limited, over WebSocket and SSE together', async () => {
  const { url, state } = await startHttpServer()
  const ada = await connect(url, { authorization: 'Bearer ada' })
  const streams: ReturnType<typeof ada.stream>[] = []
  const open = async (n: number) => {
    const stream = ada.stream(largeDocument(n))
    streams.push(stream)
    const isOpen = expect.poll(() => state.open).toBe(streams.length)
    return Promise.race([stream.ended, isOpen.then(() => undefined)])
  }
  let refusal: unknown
  while (streams.length < 40 && refusal === undefined) refusal = await open(streams.length)
  expect(refusal).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }])
  expect(streams.length).toBeGreaterThan(5)
  streams.pop()

  const sse = (name: string, query: string) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${name}`,
      },
      body: JSON.stringify({ query }),
    })
  const refused = await (await sse('ada', largeDocument(100))).text()
  expect(refused).toContain('RATE_LIMITED')
  // The limit is per caller, and several streams of one document count once.
  const others = await Promise.all(Array.from({ length: 30 }, () => sse('bob', largeDocument(101))))
  await expect.poll(() => state.open).toBe(streams.length + 30)
  for (const { body } of others) await body?.cancel()

  streams.pop()?.stop()
  await expect.poll(() => state.open).toBe(streams.length)
  expect(await open(102)).toBeUndefined()
})
