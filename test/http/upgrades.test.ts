import { describe, expect, test } from 'vitest'
import { rawHttp, sendRaw } from './support/rawHttp.js'
import { startHttpServer } from './support/startHttpServer.js'

const query = '{"query":"{ hello }"}'
const h2c =
  'host: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQ\r\n'
const upgradeTo = (protocol: string) => `host: x\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\n`
const post = (headers: string, body = query) =>
  `POST /graphql HTTP/1.1\r\n${headers}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

describe('an upgrade to something other than WebSocket is ignored', () => {
  test.each([
    ['h2c', h2c],
    ['TLS', upgradeTo('TLS/1.0')],
    ['an unknown protocol', upgradeTo('foo/2')],
    ['several protocols', upgradeTo('h2c, foo/2')],
    ['an empty protocol from a proxy', upgradeTo('')],
    ['WebSocket, with the wrong method', upgradeTo('websocket')],
  ])('to %s: a POST is answered normally', async (_, headers) => {
    const { url } = await startHttpServer()
    const answer = await sendRaw(url, post(headers))
    expect([answer?.status, answer?.body]).toEqual([200, '{"data":{"hello":"world"}}'])
  })

  test.each([
    ['/health', 200, '{"healthy":true}'],
    ['/ready', 200, '{"ready":true}'],
    ['/graphql?query=%7Bhello%7D', 200, '{"data":{"hello":"world"}}'],
    ['/elsewhere', 404, 'Not found\n'],
  ])('in a GET of %s: it is answered normally', async (path, status, body) => {
    const { url } = await startHttpServer()
    for (const headers of [h2c, upgradeTo('TLS/1.0')]) {
      const answer = await sendRaw(url, `GET ${path} HTTP/1.1\r\n${headers}\r\n`)
      expect([answer?.status, answer?.body]).toEqual([status, body])
    }
  })

  test('with a body that comes late or in chunks: it is read, and the connection stays usable', async () => {
    const { url } = await startHttpServer()
    const connection = rawHttp(url)
    const [head = ''] = post(h2c).split('\r\n\r\n')
    await connection.write(`${head}\r\n\r\n${query.slice(0, 5)}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
    await connection.write(query.slice(5))
    expect((await connection.answer(1))?.status).toBe(200)
    const chunked = head.replace(/content-length: \d+/, 'transfer-encoding: chunked')
    await connection.write(`${chunked}\r\n\r\n${query.length.toString(16)}\r\n${query}\r\n0\r\n\r\n`)
    expect((await connection.answer(2))?.body).toBe('{"data":{"hello":"world"}}')
  })

  test('with a body above the limit: it is 413 as usual', async () => {
    const { url } = await startHttpServer({ MAX_BODY_BYTES: '100' })
    expect((await sendRaw(url, post(h2c, `{"query":"${' '.repeat(200)}"}`)))?.status).toBe(413)
  })
})

describe('a WebSocket handshake', () => {
  const handshake = (path: string) =>
    `GET ${path} HTTP/1.1\r\n${upgradeTo('WebSocket')}sec-websocket-version: 13\r\n` +
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n'

  test('is accepted at /graphql, whatever the case of the header’s value', async () => {
    const { url } = await startHttpServer()
    expect((await sendRaw(url, handshake('/graphql')))?.status).toBe(101)
  })

  test('at another path is 404', async () => {
    const { url } = await startHttpServer()
    expect((await sendRaw(url, handshake('/health')))?.status).toBe(404)
  })
})
