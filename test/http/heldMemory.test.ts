import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { rawSocket } from './support/socket.js'
import { start } from './support/start.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const MIB = 1_048_576

const heldBytes = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** 240 KB of JSON, which as objects take more than 2 MiB. */
const emptyLists = () => Array.from({ length: 80_000 }, () => [])
/** Within the limits of lists and values. */
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

test('a socket does not hold the parameters of its connection', async () => {
  const { url } = await start()
  const before = heldBytes()
  for (let n = 0; n < 20; n++) await acknowledged(url, { x: emptyLists() })
  expect(heldBytes() - before).toBeLessThan(25 * MIB)
})

test.each([
  ['extensions', () => ({ extensions: { x: emptyLists() } })],
  ['variables that it does not declare', () => ({ variables: smallObjects() })],
])('a stream does not hold %s', async (_, part) => {
  const { url, stage } = await start()
  const raw = await acknowledged(url, {})
  const before = heldBytes()
  for (let n = 1; n <= 60; n++) {
    raw.send({ type: 'subscribe', id: `${n}`, payload: { query: 'subscription { ticks }', ...part() } })
    await expect.poll(() => stage.open).toBe(n)
  }
  expect(heldBytes() - before).toBeLessThan(25 * MIB)
})

test('an operation with an id of any length is refused, and the socket goes on', async () => {
  const { url } = await start()
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
  const { url } = await start()
  const raw = rawSocket(url)
  await raw.opened
  raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${'a'.repeat(16_384)}` } })
  expect((await raw.closed).code).toBe(4403)
  await acknowledged(url, { authorization: `Bearer ${'a'.repeat(16_000)}` })
})
