import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { PreparedFrames } from '../../src/http/preparedFrames.js'
import { Connection } from '../../src/http/sockets.js'

/** Opens a connection. Returns both of its ends and a list of what was written to it. */
async function connection() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket]: [Socket] = (await once(server, 'connection')) as never
  const pieces: Buffer[] = []
  const write = socket.write.bind(socket)
  socket.write = (piece: Buffer) => {
    pieces.push(piece)
    return write(piece)
  }
  onTestFinished(() => {
    client.destroy()
    socket.destroy()
    server.close()
  })
  return { frames: new PreparedFrames(socket), socket, client, pieces }
}

/** Decodes the texts of consecutive frames by RFC 6455. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0x81)
    const said = bytes[at + 1] as number
    const start = at + (said < 126 ? 2 : said === 126 ? 4 : 10)
    const length =
      said < 126 ? said : said === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    texts.push(bytes.toString('latin1', start, start + length))
    at = start + length
  }
  return texts
}

const head = Buffer.from('head ')

test('messages of one tick are written together, in order, each in its own frame', async () => {
  const { frames, pieces } = await connection()
  const lengths = [10, 120, 121, 300, 7_000]
  for (const length of lengths) expect(frames.write(head, Buffer.alloc(length, 'x'))).toBeUndefined()
  expect(pieces).toEqual([])
  await nextTurn()
  expect(pieces).toHaveLength(1)
  expect(textsOf(pieces[0] as Buffer)).toEqual(lengths.map((length) => `head ${'x'.repeat(length)}`))
})

test('a message longer than 64 KB is one frame', async () => {
  const { frames, pieces } = await connection()
  frames.write(head, Buffer.alloc(70_000, 'x'))
  await nextTurn()
  expect(textsOf(Buffer.concat(pieces))).toEqual([`head ${'x'.repeat(70_000)}`])
})

test('held messages can be written before anything else is sent', async () => {
  const { frames, pieces } = await connection()
  frames.write(head, Buffer.from('one'))
  expect(frames.bytes).toBeGreaterThan(0)
  frames.flush()
  expect(frames.bytes).toBe(0)
  expect(pieces).toHaveLength(1)
  await nextTurn()
  expect(pieces).toHaveLength(1)
})

test('a slow reader is waited for, and no more messages are held meanwhile', async () => {
  const { frames, socket, client, pieces } = await connection()
  client.pause()
  const message = Buffer.alloc(10_000, 'x')
  let room: Promise<void> | undefined
  for (let sent = 0; sent < 10_000 && !room; sent++) room = frames.write(head, message)
  expect(room).toBeInstanceOf(Promise)
  expect(frames.bytes).toBe(0)
  client.resume()
  await room
  expect(socket.writableNeedDrain).toBe(false)
  expect(frames.write(head, Buffer.from('more'))).toBeUndefined()
  frames.flush()
  expect(textsOf(Buffer.concat(pieces)).at(-1)).toBe('head more')
})

test('what ws sends, and a close, comes after messages held in the same tick', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(sockets, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`)
  onTestFinished(() => {
    client.terminate()
    sockets.close()
  })
  const received: string[] = []
  client.on('message', (data) => received.push(String(data)))
  const [socket, request]: [WebSocket, IncomingMessage] = (await once(sockets, 'connection')) as never
  const ids = { requestId: 'x', traceId: undefined }
  const connection = new Connection(socket, request.socket, '127.0.0.1', undefined, 1_000_000, ids)
  const deliver = connection.delivery('1')
  deliver(Buffer.from(',"n":1}'))
  connection.send('{"type":"complete"}')
  deliver(Buffer.from(',"n":2}'))
  connection.close(1001, 'Going away')
  await once(client, 'close')
  expect(received).toEqual(['{"id":"1","n":1}', '{"type":"complete"}', '{"id":"1","n":2}'])
})
