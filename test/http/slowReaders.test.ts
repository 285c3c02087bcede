import { once } from 'node:events'
import { connect as connectTo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Page } from '../../src/http/page.js'
import { rawSocket } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

/** More than the kernel buffers for a reader that does not read. */
const KILOBYTES = 16_384
const SLOW_MS = 1_000

const page: Page = { path: '/large', handle: (_, res) => void res.end(Buffer.alloc(KILOBYTES * 1_024)) }
const open = () =>
  startHttpServer(
    { MAX_RESPONSE_BYTES: '100000000' },
    { slowReaderMs: SLOW_MS, pages: [page], keepAliveMs: 60_000 },
  )

/** Sends a request on a new connection and does not read the answer. */
const send = async (url: string, request: string): Promise<Socket> => {
  const socket = connectTo(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  socket.pause()
  await once(socket, 'connect')
  socket.write(request)
  return socket
}

const post = (query: string, accept = 'application/json') => {
  const body = JSON.stringify({ query })
  return `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\naccept: ${accept}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

/**
 * The number of bytes that arrive once the client reads: less than all if the server has cut it
 * off.
 */
const received = async (socket: Socket): Promise<number> => {
  let bytes = 0
  socket.on('data', (chunk) => {
    bytes += chunk.length
  })
  socket.resume()
  await Promise.race([once(socket, 'close'), delay(10_000)])
  return bytes
}

test.each([
  ['an answer', post(`{ big(kilobytes: ${KILOBYTES}) }`)],
  ['an answer as a stream', post(`{ big(kilobytes: ${KILOBYTES}) }`, 'text/event-stream')],
  ['a stream', post('subscription { flood(kilobytes: 1024) }', 'text/event-stream')],
  ['a file', 'GET /large HTTP/1.1\r\nhost: a\r\n\r\n'],
])('a client that reads nothing of %s is cut off', async (_, request) => {
  const { url, state } = await open()
  const socket = await send(url, request)
  await delay(4 * SLOW_MS)
  expect(await received(socket)).toBeLessThan(KILOBYTES * 1_024)
  expect(socket.closed).toBe(true)
  expect(state.open).toBe(0)
})

test('a WebSocket client that reads nothing is cut off, although it goes on sending', async () => {
  const { url } = await open()
  const { socket, opened, closed, send } = rawSocket(url)
  await opened
  send({ type: 'connection_init' })
  await once(socket, 'message')
  send({ id: '1', type: 'subscribe', payload: { query: `{ big(kilobytes: ${KILOBYTES}) }` } })
  socket.pause()
  const alive = setInterval(() => socket.pong(), SLOW_MS / 4)
  await delay(4 * SLOW_MS)
  clearInterval(alive)
  socket.resume()
  expect((await closed).code).toBe(1006)
})

test('a client that reads its answer slowly gets all of it', async () => {
  const { url } = await open()
  const socket = await send(url, post(`{ big(kilobytes: ${KILOBYTES}) }`))
  let bytes = 0
  // Reads a little at a time, for longer than the limit.
  const until = performance.now() + 3 * SLOW_MS
  while (performance.now() < until) {
    bytes += socket.read(65_536)?.length ?? 0
    await delay(20)
  }
  expect(socket.closed).toBe(false)
  bytes += await new Promise<number>((resolve) => {
    let rest = 0
    socket.on('data', (chunk) => {
      rest += chunk.length
      if (bytes + rest >= KILOBYTES * 1_024) resolve(rest)
    })
    socket.resume()
  })
  expect(bytes).toBeGreaterThanOrEqual(KILOBYTES * 1_024)
})

test('an idle stream without events stays open', async () => {
  const { url, state } = await open()
  const socket = await send(url, post('subscription { ticks }', 'text/event-stream'))
  await expect.poll(() => state.open).toBe(1)
  await delay(3 * SLOW_MS)
  expect(state.open).toBe(1)
  state.events.emit('tick', 7)
  socket.resume()
  const text: string[] = []
  socket.on('data', (chunk) => void text.push(String(chunk)))
  await expect.poll(() => text.join('')).toContain('"ticks":7')
})
