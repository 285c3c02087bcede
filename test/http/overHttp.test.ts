import { request } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { isFrom } from '../support/logLines.js'
import { ask, codes } from './support/ask.js'
import { startHttpServer } from './support/startHttpServer.js'

const post = (url: string, body: string | Buffer, headers: Record<string, string>) =>
  fetch(`${url}/graphql`, { method: 'POST', headers, body: body as string })

const json = { 'content-type': 'application/json' }

/** Sends a body in pieces without Content-Length. Resolves with the status of the answer. */
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

describe('a request', () => {
  test('as a JSON POST needs no header other than Content-Type', async () => {
    const { url } = await startHttpServer()
    const { status, body } = await ask(url, '{ hello }')
    expect({ status, body }).toEqual({ status: 200, body: { data: { hello: 'world' } } })
  })

  test.each([
    'Application/JSON; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; profile=x',
  ])('with Content-Type %s is read as JSON', async (contentType) => {
    const { url } = await startHttpServer()
    const answer = await ask(url, '{ hello }', { headers: { 'content-type': contentType } })
    expect(answer.body).toEqual({ data: { hello: 'world' } })
  })

  test.each(['utf-16', 'iso-8859-1'])('as JSON in the charset %s is refused with 415', async (charset) => {
    const { url } = await startHttpServer()
    const answer = await ask(url, '{ hello }', {
      headers: { 'content-type': `application/json; charset=${charset}` },
    })
    expect([answer.status, ...codes(answer)]).toEqual([415, 'BAD_USER_INPUT'])
  })

  test('has its variables and operationName in the body', async () => {
    const { url } = await startHttpServer()
    const query = 'query A { hello } query B($c: Colour!) { paint(colour: $c, times: 2) }'
    const answer = await ask(url, query, { operationName: 'B', variables: { c: 'RED' } })
    expect(answer.body).toEqual({ data: { paint: 'RED 2' } })
  })

  test('with null for an optional part is as if the part were left out', async () => {
    const { url } = await startHttpServer()
    const body = JSON.stringify({
      query: '{ hello }',
      variables: null,
      operationName: null,
      extensions: null,
    })
    expect(await (await post(url, body, json)).json()).toEqual({ data: { hello: 'world' } })
  })

  test('with an empty list as variables or extensions is accepted, because PHP sends it for an empty object', async () => {
    const { url } = await startHttpServer()
    const body = '{"query":"{ hello }","variables":[],"extensions":[]}'
    expect(await (await post(url, body, json)).json()).toEqual({ data: { hello: 'world' } })
  })

  test('with an empty operationName is as if it were left out', async () => {
    const { url } = await startHttpServer()
    expect((await ask(url, '{ hello }', { operationName: '' })).body).toEqual({ data: { hello: 'world' } })
  })

  test('is answered with the media type in its Accept header', async () => {
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

  test('gets an answer that caches must not store', async () => {
    const { url } = await startHttpServer()
    expect((await ask(url, '{ hello }')).headers.get('cache-control')).toBe('no-store')
  })

  test('gets a context of its own', async () => {
    const { url } = await startHttpServer()
    const first = await ask(url, '{ context }')
    const second = await ask(url, '{ context }')
    expect(first.body.data?.context).not.toBe(second.body.data?.context)
  })

  test('is executed again by graphql-js if the compiled query fails, and gets that error', async () => {
    const { url } = await startHttpServer()
    const document = '{ context crashSoftly }'
    // A document is cached at its second request and compiled at its third.
    for (const context of [1, 2, 3])
      expect((await ask(url, document)).body.data).toEqual({ context, crashSoftly: null })
  })
})

describe('the caller of a request', () => {
  test('is named by the bearer token, and is anonymous without one', async () => {
    const { url } = await startHttpServer()
    const signedIn = await ask(url, '{ viewer }', { headers: { authorization: 'Bearer ada' } })
    expect(signedIn.body.data).toEqual({ viewer: 'ada' })
    expect((await ask(url, '{ viewer }')).body.data).toEqual({ viewer: 'nobody' })
  })

  test.each(['Bearer revoked', 'Basic YTpi', 'Bearer', 'nonsense'])(
    'with a bad credential (%s) gets HTTP 401 UNAUTHENTICATED, and nothing runs',
    async (authorization) => {
      const { url, state } = await startHttpServer()
      const answer = await ask(url, 'mutation { add }', { headers: { authorization } })
      expect(answer.status).toBe(401)
      expect(codes(answer)).toEqual(['UNAUTHENTICATED'])
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
      expect([state.mutations, state.contexts]).toEqual([0, 0])
    },
  )

  test('is not blamed if the credential cannot be checked', async () => {
    const { url } = await startHttpServer()
    const answer = await ask(url, '{ hello }', { headers: { authorization: 'Bearer crash' } })
    expect([answer.status, ...codes(answer)]).toEqual([500, 'INTERNAL_SERVER_ERROR'])
    expect(JSON.stringify(answer.body)).not.toContain('secrets')
  })
})

describe('a request that a browser form could send', () => {
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
  ])('with Content-Type %s is refused with 415, and nothing runs', async (type, body) => {
    const { url, state } = await startHttpServer()
    const response = await post(url, body, { 'content-type': type })
    expect(response.status).toBe(415)
    expect(codes({ body: await response.json() })).toEqual(['BAD_USER_INPUT'])
    expect(state.mutations).toBe(0)
  })

  test('without Content-Type is refused with 415', async () => {
    const { url, state } = await startHttpServer()
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      body: Buffer.from(JSON.stringify({ query: mutation })),
    })
    expect([response.status, state.mutations]).toEqual([415, 0])
  })

  test('as GET may be a query, and a mutation is refused with 405', async () => {
    const { url, state } = await startHttpServer()
    const get = (query: string) => fetch(`${url}/graphql?${new URLSearchParams({ query })}`)
    const refused = await get(mutation)
    expect(refused.status).toBe(405)
    expect(codes({ body: await refused.json() })).toEqual(['BAD_USER_INPUT'])
    expect(state.mutations).toBe(0)
    expect(await (await get('{ hello }')).json()).toEqual({ data: { hello: 'world' } })
  })

  test('as GET is also refused if its operationName selects a mutation', async () => {
    const { url, state } = await startHttpServer()
    const search = new URLSearchParams({ query: 'query A { hello } mutation B { add }', operationName: 'B' })
    expect((await fetch(`${url}/graphql?${search}`)).status).toBe(405)
    expect(state.mutations).toBe(0)
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])('as %s is refused with 405', async (method) => {
    const { url } = await startHttpServer()
    const response = await fetch(`${url}/graphql?query={hello}`, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS'])
  })
})

describe('a request body', () => {
  test.each([
    ['text that is not JSON', '{"query":"{ hello }", oops'],
    ['nothing', ''],
    ['a string', '"{ hello }"'],
    ['null', 'null'],
    ['a list, which would be a batch', JSON.stringify([{ query: '{ hello }' }, { query: '{ hello }' }])],
    ['an empty list', '[]'],
    ['no query', '{}'],
    ['an empty query', '{"query":" "}'],
    ['a query that is not a string', '{"query":{"a":1}}'],
    ['variables that are a list', '{"query":"{ hello }","variables":[1]}'],
    ['extensions that are a list', '{"query":"{ hello }","extensions":[{}]}'],
    ['variables that are a string', '{"query":"{ hello }","variables":"{}"}'],
    ['extensions that are a number', '{"query":"{ hello }","extensions":1}'],
    ['an operationName that is a number', '{"query":"{ hello }","operationName":1}'],
  ])('with %s is 400 BAD_USER_INPUT without the parser’s message', async (_, text) => {
    const { url } = await startHttpServer()
    const response = await post(url, text, json)
    const body = await response.json()
    expect([response.status, ...codes({ body })]).toEqual([400, 'BAD_USER_INPUT'])
    expect(JSON.stringify(body)).not.toMatch(/originalError|SyntaxError|oops|position/)
  })

  test('has the same rule in a GET: bad JSON in a parameter is 400 BAD_USER_INPUT', async () => {
    const { url } = await startHttpServer()
    const response = await fetch(`${url}/graphql?query={hello}&variables={oops`)
    expect([response.status, ...codes({ body: await response.json() })]).toEqual([400, 'BAD_USER_INPUT'])
  })

  const padded = (bytes: number) => {
    const empty = JSON.stringify({ query: '{ hello }', extensions: { pad: '' } })
    return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`)
  }

  test('of exactly MAX_BODY_BYTES is accepted, and one byte more is 413', async () => {
    const { url } = await startHttpServer({ MAX_BODY_BYTES: '1000' })
    expect((await post(url, padded(1000), json)).status).toBe(200)
    const refused = await post(url, padded(1001), json)
    expect(refused.status).toBe(413)
    expect(codes({ body: await refused.json() })).toEqual(['BAD_USER_INPUT'])
  })

  test('is measured in bytes, not in characters', async () => {
    const { url } = await startHttpServer({ MAX_BODY_BYTES: '100' })
    const body = JSON.stringify({ query: '{ hello }', extensions: { pad: 'ä'.repeat(40) } })
    expect(body.length).toBeLessThan(100)
    expect((await post(url, body, json)).status).toBe(413)
  })

  test('of 20 MB is refused while it is being sent, and the sender can read the answer', async () => {
    const { url } = await startHttpServer()
    expect((await post(url, padded(20_000_000), json)).status).toBe(413)
  })

  test('in pieces without Content-Length is measured as it arrives', async () => {
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
    'with Content-Encoding %s is decompressed, and the limit applies to the result',
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

  test('with damaged compression is 400, and with an unknown one 415', async () => {
    const { url } = await startHttpServer()
    expect((await post(url, 'not gzip at all', { ...json, 'content-encoding': 'gzip' })).status).toBe(400)
    expect((await post(url, padded(100), { ...json, 'content-encoding': 'zstd' })).status).toBe(415)
  })

  test('that is cut off leaves nothing behind', async () => {
    const { url, state, lines } = await startHttpServer()
    await new Promise<void>((resolve) => {
      const req = request(`${url}/graphql`, { method: 'POST', headers: { ...json, 'content-length': 500 } })
      req.on('error', () => resolve())
      req.write('{"query":"mutation { add }"')
      setTimeout(() => req.destroy(), 50)
    })
    expect((await ask(url, '{ hello }')).status).toBe(200)
    expect(state.mutations).toBe(0)
    expect(lines.filter(isFrom('error'))).toEqual([])
  })
})
