import { getIntrospectionQuery } from 'graphql'
import { describe, expect, test } from 'vitest'
import { BUSY_MS } from '../support/busy.js'
import { ask, codes } from './support/ask.js'
import { connect } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

const nested = (levels: number) =>
  `{ person ${'{ friend '.repeat(levels - 2)} { id } ${'}'.repeat(levels - 2)} }`

const introspection = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
})

/** Sends a query and measures its time in ms. */
const timed = async (url: string, query: string) => {
  const from = performance.now()
  const answer = await ask(url, query)
  return { answer, ms: performance.now() - from }
}

describe('the depth of a query', () => {
  test('may be MAX_DEPTH, and one level more is refused with a message', async () => {
    const { url, state } = await startHttpServer({ MAX_DEPTH: '5' })
    expect((await ask(url, nested(5))).body.data).toBeDefined()
    const refused = await ask(url, nested(6))
    expect(codes(refused)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(refused.body.errors?.[0]?.message).toBe('The document is 6 levels deep; 5 are allowed.')
    expect(state.contexts).toBe(2)
  })

  test('includes named and inline fragments', async () => {
    const { url } = await startHttpServer({ MAX_DEPTH: '5' })
    const named = `{ person { ...A } }
      fragment A on Person { friend { ...B } } fragment B on Person { friend { friend { friend { id } } } }`
    const inline = '{ person { ... { friend { ... on Person { friend { friend { friend { id } } } } } } } }'
    for (const query of [named, inline])
      expect((await ask(url, query)).body.errors?.[0]?.message).toContain('6 levels')
  })

  test('in a fragment that contains itself is refused', async () => {
    const { url } = await startHttpServer()
    const query = '{ person { ...A } } fragment A on Person { friend { ...B } } fragment B on Person { ...A }'
    expect(codes(await ask(url, query))[0]).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  test.each([
    ['3,000 levels of fields', nested(3_000)],
    ['200,000 open braces', '{'.repeat(200_000)],
    ['a list 200,000 levels deep', `{ nodes(ids: ${'['.repeat(200_000)}`],
    ['an object 50,000 levels deep', `{ nodes(ids: ${'{a:'.repeat(50_000)}`],
    ['types 100,000 levels deep', `query($a: ${'['.repeat(100_000)}`],
  ])('of %s is refused at once as too deep, not as an internal error', async (_, query) => {
    const { url } = await startHttpServer()
    const { answer, ms } = await timed(url, query)
    expect(answer.status).toBe(200)
    expect(codes(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(ms).toBeLessThan(500 + BUSY_MS)
  })
})

describe('the breadth of a query', () => {
  test('may be MAX_ALIASES, and one alias more is refused, __typename included', async () => {
    const { url } = await startHttpServer({ MAX_ALIASES: '3' })
    expect((await ask(url, '{ a: hello b: hello c: __typename }')).body.data).toEqual({
      a: 'world',
      b: 'world',
      c: 'Query',
    })
    const refused = await ask(url, '{ a: hello b: hello c: __typename d: __typename }')
    expect(refused.body.errors?.[0]?.message).toBe('The document has 4 aliases; 3 are allowed.')
  })

  test('includes aliases in fragments', async () => {
    const { url } = await startHttpServer({ MAX_ALIASES: '1' })
    const query = '{ person { a: id ...F } } fragment F on Person { ... { b: id } }'
    expect((await ask(url, query)).body.errors?.[0]?.message).toContain('2 aliases')
  })

  test('of 100,000 aliases is refused quickly', async () => {
    const { url } = await startHttpServer({ MAX_BODY_BYTES: '10000000' })
    const query = `{${Array.from({ length: 100_000 }, (_, n) => `a${n}:__typename`).join(' ')}}`
    const { answer, ms } = await timed(url, query)
    expect(codes(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(ms).toBeLessThan(500 + BUSY_MS)
  })

  test('is limited in tokens', async () => {
    const { url } = await startHttpServer()
    const { answer } = await timed(url, `{ ${'hello '.repeat(3_000)} }`)
    expect(answer.body.errors?.[0]?.message).toBe('The document has more than 2000 tokens.')
  })

  test('is limited in directives', async () => {
    const { url } = await startHttpServer()
    const answer = await ask(url, `{ hello ${'@include(if: true) '.repeat(31)} }`)
    expect(answer.body.errors?.[0]?.message).toContain('31 directives')
  })

  test.each([
    [
      'fragments that double each other',
      () => {
        const links = Array.from(
          { length: 120 },
          (_, n) => `fragment F${n} on Person { ...F${n + 1} ...F${n + 1} friend { id } }`,
        )
        return `{ person { ...F0 } } ${links.join(' ')} fragment F120 on Person { id }`
      },
    ],
    ['the same field again and again', () => `{ person { ${'friend { id } '.repeat(490)} } }`],
    [
      'doubling fields through fragments',
      () => {
        const links = Array.from(
          { length: 60 },
          (_, n) => `fragment F${n} on Person { friend { ...F${n + 1} } friend { ...F${n + 1} } }`,
        )
        return `{ person { ...F0 } } ${links.join(' ')} fragment F60 on Person { id }`
      },
    ],
  ])('of %s costs only a moment', async (_, query) => {
    const { url } = await startHttpServer({ MAX_DEPTH: '100' })
    const { ms } = await timed(url, query())
    expect(ms).toBeLessThan(1_000 + BUSY_MS)
  })
})

describe('the cost of a query', () => {
  const twelve = Array.from({ length: 12 }, (_, number) => `name ${number}`)
  const page = (first: string) => `{ people(${first}) { edges { node { id } } } }`

  test('is its fields times the sizes of the pages around them, and above MAX_COST it is COST_LIMIT', async () => {
    const { url } = await startHttpServer({ MAX_COST: '500' })
    // people, edges, and the node and id of each of the 100.
    expect((await ask(url, page('first: 100'))).body.data).toBeDefined()
    const refused = await ask(url, '{ people(first: 100) { edges { node { id name friend { id } } } } }')
    expect(codes(refused)).toEqual(['COST_LIMIT'])
    expect(refused.body.errors?.[0]?.message).toMatch(/may ask for 502 fields; 500 are allowed/)
  })

  test.each([
    ['the page size given', page('first: 50'), {}, 102],
    ['the page size given as `last`', page('last: 50'), {}, 102],
    ['a page size of 20 if none is given', '{ people { edges { node { id } } } }', {}, 42],
    ['a page size of at most 100', page('first: 1000000'), {}, 202],
    ['a page size by variable', `query($n: Int) ${page('first: $n')}`, { n: 50 }, 102],
    ['a variable’s default', `query($n: Int = 50) ${page('first: $n')}`, {}, 102],
    ['20 where the variable is missing', `query($n: Int) ${page('first: $n')}`, {}, 42],
    ['a list by its argument', '{ nodes(ids: ["1", "2", "3"]) { id name } }', {}, 7],
    [
      'a list by its argument’s variable',
      'query($i: [ID!]!) { nodes(ids: $i) { id name } }',
      { i: ['1', '2'] },
      5,
    ],
    [
      'the lists of a payload by the input’s',
      `{ batch(input: { names: [${twelve.map((name) => `"${name}"`)}] }) { results { id } } }`,
      {},
      14,
    ],
    [
      'the lists of a payload by the input’s variable',
      'query($input: Batch!) { batch(input: $input) { results { id } } }',
      { input: { names: twelve } },
      14,
    ],
    [
      'the lists of a payload by a variable within the input',
      'query($names: [String!]!) { batch(input: { names: $names }) { ...F } } fragment F on BatchResult { results { id } }',
      { names: twelve },
      14,
    ],
    ['totals once and not per item', '{ people(first: 100) { totalCount } }', {}, 2],
    [
      'fields in fragments',
      `{ people(first: 50) { ...F } } fragment F on PersonConnection { edges { ...E } } fragment E on PersonEdge { node { id } }`,
      {},
      102,
    ],
    [
      'pages nested in pages',
      '{ people(first: 10) { edges { node { friends(first: 10) { edges { node { id } } } } } } }',
      {},
      232,
    ],
  ])('includes %s', async (_, query, variables, cost) => {
    const refusing = await startHttpServer({ MAX_COST: String(cost - 1) })
    const answer = await ask(refusing.url, query, { variables })
    expect(answer.body.errors?.[0]?.message).toContain(`may ask for ${cost} fields`)
    const allowing = await startHttpServer({ MAX_COST: String(cost) })
    expect(codes(await ask(allowing.url, query, { variables }))).toEqual([])
  })

  test('exceeds the default limit with three full pages nested in each other', async () => {
    const { url } = await startHttpServer()
    const inner = 'friends(first: 100) { edges { node { id } } }'
    const query = `{ people(first: 100) { edges { node { friends(first: 100) { edges { node { ${inner} } } } } } } }`
    expect(codes(await ask(url, query))).toEqual(['COST_LIMIT'])
  })

  test.each([
    [{ kind: 'ListValue' }],
    [{ kind: 'ListValue', values: null }],
    [{ kind: 'Variable', name: { value: 'ids' } }],
    [JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`)],
  ])('takes a variable’s value as a value, even if it looks like GraphQL', async (ids) => {
    const { url } = await startHttpServer()
    const answer = await ask(url, 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { variables: { ids } })
    expect(codes(answer)).toEqual(['BAD_USER_INPUT'])
  })

  test('is that of the operation that runs, if the document has several', async () => {
    const { url } = await startHttpServer({ MAX_COST: '100' })
    const query = `query Small { hello } query Large ${page('first: 100')}`
    expect(codes(await ask(url, query, { operationName: 'Small' }))).toEqual([])
    expect(codes(await ask(url, query, { operationName: 'Large' }))).toEqual(['COST_LIMIT'])
  })
})

describe('introspection', () => {
  test('as GraphiQL does it is within every limit where it is on', async () => {
    const { url } = await startHttpServer()
    const { body } = await ask(url, introspection)
    expect(body.errors).toBeUndefined()
    expect(body.data?.__schema).toMatchObject({ queryType: { name: 'Query' } })
  })

  test('deeper than any tool needs is refused', async () => {
    const { url } = await startHttpServer()
    const query = `{ __type(name: "Query") ${'{ ofType '.repeat(30)} { name } ${'}'.repeat(30)} }`
    expect(codes(await ask(url, query))).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  test('with lists of types nested in lists of types is refused', async () => {
    const { url } = await startHttpServer()
    const query =
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }'
    expect(codes(await ask(url, query))[0]).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  test.each(['{ __schema { queryType { name } } }', '{ __type(name: "Query") { name } }'])(
    'with %s is refused with a message where it is off, over every transport',
    async (query) => {
      const { url } = await startHttpServer({ INTROSPECTION: 'false' })
      const answer = await ask(url, query)
      expect(new Set(codes(answer))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']))
      expect(answer.body.errors?.[0]?.message).toMatch(/introspection has been disabled/i)
      const socket = await connect(url)
      expect((await socket.ask(query)).errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED')
    },
  )

  test('does not include __typename, which works where it is off, and then no error suggests names of the schema', async () => {
    const { url } = await startHttpServer({ INTROSPECTION: 'false' })
    expect((await ask(url, '{ __typename }')).body.data).toEqual({ __typename: 'Query' })
    expect((await ask(url, '{ helo }')).body.errors?.[0]?.message).not.toContain('hello')
  })
})

describe('every limit', () => {
  test.each([
    ['depth', nested(13), 'GRAPHQL_VALIDATION_FAILED'],
    [
      'aliases',
      `{ ${Array.from({ length: 16 }, (_, n) => `a${n}: hello`).join(' ')} }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['tokens', `{ ${'hello '.repeat(3_000)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'cost',
      '{ people(first: 100) { edges { node { friends(first: 100) { edges { node { friends(first: 100) { totalCount } } } } } } } }',
      'COST_LIMIT',
    ],
  ])('is the same over WebSocket and SSE as over HTTP: %s', async (_, query, code) => {
    const { url } = await startHttpServer({ MAX_COST: '10000' })
    expect(codes(await ask(url, query))).toEqual([code])
    const socket = await connect(url)
    expect((await socket.ask(query)).errors?.map(({ extensions }) => extensions?.code)).toEqual([code])
    expect((await socket.ask('{ hello }')).data).toEqual({ hello: 'world' })
    const events = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    })
    expect(await events.text()).toContain(`"code":"${code}"`)
  })
})
