import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ask, codes } from '../http/support/ask.js'
import { startHttpServer } from '../http/support/startHttpServer.js'

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

/** A folder with the files of a build. */
const built = () => {
  const directory = mkdtempSync(join(tmpdir(), 'graphiql-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'assets'))
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>GraphiQL</title>')
  const script = 'console.log("GraphiQL")'.repeat(100)
  writeFileSync(join(directory, 'assets/index-abc.js'), script)
  writeFileSync(join(directory, 'assets/index-abc.js.gz'), gzipSync(script))
  return { directory, script }
}

describe('GET /graphql in a browser', () => {
  test('is GraphiQL, and the API works at the same address', async () => {
    const { url } = await startHttpServer({}, { graphiqlDirectory: built().directory })
    const page = await fetch(`${url}/graphql`, { headers: BROWSER })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await page.text()).toContain('<title>GraphiQL</title>')
    expect((await ask(url, '{ hello }')).body).toEqual({ data: { hello: 'world' } })
    expect(await (await fetch(`${url}/graphql?query={hello}`)).json()).toEqual({ data: { hello: 'world' } })
  })

  test('is downloaded again only if it has changed, and caches do not confuse it with the API', async () => {
    const { url } = await startHttpServer({}, { graphiqlDirectory: built().directory })
    const first = await fetch(`${url}/graphql`, { headers: BROWSER })
    expect(first.headers.get('cache-control')).toBe('no-cache')
    expect(first.headers.get('vary')).toContain('accept')
    const etag = first.headers.get('etag') ?? ''
    const again = await fetch(`${url}/graphql`, { headers: { ...BROWSER, 'if-none-match': etag } })
    expect(again.status).toBe(304)
  })

  test('runs only the server’s own scripts and cannot be framed', async () => {
    const { url } = await startHttpServer({}, { graphiqlDirectory: built().directory })
    const { headers } = await fetch(`${url}/graphql`, { headers: BROWSER })
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("connect-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/https?:|unsafe-eval/)
  })

  test('is an error of the API if GraphiQL is off', async () => {
    const { url } = await startHttpServer({ GRAPHIQL: 'false' }, { graphiqlDirectory: built().directory })
    const response = await fetch(`${url}/graphql`, { headers: BROWSER })
    expect(response.headers.get('content-type')).toContain('json')
    expect([response.status, ...codes({ body: await response.json() })]).toEqual([400, 'BAD_USER_INPUT'])
    expect((await fetch(`${url}/graphql/assets/index-abc.js`)).status).toBe(404)
  })

  test('says what to do if GraphiQL is not built', async () => {
    const { url } = await startHttpServer({}, { graphiqlDirectory: '/nowhere' })
    const response = await fetch(`${url}/graphql`, { headers: BROWSER })
    expect([response.status, await response.text()]).toEqual([
      503,
      'GraphiQL is not built: run npm run build\n',
    ])
  })
})

describe('the files of the page', () => {
  test('are cached for a year and compressed', async () => {
    const { directory, script } = built()
    const { url } = await startHttpServer({}, { graphiqlDirectory: directory })
    const response = await fetch(`${url}/graphql/assets/index-abc.js`)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('content-type')).toContain('text/javascript')
    expect(await response.text()).toBe(script)
  })

  test('are only those that were built', async () => {
    const { url } = await startHttpServer({}, { graphiqlDirectory: built().directory })
    for (const path of [
      'assets/other.js',
      'assets/../index.html',
      'assets/%2e%2e/index.html',
      'assets/',
      'index.html',
    ])
      expect([path, (await fetch(`${url}/graphql/${path}`)).status]).toEqual([path, 404])
    expect((await fetch(`${url}/graphql/assets/index-abc.js`, { method: 'POST' })).status).toBe(405)
  })

  test('do not count towards the rate limit, so that opening the page leaves room for requests', async () => {
    const { url } = await startHttpServer(
      { RATE_LIMIT_PER_ADDRESS: '1' },
      { graphiqlDirectory: built().directory },
    )
    for (let n = 0; n < 5; n++) expect((await fetch(`${url}/graphql/assets/index-abc.js`)).status).toBe(200)
    expect((await ask(url, '{ hello }')).status).toBe(200)
  })
})
