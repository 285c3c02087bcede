import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { codes } from './support/ask.js'
import { rawHttp } from './support/rawHttp.js'
import { startHttpServer } from './support/startHttpServer.js'

const json = { 'content-type': 'application/json' }
const post = (url: string, body: BodyInit | null, headers: Record<string, string> = json) =>
  fetch(`${url}/graphql`, { method: 'POST', headers, body })

describe('a body that is not UTF-8', () => {
  const hello = (bytes: number[]) =>
    Buffer.concat([
      Buffer.from('{"query":"{ hello }","operationName":"'),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ])
  const damaged: [string, Buffer<ArrayBuffer>][] = [
    ['Latin-1', hello([0x43, 0x61, 0x66, 0xe9])],
    ['Windows-1252', hello([0x80, 0x99])],
    ['cut in the middle of a character', hello([0xe2, 0x82])],
    ['cut at its end', Buffer.concat([Buffer.from('{"query":"{ hello }"}'), Buffer.from([0xf0, 0x9f])])],
    ['an overlong form', hello([0xc0, 0xaf])],
    ['half a surrogate pair', hello([0xed, 0xa0, 0x80])],
    ['UTF-16', Buffer.from('\ufeff{"query":"{ hello }"}', 'utf16le')],
  ]

  test.each(damaged)('is 400, even if it is compressed: %s', async (_, body) => {
    const { url } = await startHttpServer()
    const packed = [
      ['gzip', gzipSync(body)],
      ['deflate', deflateSync(body)],
      ['br', brotliCompressSync(body)],
    ] as const
    const answers = [
      await post(url, body),
      ...(await Promise.all(
        packed.map(([encoding, bytes]) => post(url, bytes, { ...json, 'content-encoding': encoding })),
      )),
    ]
    for (const answer of answers)
      expect([answer.status, ...codes({ body: await answer.json() })]).toEqual([400, 'BAD_USER_INPUT'])
  })

  test('is never confused with valid UTF-8 in any script, wherever the chunks are cut', async () => {
    const { url } = await startHttpServer()
    const body = Buffer.from('{"query":"{ hello } # Café Ωδή 🎈"}')
    const connection = rawHttp(url)
    await connection.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
    )
    for (const byte of body) await connection.write(Buffer.from([byte]))
    expect((await connection.answer())?.status).toBe(200)
  })
})

test('a byte order mark before the body is ignored', async () => {
  const { url } = await startHttpServer()
  const body = '\ufeff{"query":"{ hello }"}'
  expect(await (await post(url, body)).json()).toEqual({ data: { hello: 'world' } })
  const packed = await post(url, gzipSync(body), { ...json, 'content-encoding': 'gzip' })
  expect(await packed.json()).toEqual({ data: { hello: 'world' } })
})

describe('a persisted query’s hash without its query', () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }
  const notSupported = {
    errors: [
      { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } },
    ],
  }

  test.each([
    ['no query', {}],
    ['a query that is null', { query: null }],
    ['an empty query', { query: '' }],
  ])('gets PersistedQueryNotSupported, so that the client sends the query: %s', async (_, part) => {
    const { url } = await startHttpServer()
    const body = JSON.stringify({ operationName: 'Q', variables: {}, extensions, ...part })
    const answer = await post(url, body)
    expect([answer.status, await answer.json()]).toEqual([200, notSupported])
  })

  test('gets the same answer over GET', async () => {
    const { url } = await startHttpServer()
    const search = new URLSearchParams({ operationName: 'Q', extensions: JSON.stringify(extensions) })
    const answer = await fetch(`${url}/graphql?${search}`)
    expect([answer.status, await answer.json()]).toEqual([200, notSupported])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('does not matter if the query comes with it', async () => {
    const { url } = await startHttpServer()
    const answer = await post(url, JSON.stringify({ query: '{ hello }', extensions }))
    expect(await answer.json()).toEqual({ data: { hello: 'world' } })
  })
})

describe('an answer that is sent before the whole body has arrived', () => {
  const head = (headers: string, length: number) =>
    `POST /graphql HTTP/1.1\r\nhost: x\r\n${headers}content-length: ${length}\r\n\r\n`
  const isJson = 'content-type: application/json\r\n'
  const cases: [string, number, string, NodeJS.ProcessEnv][] = [
    ['a body over the limit', 413, isJson, {}],
    ['another type', 415, 'content-type: text/plain\r\n', {}],
    ['another encoding', 415, `${isJson}content-encoding: zstd\r\n`, {}],
    ['too many requests', 429, isJson, { RATE_LIMIT_PER_ADDRESS: '1' }],
  ]

  test.each(cases)('reaches a client that is still sending: %s', async (_, status, headers, env) => {
    const { url } = await startHttpServer(env)
    await post(url, '{"query":"{ hello }"}')
    const connection = rawHttp(url)
    const length = 8_000_000
    await connection.write(head(headers, length))
    const piece = Buffer.alloc(100_000, 'x')
    for (let sent = 0; sent < length; sent += piece.length) await connection.write(piece)
    const answer = await connection.answer()
    expect([answer?.status, answer?.headers.connection]).toEqual([status, 'close'])
    expect(codes({ body: JSON.parse(answer?.body ?? '') })).toHaveLength(1)
    await connection.closed
    expect(connection.failure()).toBeUndefined()
  })

  test.each([1, 3, 8])('is always read by Node’s own client, with a body of %i MB', async (megabytes) => {
    const { url } = await startHttpServer()
    const body = JSON.stringify({ query: '{ hello }', variables: { pad: 'x'.repeat(megabytes * 1_000_000) } })
    for (let round = 0; round < 10; round++) expect((await post(url, body)).status).toBe(413)
  })

  test('is read by Node’s own client if the body is compressed or has no Content-Length', async () => {
    const { url } = await startHttpServer()
    const bomb = gzipSync(Buffer.alloc(3_000_000, 'x'))
    for (let round = 0; round < 5; round++)
      expect((await post(url, bomb, { ...json, 'content-encoding': 'gzip' })).status).toBe(413)
    const stream = () =>
      new ReadableStream({
        start(controller) {
          for (let n = 0; n < 30; n++) controller.enqueue(Buffer.alloc(100_000, 'x'))
          controller.close()
        },
      })
    for (let round = 0; round < 5; round++) {
      const init = { method: 'POST', headers: json, body: stream(), duplex: 'half' } as RequestInit
      expect((await fetch(`${url}/graphql`, init)).status).toBe(413)
    }
  })

  test('leaves the connection usable after a small body', async () => {
    const { url } = await startHttpServer()
    const connection = rawHttp(url)
    await connection.write(head('content-type: text/plain\r\n', 10))
    expect((await connection.answer(1))?.status).toBe(415)
    await connection.write('0123456789GET /health HTTP/1.1\r\nhost: x\r\n\r\n')
    expect((await connection.answer(2))?.status).toBe(200)
  })

  test('is the last on a connection whose body never ends, and the server closes it soon', async () => {
    const { url } = await startHttpServer()
    const connection = rawHttp(url)
    await connection.write(`${head(isJson, 1_000_000_000)}some of it`)
    expect((await connection.answer())?.status).toBe(413)
    await connection.closed
  }, 15_000)

  test('makes the server stop reading soon', async () => {
    const { url } = await startHttpServer()
    const connection = rawHttp(url)
    await connection.write(head(isJson, 1_000_000_000))
    const piece = Buffer.alloc(1_000_000)
    let taken = 0
    const write = () => {
      if (connection.socket.destroyed) return
      connection.socket.write(piece, (error) => {
        if (error) return
        taken += piece.length
        write()
      })
    }
    write()
    await connection.closed
    expect((await connection.answer())?.status).toBe(413)
    // The kernel's buffers hold some more.
    expect(taken).toBeLessThan(60_000_000)
  }, 15_000)
})

describe('a request that Node cannot parse', () => {
  test('is 431 if its headers are too large', async () => {
    const { url } = await startHttpServer()
    const connection = rawHttp(url)
    await connection.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${'x'.repeat(60_000)}\r\n\r\n`,
    )
    const answer = await connection.answer()
    expect(answer?.status).toBe(431)
    expect(JSON.parse(answer?.body ?? '').errors[0]).toEqual({
      message: expect.stringContaining('16 KB'),
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })

  test('is refused with a message if its target is too long or it is garbage', async () => {
    const { url } = await startHttpServer()
    const long = await fetch(`${url}/graphql?query=${'x'.repeat(20_000)}`)
    expect([long.status, ...codes({ body: await long.json() })]).toEqual([431, 'BAD_USER_INPUT'])
    const connection = rawHttp(url)
    await connection.write('hello, are you there?\r\n\r\n')
    expect((await connection.answer())?.status).toBe(400)
  })

  test('is cut off if its headers take longer than 10 s', async () => {
    const { url } = await startHttpServer()
    const connection = rawHttp(url)
    await connection.write('POST /graphql HTTP/1.1\r\nhost: x\r\n')
    const before = performance.now()
    await connection.closed
    expect(performance.now() - before).toBeLessThan(20_000)
    expect((await connection.answer())?.status).toBe(408)
  }, 40_000)
})

test.each(['/health', '/ready', '/elsewhere'])(
  '%s is sent with nosniff, so that browsers do not guess its type',
  async (path) => {
    const { url } = await startHttpServer()
    expect((await fetch(url + path)).headers.get('x-content-type-options')).toBe('nosniff')
  },
)
