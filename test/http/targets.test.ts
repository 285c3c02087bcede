import { describe, expect, test } from 'vitest'
import { sendRaw } from './support/rawHttp.js'
import { startHttpServer } from './support/startHttpServer.js'

const get = (url: string, target: string | Buffer) =>
  sendRaw(
    url,
    Buffer.concat([Buffer.from('GET '), Buffer.from(target), Buffer.from(' HTTP/1.1\r\nhost: x\r\n\r\n')]),
  )

describe('the target of a request', () => {
  test.each([
    '//x/graphql?query={hello}',
    '//graphql?query={hello}',
    '///health',
    '/\\x',
    '/\\health',
    '/x\\..\\health',
    '/x/../health',
    '/x/%2e%2E/health',
    '/./health',
    '/health/.',
    '/health/%2e',
    'http:/health',
    'http:health',
    'ftp://x/health',
    'http://x//health',
    'http://x/\\health',
    Buffer.from('/health?é'),
  ])('%s is 404, or 400 if Node itself refuses it', async (target) => {
    const { url } = await startHttpServer()
    expect([400, 404]).toContain((await get(url, target))?.status)
  })

  test('that is refused over HTTP is refused for a WebSocket too', async () => {
    const { url } = await startHttpServer()
    const answer = await sendRaw(
      url,
      'GET //x/graphql HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n',
    )
    expect(answer?.status).toBe(404)
  })

  test.each([
    ['in absolute form, as a proxy sends it', 'http://guild.example/graphql?query={hello}'],
    ['in absolute form in another case', 'HTTPS://Guild.example:8443/graphql?query={hello}'],
    ['with raw braces', '/graphql?query={hello}'],
    ['with dots and backslashes in its query', '/graphql?query={hello}&x=\\/../y'],
    ['with plus and percent', '/graphql?query=query+A%7B%20hello+%7D'],
  ])('%s is accepted', async (_, target) => {
    const { url } = await startHttpServer()
    expect((await get(url, target))?.body).toBe('{"data":{"hello":"world"}}')
  })

  test('without a path is the root', async () => {
    const { url } = await startHttpServer()
    expect((await get(url, 'http://guild.example'))?.status).toBe(404)
  })
})
