import { request } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ask, codes } from './support/ask.js'
import { startHttpServer } from './support/startHttpServer.js'

const post = (url: string, body: string | Buffer, headers: Record<string, string>) =>
  fetch(`${url}/graphql`, { method: 'POST', headers, body: body as string })

const json = { 'content-type': 'application/json' }

/** Sends a body piece by piece with no Content-Length, and resolves with the answer's status. */
const postInPieces = (url: string, pieces: readonly Buffer[], headers: Record<string, string> = {}) =>
  new Promise<number>((resolve, reject) => {
    const req = request(`${url}/graphql`, { method: 'POST', headers: { ...json, ...headers } }, (res) => {
      res.resume()
      resolve(res.statusCode ?? 0)
    })
    req.on('error', reject)
    for (const piece of pieces) req.write(piece)
    req.end()
  })

describe('asking', () => {
  test('a plain JSON POST needs no header beyond Content-Type', async () => {
    const { url } = await startHttpServer()
    const { status, body } = await ask(url, '{ hello }')
    expect({ status, body }).toEqual({ status: 200, body: { data: { hello: 'world' } } })
  })

  test.each([
    'Application/JSON; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; profile=x',
  ])('%s is JSON', async (contentType) => {
    const { url } = await startHttpServer()
    const answer = await ask(url, '{ hello }', { headers: { 'content-type': contentType } })
    expect(answer.body).toEqual({ data: { hello: 'world' } })
  })

  test.each(['utf-16', 'iso-8859-1'])('JSON in the charset %s is refused with 415', async (charset) => {
    const { url } = await startHttpServer()
    const answer = await ask(url, '{ hello }', {
      headers: { 'content-type': `application/json; charset=${charset}` },
    })
    expect([answer.status, ...codes(answer)]).toEqual([415, 'BAD_USER_INPUT'])
  })

  test('variables and the operation’s name are taken from the body', async () => {
    const { url } = await startHttpServer()
    const query = 'query A { hello } query B($c: Colour!) { paint(colour: $c, times: 2) }'
    const answer = await ask(url, query, { operationName: 'B', variables: { c: 'RED' } })
    expect(answer.body).toEqual({ data: { paint: 'RED 2' } })
  })

  test('null for what is optional counts as left out', async () => {
    const { url } = await startHttpServer()
    const body = JSON.stringify({
      query: '{ hello }',
      variables: null,
      operationName: null,
      extensions: null,
    })
    expect(await (await post(url, body, json)).json()).toEqual({ data: { hello: 'world' } })
  })

  test('an empty list counts as no variables and no extensions, as PHP writes them', async () => {
    const { url } = await startHttpServer()
    const body = '{"query":"{ hello }","variables":[],"extensions":[]}'
    expect(await (await post(url, body, json)).json()).toEqual({ data: { hello: 'world' } })
  })

  test('so does an empty name of the operation', async () => {
    const { url } = await startHttpServer()
    expect((await ask(url, '{ hello }', { operationName: '' })).body).toEqual({ data: { hello: 'world' } })
  })

  test('the answer’s media type is the one that was asked for', async () => {
    const { url } = await startHttpServer()
    const accept = 'application/graphql-response+json, application/json;q=0.9'
    const answer = await ask(url, '{ hello }', { headers: { accept } })
    expect(answer.headers.get('content-type')).toMatch(
      /^application\/(graphql-response\+)?json; charset=utf-8$/,
    )
    const strict = await ask(url, '{ nope }', { headers: { accept: 'application/graphql-response+json' } })
    expect([strict.status, strict.headers.get('content-type')]).toEqual([
      400,
      'application/graphql-response+json; charset=utf-8',
    ])
  })

  test('answers are never stored by caches', async () => {
    const { url } = await startHttpServer()
    expect((await ask(url, '{ hello }')).headers.get('cache-control')).toBe('no-store')
  })

  test('each operation gets a context of its own', async () => {
    const { url } = await startHttpServer()
    const first = await ask(url, '{ context }')
    const second = await ask(url, '{ context }')
    expect(first.body.data?.context).not.toBe(second.body.data?.context)
  })

  test('a query that the compiled executor gives up is answered by GraphQL’s, with its error', async () => {
    const { url } = await startHttpServer()
    const document = '{ context crashSoftly }'
    // A document is kept at its second request and compiled at its third.
    for (const context of [1, 2, 3])
      expect((await ask(url, document)).body.data).toEqual({ context, crashSoftly: null })
  })
})

describe('who asks', () => {
  test('is the bearer; without one it is nobody', async () => {
    const { url } = await startHttpServer()
    const signedIn = await ask(url, '{ viewer }', { headers: { authorization: 'Bearer ada' } })
    expect(signedIn.body.data).toEqual({ viewer: 'ada' })
    expect((await ask(url, '{ viewer }')).body.data).toEqual({ viewer: 'nobody' })
  })

  test.each(['Bearer revoked', 'Basic YTpi', 'Bearer', 'nonsense'])(
    'a bad credential (%s) is HTTP 401 and UNAUTHENTICATED, and nothing runs',
    async (authorization) => {
      const { url, state } = await startHttpServer()
      const answer = await ask(url, 'mutation { add }', { headers: { authorization } })
      expect(answer.status).toBe(401)
      expect(codes(answer)).toEqual(['UNAUTHENTICATED'])
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
      expect([state.mutations, state.contexts]).toEqual([0, 0])
    },
  )

  test('a credential that can’t be checked is not the client’s fault', async () => {
    const { url } = await startHttpServer()
    const answer = await ask(url, '{ hello }', { headers: { authorization: 'Bearer crash' } })
    expect([answer.status, ...codes(answer)]).toEqual([500, 'INTERNAL_SERVER_ERROR'])
    expect(JSON.stringify(answer.body)).not.toContain('secrets')
  })
})

describe('what a browser’s form could send', () => {
  const mutation = 'mutation { add }'
  test.each([
    ['application/x-www-form-urlencoded', new URLSearchParams({ query: mutation }).toString()],
    ['text/plain', JSON.stringify({ query: mutation })],
    ['application/graphql', mutation],
    ['application/graphql+json', JSON.stringify({ query: mutation })],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${JSON.stringify({ query: mutation })}\r\n--x--\r\n`,
    ],
  ])('%s is refused with 415, and nothing runs', async (type, body) => {
    const { url, state } = await startHttpServer()
    const response = await post(url, body, { 'content-type': type })
    expect(response.status).toBe(415)
    expect(codes({ body: await response.json() })).toEqual(['BAD_USER_INPUT'])
    expect(state.mutations).toBe(0)
  })

  test('a body without a Content-Type is refused with 415', async () => {
    const { url, state } = await startHttpServer()
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      body: Buffer.from(JSON.stringify({ query: mutation })),
    })
    expect([response.status, state.mutations]).toEqual([415, 0])
  })

  test('a mutation by GET is refused with 405, a query is answered', async () => {
    const { url, state } = await startHttpServer()
    const get = (query: string) => fetch(`${url}/graphql?${new URLSearchParams({ query })}`)
    const refused = await get(mutation)
    expect(refused.status).toBe(405)
    expect(codes({ body: await refused.json() })).toEqual(['BAD_USER_INPUT'])
    expect(state.mutations).toBe(0)
    expect(await (await get('{ hello }')).json()).toEqual({ data: { hello: 'world' } })
  })

  test('a mutation hidden behind a query by its name is refused by GET too', async () => {
    const { url, state } = await startHttpServer()
    const search = new URLSearchParams({ query: 'query A { hello } mutation B { add }', operationName: 'B' })
    expect((await fetch(`${url}/graphql?${search}`)).status).toBe(405)
    expect(state.mutations).toBe(0)
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])('%s is refused with 405', async (method) => {
    const { url } = await startHttpServer()
    const response = await fetch(`${url}/graphql?query={hello}`, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS'])
  })
})

describe('bodies', () => {
  test.each([
    ['no JSON', '{"query":"{ hello }", oops'],
    ['nothing', ''],
    ['a string', '"{ hello }"'],
    ['null', 'null'],
    ['a list, which would be a batch', JSON.stringify([{ query: '{ hello }' }, { query: '{ hello }' }])],
    ['an empty list', '[]'],
    ['no query', '{}'],
    ['an empty query', '{"query":" "}'],
    ['a query that is no text', '{"query":{"a":1}}'],
    ['variables that are a list', '{"query":"{ hello }","variables":[1]}'],
    ['extensions that are a list', '{"query":"{ hello }","extensions":[{}]}'],
    ['variables that are text', '{"query":"{ hello }","variables":"{}"}'],
    ['extensions that are a number', '{"query":"{ hello }","extensions":1}'],
    ['an operation’s name that is a number', '{"query":"{ hello }","operationName":1}'],
  ])('%s is 400 BAD_USER_INPUT without the parser’s words', async (_, text) => {
    const { url } = await startHttpServer()
    const response = await post(url, text, json)
    const body = await response.json()
    expect([response.status, ...codes({ body })]).toEqual([400, 'BAD_USER_INPUT'])
    expect(JSON.stringify(body)).not.toMatch(/originalError|SyntaxError|oops|position/)
  })

  test('bad JSON among the parameters of a GET is 400 BAD_USER_INPUT', async () => {
    const { url } = await startHttpServer()
    const response = await fetch(`${url}/graphql?query={hello}&variables={oops`)
    expect([response.status, ...codes({ body: await response.json() })]).toEqual([400, 'BAD_USER_INPUT'])
  })

  const padded = (bytes: number) => {
    const empty = JSON.stringify({ query: '{ hello }', extensions: { pad: '' } })
    return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`)
  }

  test('a body of exactly MAX_BODY_BYTES passes, one byte more is 413', async () => {
    const { url } = await startHttpServer({ MAX_BODY_BYTES: '1000' })
    expect((await post(url, padded(1000), json)).status).toBe(200)
    const refused = await post(url, padded(1001), json)
    expect(refused.status).toBe(413)
    expect(codes({ body: await refused.json() })).toEqual(['BAD_USER_INPUT'])
  })

  test('bytes are counted, not characters', async () => {
    const { url } = await startHttpServer({ MAX_BODY_BYTES: '100' })
    const body = JSON.stringify({ query: '{ hello }', extensions: { pad: 'ä'.repeat(40) } })
    expect(body.length).toBeLessThan(100)
    expect((await post(url, body, json)).status).toBe(413)
  })

  test('20 MB are refused while they come, and the sender reads why', async () => {
    const { url } = await startHttpServer()
    expect((await post(url, padded(20_000_000), json)).status).toBe(413)
  })

  test('a body in pieces without a Content-Length is counted as it comes', async () => {
    const { url } = await startHttpServer({ MAX_BODY_BYTES: '1000' })
    const pieces = [Buffer.from(padded(1500).slice(0, 500)), Buffer.from(padded(1500).slice(500))]
    expect(await postInPieces(url, pieces)).toBe(413)
    expect(await postInPieces(url, [Buffer.from(padded(900))])).toBe(200)
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)(
    'a body packed with %s is unpacked, and its limit counts what comes out',
    async (encoding, pack) => {
      const { url } = await startHttpServer({ MAX_BODY_BYTES: '1000' })
      const headers = { ...json, 'content-encoding': encoding }
      expect((await post(url, pack(padded(900)), headers)).status).toBe(200)
      const bomb = pack(padded(100_000))
      expect(bomb.length).toBeLessThan(1000)
      const response = await post(url, bomb, headers)
      expect(response.status).toBe(413)
    },
  )

  test('a broken packing is 400, an unknown one 415', async () => {
    const { url } = await startHttpServer()
    expect((await post(url, 'not gzip at all', { ...json, 'content-encoding': 'gzip' })).status).toBe(400)
    expect((await post(url, padded(100), { ...json, 'content-encoding': 'zstd' })).status).toBe(415)
  })

  test('a body cut off in the middle leaves nothing behind', async () => {
    const { url, state, lines } = await startHttpServer()
    await new Promise<void>((resolve) => {
      const req = request(`${url}/graphql`, { method: 'POST', headers: { ...json, 'content-length': 500 } })
      req.on('error', () => resolve())
      req.write('{"query":"mutation { add }"')
      setTimeout(() => req.destroy(), 50)
    })
    expect((await ask(url, '{ hello }')).status).toBe(200)
    expect(state.mutations).toBe(0)
    expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })
})
