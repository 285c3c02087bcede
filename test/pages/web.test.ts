import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { pageAt } from '../../src/http/page.js'
import { type WebOptions, webPages } from '../../src/pages/web.js'

const script = 'export const answer = 42\n'

/** Starts an HTTP server with pages built into a folder, beside a file that must not be served. */
async function openWeb(options: Partial<WebOptions> = {}) {
  const made = await mkdtemp(join(tmpdir(), 'guildhall-web-'))
  const directory = join(made, 'web')
  await mkdir(join(directory, 'assets'), { recursive: true })
  await writeFile(join(made, 'secret.js'), 'secret')
  await writeFile(join(directory, 'live.html'), '<title>live</title>')
  await writeFile(join(directory, 'invite.html'), '<title>invite</title>')
  await writeFile(join(directory, 'join.html'), '<title>join</title>')
  await writeFile(join(directory, 'assets', 'live-abc.js'), script)
  await writeFile(join(directory, 'assets', 'live-abc.js.br'), brotliCompressSync(script))
  await writeFile(join(directory, 'assets', 'live-abc.js.gz'), gzipSync(script))
  const pages = webPages({ directory, ...options })
  const server = createServer((req, res) => {
    const page = pageAt(pages, new URL(req.url ?? '/', 'http://server').pathname)
    if (!page) return void res.writeHead(404).end()
    const visit = { url: new URL(req.url ?? '/', 'http://server'), address: '127.0.0.1' }
    Promise.resolve(page.handle(req, res, visit)).catch(() => res.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await rm(made, { recursive: true })
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Requests exactly the bytes of the path: `fetch` would normalise the dots. */
async function rawStatus(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url)
  const req = request({ hostname, port, path }).end()
  const [res] = await once(req, 'response')
  res.resume()
  return res.statusCode
}

describe('the dashboard’s pages', () => {
  test.each([
    ['/live', 'live'],
    ['/live/', 'live'],
    ['/live?org=1', 'live'],
    ['/invites/gi_abc-1', 'invite'],
    ['/invites/gi_abc-1/', 'invite'],
    ['/join/gl_abc-1', 'join'],
    ['/join/gl_abc-1/', 'join'],
  ])('at %s show the %s page, and are revalidated each time', async (path, title) => {
    const response = await fetch((await openWeb()) + path)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(`<title>${title}</title>`)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })

  test('redirect from / to the dashboard', async () => {
    const response = await fetch(`${await openWeb()}/`)
    expect(new URL(response.url).pathname).toBe('/live')
    expect(await response.text()).toBe('<title>live</title>')
  })

  test('send no referrer, run only the server’s own scripts and cannot be framed', async () => {
    const { headers } = await fetch(`${await openWeb()}/invites/gi_abc`)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const policy = headers.get('content-security-policy')?.split('; ') ?? []
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    // The logo of an org may be on any host.
    const others = policy.filter((rule) => rule !== "img-src 'self' https:")
    expect(others.join()).not.toMatch(/unsafe|\*|https?:/)
  })

  test('are not sent again to a browser that has them', async () => {
    const url = `${await openWeb()}/live`
    const etag = (await fetch(url)).headers.get('etag') ?? ''
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  test('are read-only', async () => {
    const response = await fetch(`${await openWeb()}/live`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })

  test('say so if they are not built', async () => {
    const url = await openWeb({ directory: join(tmpdir(), 'guildhall-never-built') })
    expect((await fetch(`${url}/live`)).status).toBe(503)
  })
})

describe('the dashboard’s assets', () => {
  test('may be cached forever, because their names change with their content', async () => {
    const response = await fetch(`${await openWeb()}/live/assets/live-abc.js`)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(await response.text()).toBe(script)
  })

  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', null],
    ['', null],
  ])('for Accept-Encoding "%s" are sent as %s', async (accepts, encoding) => {
    const url = `${await openWeb()}/live/assets/live-abc.js`
    const response = await fetch(url, { headers: { 'accept-encoding': accepts } })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    expect(response.headers.get('vary')).toBe('accept-encoding')
    expect(await response.text()).toBe(script)
  })

  test.each([
    '/live/assets/../../secret.js',
    '/live/../secret.js',
    '/live/assets/%2e%2e/%2e%2e/secret.js',
    '/live/assets/..%2f..%2fsecret.js',
    '/live/assets\\..\\..\\secret.js',
    '/live//etc/passwd',
    '/live/assets/live-abc.js.br',
    '/live/assets/',
    '/live/live.html',
    '/live/__proto__',
    '/invites/',
    '/invites/a/b',
  ])('are the only files served: %s is not found', async (path) => {
    expect(await rawStatus(await openWeb(), path)).toBe(404)
  })
})

describe('the people offered for sign-in', () => {
  const ada = { name: 'Ada', role: 'owner of Acme', token: 'token-of-ada' }
  const people = {
    list: async () => [ada],
    signInAs: async ({ name, email }: { name: string; email: string }) =>
      email.includes('@') ? { name, role: email, token: `token-of-${email}` } : null,
  }
  const post = (url: string, body: unknown, type = 'application/json') =>
    fetch(`${url}/live/people.json`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    })

  test('are listed, and not cached', async () => {
    const response = await fetch(`${await openWeb({ people })}/live/people.json`)
    expect(await response.json()).toEqual([ada])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('can sign in, and so can anybody else by address', async () => {
    const response = await post(await openWeb({ people }), { name: ' Grace ', email: 'grace@example.com' })
    expect(await response.json()).toEqual({
      name: 'Grace',
      role: 'grace@example.com',
      token: 'token-of-grace@example.com',
    })
  })

  test.each([
    [{ name: 'Grace' }, 400],
    [{ name: '', email: 'grace@example.com' }, 400],
    [{ name: 'Grace', email: 'nonsense' }, 400],
    [{ name: 'x'.repeat(5000), email: 'grace@example.com' }, 400],
    [null, 400],
  ])('need a name and an email address: %j is refused with %i and a message', async (body, status) => {
    const response = await post(await openWeb({ people }), body)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ message: expect.stringMatching(/\w/) })
  })

  test('cannot be signed in by a form on another site', async () => {
    const response = await post(await openWeb({ people }), { name: 'Grace', email: 'g@x.org' }, 'text/plain')
    expect(response.status).toBe(415)
  })

  test('are an empty list if sign-in is off, and then nobody can be signed in', async () => {
    const url = await openWeb()
    expect(await (await fetch(`${url}/live/people.json`)).json()).toEqual([])
    expect((await post(url, { name: 'Grace', email: 'grace@example.com' })).status).toBe(405)
  })
})
