import { describe, expect, test } from 'vitest'
import { badUserInput } from '../../src/errors.js'
import { isUnavailable } from '../../src/graphql/unavailable.js'
import { isFrom } from '../support/logLines.js'
import { ask, codes } from './support/ask.js'
import { startHttpServer } from './support/startHttpServer.js'

const leaks =
  /pg_|select|duplicate key|org_name_key|\/srv|\.js|ECONN|10\.1\.2\.3|node_modules|stack|originalError|non-nullable|Int cannot/i

describe('an internal error', () => {
  test.each(['crash', 'crashSoftly', 'plainGraphQLError', 'nullWhereNone', 'badInt'])(
    '%s is masked, with an id that the log shows together with the cause',
    async (field) => {
      const { url, lines } = await startHttpServer()
      const { body } = await ask(url, `{ ${field} }`)
      expect(codes({ body })).toEqual(['INTERNAL_SERVER_ERROR'])
      expect(JSON.stringify(body)).not.toMatch(leaks)
      expect(body.errors?.[0]?.path).toEqual([field])
      const id = body.errors?.[0]?.extensions.id
      expect(id).toMatch(/^[0-9a-f-]{36}$/)
      const logged = lines.filter((line) => line.id === id)
      expect(logged).toHaveLength(1)
      expect(logged[0]?.err).toMatchObject({
        message: expect.stringMatching(/\S/),
        stack: expect.any(String),
      })
    },
  )

  test('is HTTP 500 if there is no data, and HTTP 200 if there is', async () => {
    const { url } = await startHttpServer()
    expect((await ask(url, '{ crashSoftly hello }')).status).toBe(200)
    const unidentifiable = { authorization: 'Bearer crash' }
    expect((await ask(url, '{ hello }', { headers: unidentifiable })).status).toBe(500)
  })
})

describe('an error that the client can act on', () => {
  test.each([
    ['secret', 'UNAUTHENTICATED'],
    ['notAllowed', 'FORBIDDEN'],
  ])('%s keeps its code %s and has its path', async (field, code) => {
    const { url, lines } = await startHttpServer()
    const answer = await ask(url, `{ ${field} }`)
    expect([answer.status, ...codes(answer)]).toEqual([200, code])
    expect(answer.body.errors?.[0]?.path).toEqual([field])
    expect(lines.filter(isFrom('warn'))).toEqual([])
  })

  test.each([
    ['an unknown enum value', 'query($c: Colour!) { paint(colour: $c) }', { c: 'BLUE' }],
    ['a missing variable', 'query($c: Colour!) { paint(colour: $c) }', {}],
    ['null for a required variable', 'query($c: Colour!) { paint(colour: $c) }', { c: null }],
    ['a text for a number', 'query($n: Int!) { paint(colour: RED, times: $n) }', { n: 'many' }],
    ['a number too large', 'query($n: Int!) { paint(colour: RED, times: $n) }', { n: 3_000_000_000 }],
    ['null for a variable with a default', 'query($n: Int) { paint(colour: RED, times: $n) }', { n: null }],
  ])('%s is BAD_USER_INPUT and names the variable', async (_, query, variables) => {
    const { url, lines } = await startHttpServer()
    const answer = await ask(url, query, { variables })
    expect(codes(answer)).toEqual(['BAD_USER_INPUT'])
    expect(answer.body.errors?.[0]?.message).toMatch(/\$c|\$n|times/)
    expect(lines.filter(isFrom('warn'))).toEqual([])
  })

  test('about several variables is several errors', async () => {
    const { url } = await startHttpServer()
    const query = 'query($c: Colour!, $n: Int!) { paint(colour: $c, times: $n) }'
    expect(codes(await ask(url, query, { variables: { c: 'BLUE', n: 'many' } }))).toEqual([
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
    ])
  })

  test('in syntax is GRAPHQL_PARSE_FAILED and in validation GRAPHQL_VALIDATION_FAILED, both with a location', async () => {
    const { url } = await startHttpServer()
    const syntax = await ask(url, '{ hello')
    const validation = await ask(url, '{ nope }')
    expect([codes(syntax), codes(validation)]).toEqual([
      ['GRAPHQL_PARSE_FAILED'],
      ['GRAPHQL_VALIDATION_FAILED'],
    ])
    expect(syntax.body.errors?.[0]).toMatchObject({ locations: [{ line: 1, column: 8 }] })
    expect(validation.body.errors?.[0]).toMatchObject({ locations: [{ line: 1, column: 3 }] })
  })

  test.each([[undefined], ['C']])(
    'about a missing or unknown operationName (%s) is BAD_USER_INPUT',
    async (operationName) => {
      const { url } = await startHttpServer()
      const options = operationName === undefined ? {} : { operationName }
      expect(codes(await ask(url, 'query A { hello } query B { hello }', options))).toEqual([
        'BAD_USER_INPUT',
      ])
    },
  )

  test('is the same the second time, when the document comes from the cache', async () => {
    const { url } = await startHttpServer()
    for (const query of ['{ hello', '{ nope }', 'query($c: Colour!) { paint(colour: $c) }'])
      expect((await ask(url, query)).body).toEqual((await ask(url, query)).body)
  })

  test('from the domain gets its code, and any other error is masked', async () => {
    const { url } = await startHttpServer(
      {},
      {
        translateError: (root) => (root instanceof TypeError ? badUserInput('That is no shape.') : undefined),
      },
    )
    const { body } = await ask(url, '{ crashSoftly }')
    expect(body.errors?.[0]).toMatchObject({
      message: 'That is no shape.',
      path: ['crashSoftly'],
      extensions: { code: 'BAD_USER_INPUT' },
    })
    expect(codes(await ask(url, '{ crash }'))).toEqual(['INTERNAL_SERVER_ERROR'])
  })
})

describe('an unavailable dependency', () => {
  test('such as the database is UNAVAILABLE, HTTP 503, and is reported so that it is logged once', async () => {
    const reported: unknown[] = []
    const { url, lines } = await startHttpServer(
      {},
      { isDatabaseAway: (error) => isUnavailable(error) && reported.push(error) > 0 },
    )
    const answer = await ask(url, '{ databaseDown }')
    expect([answer.status, ...codes(answer)]).toEqual([503, 'UNAVAILABLE'])
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(JSON.stringify(answer.body)).not.toMatch(leaks)
    expect(reported).toHaveLength(1)
    expect(lines).toEqual([])
  })

  const coded = (code: string, more: object = {}) => Object.assign(new Error('x'), { code, ...more })
  test.each([
    ['a refused connection', coded('ECONNREFUSED')],
    ['every address refused', new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')])],
    ['a missing unix socket', coded('ENOENT', { syscall: 'connect' })],
    ['a server that shuts down', coded('57P01')],
    ['a broken connection', coded('08006')],
    ['too many clients', coded('53300')],
    ['a session that is refused, whatever the reason', coded('55000', { severity: 'FATAL' })],
    ['a full pool', new Error('timeout exceeded when trying to connect')],
    ['a connection lost in a query', new Error('Connection terminated unexpectedly')],
    ['a Prisma that cannot reach the database', coded('P1001')],
    [
      'a timeout inside Prisma',
      coded('P2039', { meta: { driverAdapterError: new Error('x', { cause: { originalCode: '57014' } }) } }),
    ],
    ['an adapter error inside Prisma', new Error('x', { cause: { kind: 'DatabaseNotReachable' } })],
  ])('is recognised in %s', (_, error) => {
    expect(isUnavailable(error)).toBe(true)
  })

  test.each([
    ['a violated constraint', coded('23505')],
    ['bad SQL', coded('42601')],
    ['an internal PostgreSQL error of a statement', coded('XX000', { severity: 'ERROR' })],
    ['a missing file', coded('ENOENT', { syscall: 'open' })],
    ['a bug', new TypeError('undefined is not a function')],
    ['nothing', undefined],
  ])('is not recognised in %s', (_, error) => {
    expect(isUnavailable(error)).toBe(false)
  })

  test('is not searched for endlessly in a circle of causes', () => {
    const error = new Error('x')
    error.cause = error
    expect(isUnavailable(error)).toBe(false)
  })
})
