import { describe, expect, test } from 'vitest'
import { ask } from '../http/support/ask.js'
import { startHttpServer } from '../http/support/startHttpServer.js'
import { isFrom } from '../support/logLines.js'

describe('health checks', () => {
  test('GET /health succeeds as long as the process runs, ready or not', async () => {
    const { url } = await startHttpServer({}, { ready: async () => false })
    const response = await fetch(`${url}/health`)
    expect([response.status, await response.json()]).toEqual([200, { healthy: true }])
  })

  test('GET /ready is 200 only while the server reports that it is ready, checked each time', async () => {
    let isReady = true
    const { url } = await startHttpServer({}, { ready: async () => isReady })
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    isReady = false
    const response = await fetch(`${url}/ready`)
    expect([response.status, await response.json()]).toEqual([503, { ready: false }])
    isReady = true
    expect((await fetch(`${url}/ready`)).status).toBe(200)
  })

  test('GET /ready is 503 without details if the check fails', async () => {
    const { url } = await startHttpServer(
      {},
      { ready: () => Promise.reject(new Error('password authentication failed')) },
    )
    const response = await fetch(`${url}/ready`)
    expect([response.status, await response.text()]).toEqual([503, '{"ready":false}'])
  })
})

describe('pages', () => {
  test('are found by path or prefix, the first match wins, and get the visitor’s address', async () => {
    const { url } = await startHttpServer(
      {},
      {
        pages: [
          { path: '/mail', handle: (_, res) => void res.end('mailbox') },
          {
            prefix: '/invites/',
            handle: (_, res, visit) =>
              void res.end(`${visit.url.pathname} ${visit.url.search} ${visit.address}`),
          },
          { prefix: '/', handle: (_, res) => void res.writeHead(418).end() },
        ],
      },
    )
    expect(await (await fetch(`${url}/mail`)).text()).toBe('mailbox')
    expect(await (await fetch(`${url}/invites/t0ken?x=1`)).text()).toBe('/invites/t0ken ?x=1 127.0.0.1')
    expect((await fetch(`${url}/mail/other`)).status).toBe(418)
  })

  test('cannot hide /graphql and /health', async () => {
    const { url } = await startHttpServer(
      {},
      { pages: [{ prefix: '/', handle: (_, res) => void res.end('page') }] },
    )
    expect((await fetch(`${url}/health`)).headers.get('content-type')).toContain('json')
    expect((await ask(url, '{ hello }')).body).toEqual({ data: { hello: 'world' } })
  })

  test('send no referrer and run only the server’s own scripts', async () => {
    const { url } = await startHttpServer(
      {},
      { pages: [{ prefix: '/invites/', handle: (_, res) => void res.end('') }] },
    )
    for (const path of ['/invites/t0ken', '/nowhere']) {
      const { headers } = await fetch(`${url}${path}`)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("script-src 'self';")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
    }
  })

  test('may relax their own policy', async () => {
    const csp = "default-src 'self'"
    const handle = (_: unknown, res: { setHeader(name: string, value: string): unknown; end(): unknown }) => {
      res.setHeader('content-security-policy', csp)
      res.end()
    }
    const { url } = await startHttpServer({}, { pages: [{ path: '/live', handle }] })
    expect((await fetch(`${url}/live`)).headers.get('content-security-policy')).toBe(csp)
  })

  test('that fail are 500 without details, with a line in the log', async () => {
    const handle = async () => {
      throw new Error('relation "org" does not exist')
    }
    const { url, lines } = await startHttpServer({}, { pages: [{ path: '/mail', handle }] })
    const response = await fetch(`${url}/mail`)
    expect([response.status, await response.text()]).toEqual([
      500,
      'Something went wrong. Try again in a moment.\n',
    ])
    expect(lines.filter(isFrom('error'))).toHaveLength(1)
  })

  test('count towards the rate limit', async () => {
    const page = { path: '/mail', handle: (_: unknown, res: { end(): unknown }) => void res.end() } as const
    const { url } = await startHttpServer({ RATE_LIMIT_PER_ADDRESS: '1' }, { pages: [page] })
    expect((await fetch(`${url}/mail`)).status).toBe(200)
    const refused = await fetch(`${url}/mail`)
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
  })

  test('are 404 at any other path', async () => {
    const { url } = await startHttpServer()
    for (const path of [
      '/',
      '/graphql/',
      '/graphqlx',
      '/health/x',
      '//evil.example.com/',
      '/%2e%2e/etc/passwd',
    ])
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404])
  })
})
