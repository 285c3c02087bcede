import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { connect } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

interface Asked {
  query: string
  variables?: Record<string, unknown> | string
  operationName?: string
}
interface Refusal {
  errors: readonly { message: string; extensions?: { code?: unknown } }[] | undefined
  /** Undefined if the protocol has no status. */
  status?: number
}

const JSON_RESPONSE = 'application/graphql-response+json'
const EVENTS = 'text/event-stream'

const refusalIn = async (response: Response): Promise<Refusal> => {
  const body = await response.text()
  if (response.headers.get('content-type') !== EVENTS)
    return { status: response.status, errors: JSON.parse(body).errors }
  return { errors: JSON.parse(/^data: (.*)$/m.exec(body)?.[1] ?? '{}').errors }
}

/** Text for nesting that is too deep for JSON.stringify. */
const variablesOf = ({ variables = {} }: Asked) =>
  typeof variables === 'string' ? variables : JSON.stringify(variables)

const byGet = async (url: string, asked: Asked, accept: string): Promise<Refusal> => {
  const { query, operationName } = asked
  const search = new URLSearchParams({
    query,
    variables: variablesOf(asked),
    ...(operationName && { operationName }),
  })
  return refusalIn(await fetch(`${url}/graphql?${search}`, { headers: { accept } }))
}

const byPost = async (url: string, asked: Asked, accept = JSON_RESPONSE): Promise<Refusal> => {
  const { query, operationName } = asked
  const rest = JSON.stringify({ query, operationName }).slice(1)
  return refusalIn(
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: `{"variables":${variablesOf(asked)},${rest}`,
    }),
  )
}

const transports: Record<string, (url: string, asked: Asked) => Promise<Refusal>> = {
  POST: byPost,
  'POST of a document that is compiled': async (url, asked) => {
    for (const _ of [1, 2, 3]) await byPost(url, { query: asked.query })
    return byPost(url, asked)
  },
  GET: (url, asked) => byGet(url, asked, JSON_RESPONSE),
  'Server-Sent Events by POST': (url, asked) => byPost(url, asked, EVENTS),
  'Server-Sent Events by GET': (url, asked) => byGet(url, asked, EVENTS),
  WebSocket: async (url, { operationName = null, ...asked }) => {
    const { client } = await connect(url)
    const variables = JSON.parse(variablesOf(asked))
    return new Promise((resolve) => {
      client.subscribe(
        { query: asked.query, variables, operationName },
        {
          next: ({ errors }) => resolve({ errors: errors as Refusal['errors'] }),
          error: (errors) => resolve({ errors: errors as Refusal['errors'] }),
          complete: () => {},
        },
      )
    })
  },
}

const nodes = 'query($ids: [ID!]! = []) { nodes(ids: $ids) { id } }'
const batch = 'query($input: Batch! = { names: [] }) { batch(input: $input) { results { id } } }'
const long = 'x'.repeat(8_193)
const longest = 'x'.repeat(8_192)
const many = Array.from({ length: 1_001 }, () => 1)
const most = many.slice(1)
const deep = (levels: number) => `{"ids":${'['.repeat(levels)}${']'.repeat(levels)}}`

const refused: [what: string, asked: Asked, message: RegExp][] = [
  ['a string in a list', { query: nodes, variables: { ids: [long] } }, /string in `variables`/],
  [
    'a string in a nested input',
    { query: batch, variables: { input: { names: [long] } } },
    /string in `variables`/,
  ],
  ['a string of a variable that is not declared', { query: nodes, variables: { other: long } }, /string in/],
  ['a key of an object', { query: batch, variables: { input: { names: [], [long]: 1 } } }, /string in/],
  ['a name of a variable', { query: nodes, variables: { [long]: 1 } }, /string in `variables`/],
  ['an operation’s name', { query: nodes, operationName: long }, /string in `operationName`/],
  ['a string in the document', { query: `{ nodes(ids: ["${long}"]) { id } }` }, /string in the document/],
  [
    'a block string in the document',
    { query: `{ nodes(ids: ["""${long}"""]) { id } }` },
    /string in the document/,
  ],
  ['a number in the document', { query: `{ nodes(ids: [${'1'.repeat(8_193)}]) { id } }` }, /string in the/],
  ['a list', { query: nodes, variables: { ids: many } }, /list in `variables`/],
  [
    'a list in a nested input',
    { query: batch, variables: { input: { names: many } } },
    /list in `variables`/,
  ],
  ['a list in the document', { query: `{ nodes(ids: [${many.join(' ')}]) { id } }` }, /list in the document/],
  [
    'a list of lists in the document',
    // Each list is two tokens, and a document may have 2,000 tokens.
    { query: `{ nodes(ids: [${'[]'.repeat(900)}${' 1'.repeat(101)}]) { id } }` },
    /list in the document/,
  ],
  ['lists 100 levels deep', { query: nodes, variables: deep(100) }, /nested more than 100/],
  ['lists 1,000 levels deep', { query: nodes, variables: deep(1_000) }, /nested more than 100/],
]

describe.each(Object.entries(transports))('over %s', (name, send) => {
  test.each(refused)(
    '%s above the limit is refused before it is parsed or validated',
    async (_, asked, message) => {
      const { url } = await startHttpServer()
      const { status, errors } = await send(url, asked)
      expect(errors).toEqual([
        expect.objectContaining({
          message: expect.stringMatching(message),
          extensions: { code: 'BAD_USER_INPUT' },
        }),
      ])
      expect(status ?? 400).toBe(400)
    },
  )

  test('strings and lists at the limit are accepted', async () => {
    const { url } = await startHttpServer()
    for (const asked of [
      { query: nodes, variables: { ids: [longest] } },
      { query: batch, variables: { input: { names: [longest] } } },
      { query: `{ nodes(ids: ["${longest}"]) { id } }` },
      { query: nodes, variables: { ids: most } },
      { query: `{ nodes(ids: [${most.join(' ')}]) { id } }` },
    ])
      if (!name.includes('GET') || JSON.stringify(asked).length < 9_000)
        expect((await send(url, asked).catch((error) => error)).errors ?? []).toEqual([])
  })
})

test('an object with more than 2,000 fields is refused', async () => {
  const { url } = await startHttpServer()
  const input = Object.fromEntries(Array.from({ length: 2_001 }, (_, n) => [`f${n}`, 1]))
  const { status, errors } = await byPost(url, { query: batch, variables: { input } })
  expect(status).toBe(400)
  expect(errors?.[0]?.message).toBe('An object in `variables` has more than 2000 fields.')
})

test('errors about variables are few and short', async () => {
  const { url } = await startHttpServer()
  const fields = Array.from({ length: 24 }, (_, n) => [`f${n}`, longest])
  const input = { names: [], ...Object.fromEntries(fields) }
  for (const query of [batch, batch.replace('query', 'query Again')]) {
    const { errors = [] } = await byPost(url, { query, variables: { input } })
    expect(errors.at(0)?.message).toMatch(/^Variable "\$input" got invalid value .* … .*"f0" is not defined/)
    expect(JSON.stringify(errors).length).toBeLessThan(3_000)
  }
})

test('variables nested as deeply as a body can hold are refused as too deep', async () => {
  const { url } = await startHttpServer()
  const { status, errors } = await byPost(url, { query: nodes, variables: deep(130_000) })
  expect(status).toBe(400)
  expect(errors?.[0]?.message).toMatch(/nested more than 100/)
})

test('MAX_STRING_LENGTH sets the limit for strings', async () => {
  const { url } = await startHttpServer({ MAX_STRING_LENGTH: '5' })
  const hello = (id: string) =>
    byPost(url, { query: 'query($i:[ID!]!){nodes(ids:$i){id}}', variables: { i: [id] } })
  expect((await hello('12345')).errors).toBeUndefined()
  expect((await hello('123456')).errors?.[0]?.message).toBe(
    'A string in `variables` is longer than 5 UTF-16 code units.',
  )
})

test('a GET is checked with the same parameters as it is executed with', async () => {
  const { url, state } = await startHttpServer()
  const variables = encodeURIComponent(JSON.stringify({ ids: [long] }))
  // A URL fragment does not belong in a request's target: parsers differ about where the query
  // ends.
  const path = `/graphql?query=${encodeURIComponent(nodes)}#&variables=${variables}`
  const answer = await new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    request({ hostname, port, path }, (response) => resolve(text(response)))
      .on('error', reject)
      .end()
  })
  expect(JSON.parse(answer)).toEqual({ data: { nodes: [{ id: '1' }] } })
  expect(state.contexts).toBe(1)
})

test('many small values together are refused', async () => {
  const { url } = await startHttpServer()
  const lists = (count: number) =>
    `{${Array.from({ length: count }, (_, n) => `"v${n}":[${Array(999).fill('[]')}]`)}}`
  const { status, errors } = await byPost(url, { query: '{ hello }', variables: lists(20) })
  expect(errors?.[0]?.message).toBe('`variables` have more than 20000 values.')
  expect(status).toBe(400)
  expect((await byPost(url, { query: '{ hello }', variables: lists(19) })).errors).toBeUndefined()
})
